import CBzip2
import CZlib
import CZstd
import FlowFiles
import FlowFormats
import FlowModel
import Foundation
import Testing

/// A folder of its own for each test, gone with it.
private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let file = path + "/" + name
        _ = FileManager.default.createFile(atPath: file, contents: Data(bytes))
        return file
    }
}

private func rows(_ count: Int, hour: Int = 10) -> [UInt8] {
    var text = ""
    for number in 0..<count {
        let second = number % 60
        text += "2019-09-30 \(hour):\(10 + number / 60 % 50):\(second < 10 ? "0" : "")\(second),tcp,Closed,"
        text += "10.0.\(number % 250).1,\(1024 + number % 60_000),192.0.2.\(number % 250),443,\(number),1\n"
    }
    return Array(text.utf8)
}

private func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    let capacity = output.count
    input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(capacity)
            deflate(&stream, Z_FINISH)
        }
    }
    deflateEnd(&stream)
    return Array(output.prefix(capacity - Int(stream.avail_out)))
}

private func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let length = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    return Array(output.prefix(length))
}

private func bzip2(_ bytes: [UInt8]) -> [UInt8] {
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: bytes.count * 2 + 1000)
    var length = UInt32(output.count)
    BZ2_bzBuffToBuffCompress(&output, &length, &input, UInt32(input.count), 1, 0, 0)
    return output.prefix(Int(length)).map { UInt8(bitPattern: $0) }
}

private let compressors = ["gzip": gzip, "zstd": zstd, "bzip2": bzip2]

private struct Result: Equatable {
    var flows: [Flow] = []
    var examples: [String] = []
    var problems: [String] = []
    var rejected = 0
}

private func read(_ paths: [String], threads: Int = 2, strict: Bool = false) throws(InputError) -> Result {
    var options = InputOptions()
    options.threads = threads
    options.isStrict = strict
    let source = try FlowSource.open(paths, options: options)
    var result = Result()
    var batch = FlowBatch()
    while try source.next(into: &batch) { result.flows += batch.flows }
    result.examples = source.report.examples
    result.problems = source.report.problems
    result.rejected = source.report.rejected.total
    return result
}

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

@Test(arguments: ["gzip", "zstd", "bzip2"])
func `several compressed members are read whole, a truncated one up to where it ends`(kind: String) throws {
    let folder = try Folder()
    let compressed = try #require(compressors[kind])
    let two = folder.write("two", compressed(rows(5000)) + compressed(rows(3000)))
    #expect(try read([two]).flows.count == 8000)
    let whole = compressed(rows(50_000))
    let cut = folder.write("cut", Array(whole.prefix(whole.count / 2)))
    for threads in [1, 2] {
        let result = try read([cut], threads: threads)
        #expect(result.flows.count > 10_000 && result.flows.count < 50_000)
        #expect(result.problems == ["\(cut): truncated \(kind): the file ends inside compressed data"])
    }
}

@Test(arguments: ["gzip", "zstd", "bzip2"])
func `damaged compressed data is told, what came before it is read`(kind: String) throws {
    let folder = try Folder()
    let compressed = try #require(compressors[kind])
    let damaged = folder.write("damaged", compressed(rows(5000)) + Array("BZh and then no compressed data".utf8))
    let result = try read([damaged])
    #expect(result.flows.count == 5000)
    #expect(result.problems == ["\(damaged): damaged \(kind) data"])
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
    var writer = SnaCSVWriter()
    var bytes: [UInt8] = []
    writer.begin(into: &bytes)
    for second in [30, 10, 20] as [Int64] {
        let flow = Flow(
            source: IPAddress(v4: 0x0a00_0001), destination: IPAddress(v4: 0xc000_0201),
            start: Timestamp(seconds: second), transport: .tcp, bytesSent: 1, bytesReceived: 1)
        writer.write(flow, names: FlowNames(), into: &bytes)
    }
    writer.end(into: &bytes)
    let path = folder.write("search.csv", bytes)
    #expect(try read([path]).flows.map(\.start) == [10, 20, 30].map { Timestamp(seconds: $0) })
    var options = InputOptions()
    options.sortLimit = 2
    let source = try FlowSource.open([path], options: options)
    var batch = FlowBatch()
    #expect(throws: InputError.unreadable("\(path): over 2 flows in a format without order of time; split the export"))
    {
        while try source.next(into: &batch) {}
    }
}
