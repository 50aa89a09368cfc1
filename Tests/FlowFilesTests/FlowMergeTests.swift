import FlowFiles
import FlowFormats
import FlowMath
import FlowModel
import Testing

/// Flows with origin and names aside, to compare files that hold the same in different ways.
private func plain(_ flows: [Flow]) -> [Flow] {
    flows.map { flow in
        var flow = flow
        flow.origin = .first
        return flow
    }
}

private func isSorted(_ times: [Timestamp]) -> Bool { zip(times, times.dropFirst()).allSatisfy { $0 <= $1 } }

@Test(arguments: [1, 2, 4])
func `two halves of alternate rows give the flows of the whole file in its order`(threads: Int) throws {
    let folder = try Folder()
    // Three flows a second, in files of several batches.
    let flows = (0..<20_000).map { makeFlow(at: Int64($0 / 3), number: UInt64($0)) }
    let bytes = text(flows, as: PlainCSVWriter())
    let whole = try read([folder.write("whole.csv", bytes)], threads: threads)
    let halves = [0, 1].map { folder.write("\($0).csv", lines(of: bytes, from: $0, by: 2)) }
    let reading = try read(halves, threads: threads)
    #expect(whole.numbers == Array(0..<20_000))
    // Within a second those of the first file come first.
    let order = whole.flows.sorted {
        ($0.start, $0.bytesSent % 2, $0.bytesSent) < ($1.start, $1.bytesSent % 2, $1.bytesSent)
    }
    #expect(plain(reading.flows) == order)
    #expect(reading.flows.allSatisfy { UInt64($0.origin.rawValue) == $0.bytesSent % 2 })
    #expect(reading.ended == [0: 19_999, 1: 20_000])
    #expect(reading.origins.map(\.firstTime) == [whole.flows[0].start, whole.flows[1].start])
}

@Test(arguments: [1, 2, 4])
func `chunks, threads and compression change nothing`(threads: Int) throws {
    let folder = try Folder()
    var labels = FlowNames()
    var random = SeededGenerator(seed: 1)
    let flows = (0..<3000).map { number in
        var flow = makeFlow(
            at: Int64(number / 3), lasting: Int64(random.below(40)), number: UInt64(number))
        flow.label = labels.labels.intern("label \(random.below(200))")
        return flow
    }
    let parts = (0..<3).map { part in flows.filter { $0.bytesSent % 3 == part } }
    let zeek = text(
        parts[0].sorted { ($0.end, $0.bytesSent) < ($1.end, $1.bytesSent) }, as: ZeekTSVWriter(), names: labels)
    let argus = text(parts[1], as: ArgusCSVWriter(), names: labels)
    let search = text(parts[2].reversed(), as: CSVWriter(), names: labels)
    let compress = try #require(compressors["gzip"])
    let expected = try read(
        [folder.write("a", zeek), folder.write("b", argus), folder.write("c", search)], threads: 1)
    #expect(expected.flows.count == 3000)
    #expect(Set(expected.flows.map(\.label)).count > 150)
    // The first flows of argus and of the search start before the first of Zeek ends.
    #expect(expected.origins.map(\.order) == [.byStart, .byStart, .byEnd(lateness: 3_600_000_000_000)])
    #expect(isSorted(expected.flows.map { $0.origin.index == 2 ? $0.end : $0.start }))
    for chunk in [7, 1000, 10_000] {
        let reading = try read(
            [folder.path + "/a", folder.path + "/b", folder.path + "/c"], threads: threads, chunk: chunk)
        #expect(reading == expected, "chunks of \(chunk) bytes")
    }
    let packed = [
        folder.write("a", compress(zeek)), folder.write("b", compress(argus)), folder.write("c", compress(search)),
    ]
    #expect(try read(packed, threads: threads, chunk: 777) == expected)
    #expect(try read(packed, threads: threads) == expected)
}

@Test func `a row out of order does not run ahead of the other inputs`() throws {
    let folder = try Folder()
    let one = text([0, 10, 3, 20].map { makeFlow(at: $0, number: 1) }, as: PlainCSVWriter())
    let two = text([1, 5, 12].map { makeFlow(at: $0, number: 2) }, as: PlainCSVWriter())
    let reading = try read([folder.write("one", one), folder.write("two", two)])
    #expect(reading.flows.map { $0.start.nanoseconds / 1_000_000_000 - 1_600_000_000 } == [0, 1, 5, 10, 3, 12, 20])
}

@Test func `of the same time the input with the earlier place comes first`() throws {
    let folder = try Folder()
    let paths = (0..<5).map { place in
        folder.write(
            "\(9 - place)", text([5, 5, 6].map { makeFlow(at: $0, number: UInt64(place)) }, as: PlainCSVWriter()))
    }
    #expect(try read(paths).numbers == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 0, 1, 2, 3, 4])
}

@Test(arguments: [1, 3])
func `sorted and unsorted inputs that follow each other are in order`(threads: Int) throws {
    let folder = try Folder()
    let days = (0..<3).map { day in (0..<100).map { makeFlow(at: Int64(day * 1000 + $0), number: UInt64(day)) } }
    let paths = [
        folder.write("3", text(days[2].reversed(), as: CSVWriter())),
        folder.write("2", text(days[1], as: PlainCSVWriter())),
        folder.write("1", text(days[0].reversed(), as: CSVWriter())),
    ]
    let reading = try read(paths, threads: threads)
    #expect(reading.flows.map(\.start) == days.joined().map(\.start))
    #expect(reading.flows.map(\.origin.index) == reading.numbers.map { Int($0) })
    #expect(reading.origins.map(\.name) == [paths[2], paths[1], paths[0]])
    #expect(reading.origins.map(\.firstTime) == days.map { $0[0].start })
    #expect(reading.ended == [0: 100, 1: 200, 2: 300])
}

@Test(arguments: [1, 2])
func `more files than may be open are all read, and it is said how many were late`(threads: Int) throws {
    let folder = try Folder()
    // Ten files that overlap, and one long behind them.
    var paths = (0..<10).map { place in
        folder.write("\(place)", text((0..<20).map { makeFlow(at: Int64($0 * 10 + place)) }, as: PlainCSVWriter()))
    }
    paths.append(folder.write("later", text([makeFlow(at: 100_000)], as: PlainCSVWriter())))
    let all = try read(paths, threads: threads, openFiles: 10)
    #expect(all.problems == [] && isSorted(all.flows.map(\.start)))
    let few = try read(paths, threads: threads, openFiles: 4)
    #expect(few.flows.count == 201)
    #expect(
        few.problems == ["6 files were read late: more than 4 overlap in time, and no more are open at once"])
    #expect(few.ended.count == 11)
    #expect(try read(paths, threads: threads, openFiles: 4, chunk: 50) == few)
    #expect(try read(paths, threads: threads, openFiles: 1).flows.count == 201)
}

@Test func `more than 128 files overlap`() throws {
    let folder = try Folder()
    let paths = (0..<140).map { place in
        folder.write("\(place)", text((0..<3).map { makeFlow(at: Int64($0)) }, as: PlainCSVWriter()))
    }
    let reading = try read(paths)
    #expect(reading.flows.count == 420)
    #expect(reading.ended.count == 140)
    #expect(
        reading.problems == ["12 files were read late: more than 128 overlap in time, and no more are open at once"])
}

@Test func `an input without flows ends at once, one that begins far into the file is found`() throws {
    let folder = try Folder()
    let header = "#separator \\x09\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n"
    let empty = folder.write("empty", Array(header.utf8))
    let comments = String(repeating: "#a comment\n", count: 60_000)
    let row = "1600000002.5\t10.0.0.1\t1\t192.0.2.1\t2\ttcp\n"
    let deep = folder.write("deep", Array((header + comments + row).utf8))
    let other = folder.write("other", text([1, 2, 3].map { makeFlow(at: $0) }, as: PlainCSVWriter()))
    let reading = try read([empty, deep, other])
    #expect(reading.origins.map(\.name) == [other, deep, empty])
    #expect(reading.flows.map(\.origin.rawValue) == [0, 0, 1, 0])
    #expect(reading.ended == [2: 0, 1: 3, 0: 4])
}

@Test func `names of an earlier run may be set before the first batch, for sorted inputs too`() throws {
    let folder = try Folder()
    var written = FlowNames()
    var flows = (0..<3).map { makeFlow(at: Int64($0)) }
    for index in flows.indices {
        flows[index].label = written.labels.intern("label \(index)")
        flows[index].sourceGroups = written.groups.intern(["Web", "Group \(index)"])
    }
    let path = folder.write("search", text(flows.reversed(), as: CSVWriter(), names: written))
    let source = try FlowSource.open([path], options: InputOptions())
    var earlier = FlowNames()
    _ = earlier.labels.intern("something else")
    _ = earlier.groups.intern(["Group 1", "Mail"])
    source.names = earlier
    var batch = FlowBatch()
    var read: [Flow] = []
    while try source.next(into: &batch) { read += batch.flows }
    #expect(read.map { source.names.labels.name($0.label) } == ["label 0", "label 1", "label 2"])
    #expect(
        read.map { source.names.groups.text(of: $0.sourceGroups) }
            == flows.map { written.groups.text(of: $0.sourceGroups) })
    #expect(source.names.labels.name(NameID(rawValue: 1)) == "something else")
}
