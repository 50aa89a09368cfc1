import FlowMath
import Foundation
import Testing

@testable import FlowFormats
@testable import FlowModel

/// What every reader and writer of the catalog must stand.
struct ReaderBatteryTests {
    /// Flows of all kinds, as a writer writes them.
    static func sample(_ writerType: any FlowWriter.Type) -> [UInt8] {
        var names = FlowNames()
        var writer = writerType.init()
        var bytes: [UInt8] = []
        writer.begin(into: &bytes)
        for flow in flows(&names) { writer.write(flow, names: names, into: &bytes) }
        writer.end(into: &bytes)
        return bytes
    }

    static func flows(_ names: inout FlowNames) -> [Flow] {
        let desk = names.groups.intern(["Desktops", "Atlanta"])
        let web = names.groups.intern(["Web Servers"])
        let http = names.applications.intern("http")
        let states: [ConnectionState] = [.attempted, .rejected, .established, .closing, .closed, .reset]
        return (0..<12).map { number in
            let isV6 = number % 3 == 2
            let state = states[number % 6]
            var flow = Flow(
                source: IPAddress(isV6 ? "fd00::\(number)" : "10.0.0.\(number)") ?? .unspecified,
                destination: IPAddress(isV6 ? "2a00:1::\(number)" : "192.0.2.\(number)") ?? .unspecified,
                start: Timestamp(seconds: 1_600_000_000 + Int64(number)),
                duration: number % 2 == 0 ? 0 : Int64(number) * 1_000_000_000, transport: .tcp, state: state,
                sourcePort: UInt16(40_000 + number), destinationPort: 443, bytesSent: UInt64(number * 1000),
                bytesReceived: state.isFailure ? 0 : UInt64(number * 123_456), packetsSent: 3,
                packetsReceived: state.isFailure ? 0 : 4)
            flow.sourceGroups = desk
            flow.destinationGroups = web
            flow.application = http
            return flow
        }
    }

    /// Reads bytes in chunks as a file source does. Returns: the flows with their names adopted, and the counts.
    static func read(
        _ bytes: [UInt8], as type: any FlowReader.Type, chunk: Int
    ) -> (flows: [Flow], rejected: RejectCounts, skipped: SkipCounts, lines: Int, error: ReadError?) {
        var reader = type.init()
        var buffer: [UInt8] = []
        var batch = FlowBatch()
        var names = FlowNames()
        var flows: [Flow] = []
        var rejected = RejectCounts()
        var skipped = SkipCounts()
        var lines = 0
        func collect() {
            names.adopt(&batch)
            flows += batch.flows
            rejected.add(batch.rejected)
            skipped.add(batch.skipped)
            lines += batch.lines
            batch.removeAll()
        }
        var start = 0
        do throws(ReadError) {
            while start < bytes.count {
                let end = min(start + chunk, bytes.count)
                buffer += bytes[start..<end]
                start = end
                let used = try reader.read(buffer.span, into: &batch)
                buffer.removeFirst(used)
                collect()
            }
            try reader.finish(buffer.span, into: &batch)
            collect()
        } catch {
            collect()
            return (flows, rejected, skipped, lines, error)
        }
        return (flows, rejected, skipped, lines, nil)
    }

    static let writerNames = FormatCatalog.writers.map { $0.format.name }
    static let readerNames = FormatCatalog.readers.map { $0.format.name }

    static func sample(named name: String) -> [UInt8] {
        // A format without a writer of its own has its sample in its fixture.
        if let writer = FormatCatalog.writer(named: name) { return sample(writer) }
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)/sample")
        return (try? Data(contentsOf: file)).map { Array($0) } ?? []
    }

    @Test(arguments: readerNames) func `every reader has a sample`(name: String) {
        #expect(!Self.sample(named: name).isEmpty)
    }

    @Test(arguments: readerNames) func `exactly one reader recognizes a sample`(name: String) {
        let bytes = Self.sample(named: name)
        let takers = FormatCatalog.readers.filter { $0.recognizes(bytes.span) }.map { $0.format.name }
        #expect(takers == [name])
    }

    @Test(arguments: writerNames) func `what a writer writes its reader reads back`(name: String) throws {
        let bytes = Self.sample(named: name)
        let result = Self.read(bytes, as: try #require(FormatCatalog.reader(named: name)), chunk: bytes.count)
        var names = FlowNames()
        let written = Self.flows(&names)
        #expect(result.rejected.total == 0)
        #expect(result.flows.count == written.count)
        for (read, original) in zip(result.flows, written) {
            #expect(read.source == original.source)
            #expect(read.destination == original.destination)
            #expect(read.start == original.start)
            #expect(read.sourcePort == original.sourcePort)
            #expect(read.destinationPort == original.destinationPort)
            #expect(read.bytesSent == original.bytesSent)
            #expect(read.bytesReceived == original.bytesReceived)
            #expect(read.transport == original.transport)
            if name != "plain-csv" { #expect(read.duration == original.duration) }
            if !name.hasPrefix("sna") { #expect(read.isAnswered == original.isAnswered) }
        }
    }

    @Test(arguments: readerNames) func `any size of chunks gives the same flows`(name: String) throws {
        let bytes = Self.sample(named: name) + Array("\ngarbage,x\n".utf8)
        let type = try #require(FormatCatalog.reader(named: name))
        let whole = Self.read(bytes, as: type, chunk: bytes.count)
        #expect(!whole.flows.isEmpty)
        for chunk in [1, 2, 3, 7, 64, 1000] {
            let cut = Self.read(bytes, as: type, chunk: chunk)
            #expect(cut.flows == whole.flows, "chunks of \(chunk)")
            #expect(cut.rejected == whole.rejected, "chunks of \(chunk)")
            #expect(cut.skipped == whole.skipped)
            #expect(cut.lines == whole.lines, "chunks of \(chunk)")
        }
    }

    @Test(arguments: readerNames) func `no truncation traps`(name: String) throws {
        let bytes = Self.sample(named: name)
        let type = try #require(FormatCatalog.reader(named: name))
        for length in 0..<bytes.count { _ = Self.read(Array(bytes.prefix(length)), as: type, chunk: 512) }
    }

    @Test(arguments: readerNames) func `100,000 seeded mutations do not trap`(name: String) throws {
        let type = try #require(FormatCatalog.reader(named: name))
        let sample = Self.sample(named: name)
        // The header, if any, and a few rows: mutations should hit the fields.
        let bytes = Array(sample.prefix(700))
        var random = SeededGenerator(seed: 0x1234_5678)
        let interesting: [UInt8] = Array("-+.,:/\t\"\\{}[]0123456789eExXnN \n\r".utf8) + [0, 0x7f, 0x80, 0xff]
        let rounds = ProcessInfo.processInfo.environment["LAPWING_MUTATIONS"].flatMap(Int.init) ?? 100_000
        var mutated = bytes
        var batch = FlowBatch()
        for _ in 0..<rounds {
            mutated = bytes
            for _ in 0...random.below(3) {
                let place = random.below(mutated.count)
                switch random.below(4) {
                case 0: mutated[place] = UInt8(random.below(256))
                case 1: mutated[place] = interesting[random.below(interesting.count)]
                case 2: mutated.insert(interesting[random.below(interesting.count)], at: place)
                default: mutated.remove(at: place)
                }
            }
            var reader = type.init()
            batch.removeAll()
            let used = (try? reader.read(mutated.span, into: &batch)) ?? mutated.count
            try? reader.finish(mutated.span.extracting(min(used, mutated.count)..<mutated.count), into: &batch)
            #expect(used <= mutated.count)
        }
    }

    @Test(arguments: readerNames) func `a line of 12 MB is counted once and the next is read`(name: String) throws {
        let type = try #require(FormatCatalog.reader(named: name))
        guard type.format.splitsAtNewlines else { return }
        let sample = Self.sample(named: name)
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 12 << 20) + [UInt8(ascii: "\n")]
        let lastLine = sample.dropLast().split(separator: UInt8(ascii: "\n")).last.map { Array($0) } ?? []
        let result = Self.read(sample + long + lastLine + [UInt8(ascii: "\n")], as: type, chunk: 1 << 20)
        let whole = Self.read(sample, as: type, chunk: 1 << 20)
        #expect(result.rejected[.lineTooLong] == 1)
        #expect(result.flows.count == whole.flows.count + 1)
    }

    @Test func `every file of readers is in the catalog`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/FlowFormats")
        let known = Set(
            (FormatCatalog.readers.map { "\($0)" } + FormatCatalog.writers.map { "\($0)" }))
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        for case let file as URL in try #require(files) where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for line in text.split(separator: "\n") where line.hasPrefix("public struct ") {
                let name = line.dropFirst("public struct ".count).prefix { $0.isLetter || $0.isNumber }
                guard name.hasSuffix("Reader") || name.hasSuffix("Writer") else { continue }
                #expect(known.contains(String(name)), "\(name) in \(file.lastPathComponent)")
            }
        }
    }
}
