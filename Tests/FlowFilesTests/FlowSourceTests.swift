import FlowFiles
import FlowFormats
import FlowModel
import Testing

@Test(arguments: [1, 2, 4]) func `every row of a large file is read, in order, on any number of threads`(threads: Int)
    throws
{
    let folder = try Folder()
    var bytes = rows(30_000)
    bytes += Array("broken\n".utf8) + rows(10)
    let result = try read([folder.write("flows.csv", bytes)], threads: threads)
    #expect(result.flows.map(\.bytesSent) == Array(0..<30_000) + Array(0..<10))
    #expect(result.examples == [folder.path + "/flows.csv:30001: too few fields, found \"broken\""])
}

@Test func `files come in the order of their first flows, a file named twice is read once`() throws {
    let folder = try Folder()
    let late = folder.write("a.csv", rows(100, hour: 12))
    let early = folder.write("b.csv", rows(100, hour: 11))
    let flows = try read([late, early, late]).flows
    #expect(flows.count == 200)
    #expect(flows.map(\.start) == flows.map(\.start).sorted())
    #expect(try read([folder.path]).flows == flows)
    #expect(try read([folder.path + "/*.csv"]).flows == flows)
}

@Test func `what cannot be read says why`() throws {
    let folder = try Folder()
    let empty = folder.write("empty.csv", [])
    let strange = folder.write("strange.txt", Array("hello\nworld\n".utf8))
    for (path, words) in [
        (empty, "empty file"), (strange, "not recognized"), (folder.path + "/no.csv", "no such file"),
    ] {
        do {
            _ = try read([path])
            Issue.record("\(path) was read")
        } catch {
            #expect(error.text.contains(words), "\(error.text)")
        }
    }
    let good = folder.write("good.csv", rows(10))
    let result = try read([good, strange])
    #expect(result.flows.count == 10)
    #expect(result.problems.count == 1)
}

@Test func `with strict the first broken row ends the reading`() throws {
    let folder = try Folder()
    let path = folder.write("flows.csv", rows(10) + Array("broken\n".utf8) + rows(10))
    #expect(throws: InputError.brokenRow("\(path):11: too few fields, found \"broken\"")) {
        try read([path], strict: true)
    }
}

@Test func `a line of 12 MB is passed over on any number of threads`() throws {
    let folder = try Folder()
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 12 << 20) + [UInt8(ascii: "\n")]
    let path = folder.write("flows.csv", rows(1000) + long + rows(1000))
    for threads in [1, 2, 3] {
        let result = try read([path], threads: threads)
        #expect(result.flows.count == 2000)
        #expect(result.rejected == 1)
    }
}

@Test func `a last line without its newline is read`() throws {
    let folder = try Folder()
    for threads in [1, 2] {
        #expect(try read([folder.write("flows.csv", rows(5).dropLast())], threads: threads).flows.count == 5)
    }
}

@Test func `reading may stop early`() throws {
    let folder = try Folder()
    let path = folder.write("flows.csv", rows(100_000))
    var options = InputOptions()
    options.threads = 3
    let source = try FlowSource.open([path], options: options)
    var batch = FlowBatch()
    #expect(try source.next(into: &batch))
}

@Test func `a format without order is sorted by start, up to a limit`() throws {
    let folder = try Folder()
    let path = folder.write("search.csv", text([30, 10, 20].map { makeFlow(at: $0) }, as: SnaCSVWriter()))
    let reading = try read([path])
    #expect(
        reading.flows
            == [10, 20, 30].map { makeFlow(at: $0) }.map(\.start).map { start in
                var flow = reading.flows[0]
                flow.start = start
                return flow
            })
    #expect(throws: InputError.unreadable("\(path): over 2 flows in a format without order of time; split the export"))
    {
        try read([path], sortLimit: 2)
    }
}
