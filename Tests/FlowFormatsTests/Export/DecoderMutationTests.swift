import FlowMath
import Foundation
import Testing

@testable import FlowFormats
@testable import FlowModel

/// No datagram traps, whatever was done to it. `LAPWING_MUTATIONS` sets how many are tried of each protocol.
struct DecoderMutationTests {
    static let protocols: [(name: String, seeds: [[UInt8]])] = [
        ("v5", EncodingTests.encode(EncodingTests.flows(twoWay: true, v6: false, count: 20), NetFlow5Encoder())),
        ("v7", [FixedFormatTests.datagram(version: 7, count: 3, records: 3)]),
        (
            "v9",
            EncodingTests.encode(EncodingTests.flows(twoWay: true, v6: true, count: 12), NetFlow9Encoder()) + [
                Message.netFlow9().options(257, scopes: [[1, 4]], [[48, 1], [50, 4]]).data(257) { wire in
                    wire.u32(0)
                    wire.u8(1)
                    wire.u32(100)
                }.bytes,
                Message.netFlow9().template(
                    258, RecordMeaningTests.ends + [[233, 1], [323, 8], [96, 65_535], [48, 1]]
                )
                .data(258) { wire in
                    RecordMeaningTests.ends(&wire)
                    wire.u8(2)
                    wire.u64(1_600_000_000_123)
                    wire.u8(2, 0, 0, 1)
                }.bytes,
            ]
        ),
        (
            "ipfix",
            EncodingTests.encode(EncodingTests.flows(twoWay: true, v6: true, count: 12), IPFIXEncoder()) + [
                Message.ipfix().template(
                    256,
                    [[96, 65_535]] + RecordMeaningTests.ends + [[22, 4], [21, 4], [291, 65_535], [1, 3], [154, 8]]
                ).data(256) { wire in
                    wire.u8(1, 0)
                    RecordMeaningTests.ends(&wire)
                    wire.u32(5, 6)
                    wire.u8(255, 0, 1, 0, 1, 2, 3)
                    wire.u64(1)
                }.bytes,
                Message.ipfix().options(257, scopes: [[149, 4]], [[309, 4], [310, 4], [160, 8]]).data(257) { wire in
                    wire.u32(0, 1, 100)
                    wire.u64(1_600_000_000_000)
                }.template(2, []).bytes,
            ]
        ),
        (
            "sflow",
            EncodingTests.encode(EncodingTests.flows(twoWay: true, v6: true, count: 5), SFlowEncoder())
                + PacketHeaderTests.framings.map { framing in
                    let link: UInt32 = [.ethernet: 1, .ppp: 7, .ip: 11, .mpls: 13][framing.link] ?? 1
                    return SFlowTests.datagram([SFlowTests.sample([SFlowTests.header(link: link, framing.bytes)])])
                }
        ),
    ]

    @Test(arguments: protocols.indices) func `seeded mutations do not trap`(index: Int) {
        let seeds = Self.protocols[index].seeds
        var generator = SeededGenerator(seed: 0x1234_5678 &+ UInt64(index))
        func random(_ bound: Int) -> Int { generator.below(bound) }
        let interesting: [UInt8] = [0, 1, 2, 3, 4, 5, 8, 12, 22, 27, 28, 0x7f, 0x80, 0xfe, 0xff]
        let rounds = ProcessInfo.processInfo.environment["LAPWING_MUTATIONS"].flatMap(Int.init) ?? 20_000
        var limits = ExportLimits()
        limits.exporters = 8
        limits.waitingSets = 4
        var decoder = ExportDecoder(limits: limits)
        var batch = FlowBatch()
        for _ in 0..<rounds {
            var bytes = seeds[random(seeds.count)]
            for _ in 0...random(4) {
                guard !bytes.isEmpty else { break }
                let place = random(bytes.count)
                switch random(6) {
                case 0: bytes[place] = UInt8(random(256))
                case 1: bytes[place] = interesting[random(interesting.count)]
                case 2: bytes.insert(interesting[random(interesting.count)], at: place)
                case 3: bytes.remove(at: place)
                case 4: bytes.removeLast(random(min(40, bytes.count)))
                default: bytes.replaceSubrange(place..<min(bytes.count, place + 2), with: [0xff, 0xff])
                }
            }
            try? decoder.decode(
                bytes.span.bytes, from: OriginID(rawValue: UInt16(random(3))),
                receivedAt: random(2) == 0 ? nil : .exported, into: &batch)
            #expect(decoder.waitingSets <= 1024)
            batch.removeAll()
        }
        #expect(decoder.counts.flows > 0)
        #expect(decoder.status.count <= 8)
    }

    @Test(arguments: protocols.indices) func `no truncation traps`(index: Int) {
        for seed in Self.protocols[index].seeds {
            var decoder = ExportDecoder()
            for length in 0...seed.count { _ = decoder.flows(of: Array(seed.prefix(length))) }
        }
    }
}
