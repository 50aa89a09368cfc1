import FlowFiles
import FlowFormats
import FlowModel
import Foundation
import Testing

private let kinds = ["gzip", "zstd", "bzip2"]

@Test(arguments: kinds)
func `several compressed members are read whole, a truncated one up to where it ends`(kind: String) throws {
    let folder = try Folder()
    let compressed = try #require(compressors[kind])
    let two = folder.write("two", compressed(rows(5000)) + compressed(rows(3000)))
    #expect(try read([two]).flows.count == 8000)
    let whole = compressed(rows(50_000))
    let cut = folder.write("cut", Array(whole.prefix(whole.count / 2)))
    for threads in [1, 2] {
        let reading = try read([cut], threads: threads)
        #expect(reading.flows.count > 10_000 && reading.flows.count < 50_000)
        #expect(reading.numbers == Array(0..<UInt64(reading.flows.count)))
        #expect(reading.problems == ["\(cut): truncated \(kind): the file ends inside compressed data"])
    }
}

@Test(arguments: kinds)
func `damaged compressed data is told, what came before it is read`(kind: String) throws {
    let folder = try Folder()
    let compressed = try #require(compressors[kind])
    let damaged = folder.write("damaged", compressed(rows(5000)) + Array("BZh and then no compressed data".utf8))
    let reading = try read([damaged])
    #expect(reading.flows.count == 5000)
    #expect(reading.problems == ["\(damaged): damaged \(kind) data"])
}

@Test(arguments: kinds)
func `a wrong checksum at the very end costs no row and is said once`(kind: String) throws {
    let folder = try Folder()
    let compressed = try #require(compressors[kind])
    for count in [100, 50_000] {
        var bytes = compressed(rows(count))
        // gzip: CRC, then length; bzip2: the CRC of all blocks, then a few bits.
        let place = kind == "gzip" ? 8 : 3
        bytes[bytes.count - place] ^= 0x55
        let path = folder.write("crc", bytes)
        for threads in [1, 2] {
            let reading = try read([path], threads: threads)
            #expect(reading.flows.count == count && reading.rejected == 0)
            #expect(reading.problems == ["\(path): damaged \(kind) data"])
        }
    }
}

@Test(arguments: kinds)
func `the row in which compressed data breaks off is rejected, whatever it looks like`(kind: String) throws {
    let folder = try Folder()
    let compressed = try #require(compressors[kind])
    // Cut inside the last number, and still a row to look at; then so that bytes are missing behind it.
    let cut = folder.write("cut", Array(compressed(Array(rows(20).dropLast(3))).dropLast(kind == "bzip2" ? 2 : 1)))
    let rest = rows(20).dropLast(3).suffix { $0 != UInt8(ascii: "\n") }
    for threads in [1, 2] {
        let reading = try read([cut], threads: threads)
        #expect(reading.numbers == Array(0..<19))
        #expect(reading.rejected == 1)
        let excerpt = String(decoding: rest.prefix(40), as: UTF8.self) + "…"
        #expect(reading.examples == ["\(cut):20: cut off where the file breaks off, found \"\(excerpt)\""])
    }
    // In a format that is read in sequence, too.
    let flows = (0..<20).map { makeFlow(at: $0) }
    let search = text(flows, as: SnaCSVWriter())
    let path = folder.write("search", Array(compressed(Array(search.dropLast(3))).dropLast(kind == "bzip2" ? 2 : 1)))
    let reading = try read([path])
    #expect(reading.flows.count == 19 && reading.rejected == 1)
}

extension ArraySlice<UInt8> {
    /// The longest end of which every byte is so.
    fileprivate func suffix(while isSo: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        self[(lastIndex { !isSo($0) } ?? startIndex - 1) + 1..<endIndex]
    }
}

@Test func `a plain file may end in the middle of a row`() throws {
    let folder = try Folder()
    #expect(try read([folder.write("whole", rows(20).dropLast())]).flows.count == 20)
    let broken = try read([folder.write("broken", rows(20).dropLast(4))])
    #expect(broken.flows.count == 19 && broken.rejected == 1)
}

@Test(arguments: [1, 2])
func `a file that is gone or shorter when its turn comes costs nothing of the others`(threads: Int) throws {
    let folder = try Folder()
    let one = folder.write("one.csv", rows(20_000, hour: 10))
    let gone = folder.write("gone.csv", rows(3000, hour: 12))
    let shorter = folder.write("shorter.csv", rows(3000, hour: 14))
    let last = folder.write("last.csv", rows(10, hour: 16))
    let length = rows(3000, hour: 14).count
    let reading = try read([one, gone, shorter, last], threads: threads) { _ in
        unlink(gone)
        truncate(shorter, 1000)
    }
    let kept = rows(3000, hour: 14).prefix(1000).count { $0 == UInt8(ascii: "\n") }
    #expect(reading.flows.count == 20_000 + kept + 10)
    #expect(
        reading.problems == [
            "\(gone): no such file", "\(shorter): became shorter: only 1000 of \(length) bytes are left",
        ])
    #expect(reading.rejected == 1)
    #expect(reading.ended == [0: 20_000, 1: 20_000, 2: 20_000 + kept, 3: 20_000 + kept + 10])
    #expect(throws: InputError.unreadable("\(gone): no such file")) { try read([one, gone], strict: true) }
}

@Test(arguments: [20, 20_000]) func `a pipe named by its path is opened once`(count: Int) throws {
    let folder = try Folder()
    let pipes = ["a", "b"].enumerated().map { folder.pipe($1, lines(of: rows(count), from: $0, by: 2)) }
    let reading = try read(pipes)
    #expect(reading.numbers.sorted() == Array(0..<UInt64(count)))
    #expect(reading.problems == [])
    // Read and sorted as a whole.
    let search = folder.pipe("search", text([3, 1, 2].map { makeFlow(at: $0) }, as: SnaCSVWriter()))
    #expect(try read([search]).flows.count == 3)
}
