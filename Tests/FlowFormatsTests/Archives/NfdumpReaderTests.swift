import FlowMath
import Foundation
import Testing

@testable import FlowFormats
@testable import FlowModel

/// nfdump's own files, written by hand as nfcapd lays them out.
struct NfdumpReaderTests {
    static func little(_ write: (inout Little) -> Void) -> [UInt8] {
        var little = Little()
        write(&little)
        return little.bytes
    }

    struct Little {
        var bytes: [UInt8] = []
        mutating func u8(_ numbers: UInt8...) { bytes += numbers }
        mutating func u16(_ numbers: UInt16...) { for number in numbers { append(UInt64(number), 2) } }
        mutating func u32(_ numbers: UInt32...) { for number in numbers { append(UInt64(number), 4) } }
        mutating func u64(_ numbers: UInt64...) { for number in numbers { append(number, 8) } }
        private mutating func append(_ number: UInt64, _ length: Int) {
            for index in 0..<length { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
        }
    }

    static func block(_ records: [[UInt8]], kind: UInt16) -> [UInt8] {
        little { wire in
            wire.u32(UInt32(records.count), UInt32(records.reduce(0) { $0 + $1.count }))
            wire.u16(kind, 0)
            for record in records { wire.bytes += record }
        }
    }

    static func layout2(compression: UInt8 = 0, _ blocks: [[UInt8]]) -> [UInt8] {
        little { wire in
            wire.u16(0xa50c, 2)
            wire.u32(0xf107_0100)
            wire.u64(1_600_000_000)
            wire.u8(compression, 0, 0, 0)
            wire.u32(1)
            wire.u64(0)
            wire.u32(0, UInt32(blocks.count))
            for block in blocks { wire.bytes += block }
        }
    }

    static func layout1(flags: UInt32 = 0, _ blocks: [[UInt8]]) -> [UInt8] {
        little { wire in
            wire.u16(0xa50c, 1)
            wire.u32(flags, UInt32(blocks.count))
            wire.bytes += [UInt8](repeating: 0, count: 128 + 136)
            for block in blocks { wire.bytes += block }
        }
    }

    static func record(_ elements: [(UInt16, [UInt8])]) -> [UInt8] {
        let body = elements.flatMap { kind, data in
            little { wire in
                wire.u16(kind, UInt16(4 + data.count))
                wire.bytes += data
            }
        }
        return little { wire in
            wire.u16(11, UInt16(12 + body.count), UInt16(elements.count))
            wire.u8(0, 0, 1, 0, 0, 10)
            wire.bytes += body
        }
    }

    static let generic: (UInt16, [UInt8]) = (
        1,
        little { wire in
            wire.u64(1_600_000_000_123, 1_600_000_002_125, 1_600_000_003_000, 12, 3456)
            wire.u16(50_000, 443)
            wire.u8(6, 0x1b, 0, 0)
        }
    )
    static let v4: (UInt16, [UInt8]) = (2, little { $0.u32(0x0a00_0001, 0xc000_0201) })
    static let v6: (UInt16, [UInt8]) = (3, little { $0.u64(0x2001_0db8 << 32, 1, 0x2001_0db8 << 32, 2) })
    static let wayBack: (UInt16, [UInt8]) = (5, little { $0.u64(1, 7, 8910) })

    static func read(_ file: [UInt8], chunk: Int = .max) -> (flows: [Flow], error: ReadError?, batch: FlowBatch) {
        var reader = NfdumpReader()
        var batch = FlowBatch()
        var place = 0
        do throws(ReadError) {
            while place < file.count {
                let end = min(file.count, chunk == .max ? file.count : place + chunk)
                place += try reader.read(file.span.extracting(place..<end), into: &batch)
            }
            try reader.finish([UInt8]().span, into: &batch)
        } catch {
            return (batch.flows, error, batch)
        }
        return (batch.flows, nil, batch)
    }

    static let sample = layout2([
        block(
            [little { $0.u16(7, 4) }, record([generic, v4]), record([generic, (99, [1, 2]), v6, wayBack])], kind: 3),
        block([[1, 2, 3]], kind: 4), block([record([generic, v4])], kind: 3),
    ])

    @Test func `layout 2: elements in any order, unknown ones and other blocks passed over`() throws {
        let result = Self.read(Self.sample)
        #expect(result.error == nil)
        #expect(result.flows.count == 3)
        let flow = try #require(result.flows.first)
        #expect(flow.source == IPAddress("10.0.0.1"))
        #expect(flow.destination == IPAddress("192.0.2.1"))
        #expect(flow.start == Timestamp(nanoseconds: 1_600_000_000_123_000_000))
        #expect(flow.duration == 2_002_000_000)
        #expect(flow.transport == .tcp)
        #expect(flow.sourcePort == 50_000)
        #expect(flow.destinationPort == 443)
        #expect(flow.packetsSent == 12)
        #expect(flow.bytesSent == 3456)
        #expect(flow.flagsSent == 0x1b)
        #expect(result.flows[1].source == IPAddress("2001:db8::1"))
        #expect(result.flows[1].packetsReceived == 7)
        #expect(result.flows[1].bytesReceived == 8910)
    }

    static func common(isV6: Bool, kind: UInt16 = 10) -> [UInt8] {
        let flags: UInt16 = isV6 ? 7 : 0
        let body = little { wire in
            if kind == 1 { wire.u8(UInt8(flags), 0) } else { wire.u16(flags) }
            wire.u16(5, 123, 125)
            wire.u32(1_600_000_000, 1_600_000_002)
            wire.u8(0, 0x1b, 6, 0)
            wire.u16(50_000, 443)
            if kind == 10 { wire.u32(0) }
            if isV6 { wire.bytes += v6.1 } else { wire.bytes += v4.1 }
            if isV6 { wire.u64(12, 3456) } else { wire.u32(12, 3456) }
            // Interfaces, then the way back.
            wire.u32(1)
            wire.u64(7)
            wire.u32(8910)
        }
        return little { wire in
            wire.u16(kind, UInt16(4 + body.count))
            wire.bytes += body
        }
    }

    static let map = little { $0.u16(2, 18, 5, 16, 4, 15, 16, 0, 0) }

    @Test(arguments: [1, 10] as [UInt16]) func `layout 1: records by their extension map`(kind: UInt16) throws {
        let records = [Self.map, Self.common(isV6: false, kind: kind), Self.common(isV6: true, kind: kind)]
        let result = Self.read(Self.layout1([Self.block(records, kind: 2)]))
        #expect(result.error == nil)
        #expect(result.flows.count == 2)
        for (flow, address) in zip(result.flows, ["10.0.0.1", "2001:db8::1"]) {
            #expect(flow.source == IPAddress(address))
            #expect(flow.start == Timestamp(nanoseconds: 1_600_000_000_123_000_000))
            #expect(flow.duration == 2_002_000_000)
            #expect(
                [flow.packetsSent, flow.bytesSent, flow.packetsReceived, flow.bytesReceived] == [12, 3456, 7, 8910])
            #expect(flow.flagsSent == 0x1b)
            #expect(flow.destinationPort == 443)
        }
    }

    @Test func `packed blocks: by LZ4 and LZO, by whoever has the library, or said`() {
        let record = Self.record([Self.generic, Self.v4])
        let packed = Self.little { wire in
            wire.u32(1, UInt32(record.count + 2))
            wire.u16(3, 0)
            // All of it literals.
            wire.u8(0xf0, UInt8(record.count - 15))
            wire.bytes += record
        }
        #expect(Self.read(Self.layout2(compression: 3, [packed])).flows.count == 1)
        let raw = Self.block([record], kind: 3)
        var unpacked = raw
        unpacked[10] = 1
        #expect(Self.read(Self.layout2(compression: 3, [unpacked])).flows.count == 1)
        #expect(Self.read(Self.layout2(compression: 1, [raw])).error == .malformed("damaged nfdump block", line: 0))
        let bzip2 = Self.layout2(compression: 2, [raw])
        #expect(Self.read(bzip2).error == .malformed("nfdump file packed with bzip2, which is not read here", line: 0))
        var reader = NfdumpReader()
        reader.unpack = { packed, compression, limit, output in
            output = packed
            return compression == .bzip2 && packed.count <= limit
        }
        var batch = FlowBatch()
        let used = try? reader.read(bzip2.span, into: &batch)
        #expect(used == bzip2.count)
        #expect(batch.flows.count == 1)
    }

    @Test func `events of firewalls are as in NSEL`() {
        let event = { (event: UInt8) in
            (
                19 as UInt16,
                Self.little {
                    $0.u64(1_600_000_000_123)
                    $0.u32(1)
                    $0.u16(0)
                    $0.u8(event, 0)
                }
            )
        }
        let empty = (1 as UInt16, [UInt8](repeating: 0, count: 48))
        let records = [1, 2, 3].map { Self.record([empty, Self.v4, event($0)]) }
        let result = Self.read(Self.layout2([Self.block(records, kind: 3)]))
        #expect(result.flows.map(\.state) == [.unknown, .rejected])
        #expect(result.flows.first?.start == Timestamp(nanoseconds: 1_600_000_000_123_000_000))
        #expect(result.batch.skipped[.begin] == 1)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1000]) func `any size of chunks gives the same flows`(chunk: Int) {
        #expect(Self.read(Self.sample, chunk: chunk).flows == Self.read(Self.sample).flows)
    }

    @Test func `only nfdump's files are recognized`() {
        let recognizes = { (bytes: [UInt8]) in NfdumpReader.recognizes(bytes.span) }
        #expect(recognizes(Self.sample))
        #expect(recognizes(Self.layout1([])))
        #expect(!recognizes(Array("ts,te,td,sa,da".utf8)))
        #expect(!recognizes([0x0c, 0xa5]))
    }

    @Test func `truncations and seeded mutations do not trap, and a file cut short is said`() {
        let files = [
            Self.sample, Self.layout1([Self.block([Self.map, Self.common(isV6: true)], kind: 2)]),
            Self.layout2(compression: 3, [Self.block([[0xf0, 5] + [UInt8](repeating: 7, count: 30)], kind: 3)]),
            Self.layout2(compression: 1, [Self.block([[22, 1, 2, 3, 4, 5, 0x92, 0, 9, 9, 0x11, 0, 0]], kind: 3)]),
        ]
        for file in files { for length in 0..<file.count { _ = Self.read(Array(file.prefix(length))) } }
        #expect(Self.read(Array(Self.sample.dropLast())).error != nil)
        var random = SeededGenerator(seed: 0x1234_5678)
        let rounds = ProcessInfo.processInfo.environment["LAPWING_MUTATIONS"].flatMap(Int.init) ?? 20_000
        for _ in 0..<rounds {
            var bytes = files[random.below(files.count)]
            for _ in 0...random.below(3) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(random.below(256))
                case 1: bytes[place] = [0, 1, 0x7f, 0xff][random.below(4)]
                default: bytes.remove(at: place)
                }
            }
            _ = Self.read(bytes)
        }
    }
}
