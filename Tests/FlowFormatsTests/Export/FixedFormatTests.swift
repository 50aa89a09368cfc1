import Testing

@testable import FlowFormats
@testable import FlowModel

/// NetFlow v5 and v7.
struct FixedFormatTests {
    static func datagram(
        version: UInt16 = 5, count: UInt16 = 1, records: Int = 1, first: UInt32 = 3_590_000, last: UInt32 = 3_595_500,
        sampling: UInt16 = 0, sequence: UInt32 = 0
    ) -> [UInt8] {
        Wire.make { wire in
            wire.u16(version, count)
            wire.u32(Message.uptime, Message.exported, 500_000_000, sequence)
            wire.u16(0x0102, sampling)
            for _ in 0..<records {
                wire.address("10.1.2.3")
                wire.address("192.0.2.7")
                wire.u32(0, 0, 12, 3456, first, last)
                wire.u16(51_000, 443)
                wire.u8(0, 0x1b, 6, 0)
                wire.u64(0)
                if version == 7 { wire.u32(0) }
            }
        }
    }

    @Test(arguments: [5, 7] as [UInt16]) func `every field of a record is read`(version: UInt16) throws {
        var decoder = ExportDecoder()
        let result = decoder.flows(
            of: Self.datagram(version: version, count: 2, records: 2), from: OriginID(rawValue: 4))
        #expect(result.fault == nil)
        #expect(result.flows.count == 2)
        let flow = try #require(result.flows.last)
        #expect(flow.source == IPAddress("10.1.2.3"))
        #expect(flow.destination == IPAddress("192.0.2.7"))
        #expect(flow.transport == .tcp)
        #expect(flow.sourcePort == 51_000)
        #expect(flow.destinationPort == 443)
        #expect(flow.bytesSent == 3456)
        #expect(flow.packetsSent == 12)
        #expect(flow.flagsSent == 0x1b)
        #expect(flow.start == Timestamp.exported.advanced(by: -9_500_000_000))
        #expect(flow.duration == 5_500_000_000)
        #expect(flow.origin == OriginID(rawValue: 4))
    }

    @Test func `the engine is the domain`() {
        #expect(ExportSource(of: Self.datagram().span.bytes)?.domain == 0x0102)
    }

    @Test func `uptime that starts anew between start and header is noticed`() {
        var decoder = ExportDecoder()
        let flow = decoder.flows(of: Self.datagram(first: .max - 999, last: 500)).flows[0]
        #expect(flow.start == Timestamp.exported.advanced(by: (500 - 3_600_000 - 1000) * 1_000_000))
        #expect(flow.duration == 1_500_000_000)
    }

    @Test func `a record that ends before it starts lasted no time`() {
        var decoder = ExportDecoder()
        #expect(decoder.flows(of: Self.datagram(first: 2000, last: 1000)).flows[0].duration == 0)
    }

    @Test func `the header's sampling rate scales the counters`() {
        var decoder = ExportDecoder()
        let flow = decoder.flows(of: Self.datagram(sampling: 0x4000 | 100)).flows[0]
        #expect(flow.bytesSent == 345_600)
        #expect(flow.packetsSent == 1200)
        #expect(decoder.status[0].samplingRate == 100)
    }

    @Test func `fewer bytes than the header announces are rejected whole`() {
        var decoder = ExportDecoder()
        let datagram = Self.datagram(count: 2)
        let result = decoder.flows(of: datagram)
        #expect(result.flows.isEmpty)
        #expect(result.fault == DecodeError(.cutShort, at: datagram.count))
        #expect(decoder.faultCount(.cutShort) == 1)
    }

    @Test func `what is no export is said so`() {
        var decoder = ExportDecoder()
        #expect(decoder.flows(of: Array("GET / HTTP/1.1".utf8)).fault == DecodeError(.unknownVersion, at: 0))
        #expect(decoder.flows(of: []).fault == DecodeError(.unknownVersion, at: 0))
        #expect(decoder.flows(of: [0, 9, 0]).fault == DecodeError(.cutShort, at: 3))
    }

    @Test func `gaps in the sequence are flows missing`() {
        var decoder = ExportDecoder()
        for sequence in [10, 11, 14] as [UInt32] { _ = decoder.flows(of: Self.datagram(sequence: sequence)) }
        #expect(decoder.counts.missing == 2)
    }
}
