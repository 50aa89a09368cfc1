import Testing

@testable import FlowFormats
@testable import FlowModel

/// What the elements of a record say of a flow.
struct RecordMeaningTests {
    static let ends: [Message.Field] = [[8, 4], [12, 4]]

    static func ends(_ wire: inout Wire) {
        wire.address("10.0.0.1")
        wire.address("192.0.2.1")
    }

    /// The flows of one record of `ends` and other fields.
    static func decode(
        _ message: Message, _ fields: [Message.Field], _ write: (inout Wire) -> Void
    ) -> (flows: [Flow], batch: FlowBatch) {
        var decoder = ExportDecoder()
        var batch = FlowBatch()
        let bytes = message.template(256, ends + fields).data(256) { wire in
            ends(&wire)
            write(&wire)
        }.bytes
        try? decoder.decode(bytes.span.bytes, from: .first, receivedAt: nil, into: &batch)
        return (batch.flows, batch)
    }

    static func decode(
        _ fields: [Message.Field], _ write: (inout Wire) -> Void
    ) -> (flows: [Flow], batch: FlowBatch) {
        decode(.ipfix(), fields, write)
    }

    @Test func `IPv6 addresses`() {
        var decoder = ExportDecoder()
        let message = Message.ipfix().template(256, [[27, 16], [28, 16]]).data(256) { wire in
            wire.address("2001:db8::1")
            wire.address("2001:db8::2")
        }
        let flow = decoder.flows(of: message).first
        #expect(flow?.source == IPAddress("2001:db8::1"))
        #expect(flow?.destination == IPAddress("2001:db8::2"))
    }

    @Test(arguments: [nil, 4, 6] as [UInt8?]) func `of both families that which is meant is taken`(version: UInt8?) {
        let fields: [Message.Field] = [[27, 16], [28, 16], [60, 1]]
        let flow = Self.decode(.netFlow9(), version == nil ? fields.dropLast() : fields) { wire in
            wire.address("2001:db8::1")
            wire.address("2001:db8::2")
            if let version { wire.u8(version) }
        }.flows.first
        #expect(flow?.source == IPAddress(version == 6 ? "2001:db8::1" : "10.0.0.1"))
    }

    static let times: [(fields: [Message.Field], write: [UInt64], start: Int64, duration: Int64)] = [
        ([[150, 4], [151, 4]], [1_600_000_000, 1_600_000_007], 1_600_000_000_000_000_000, 7_000_000_000),
        ([[152, 8], [153, 8]], [1_600_000_000_123, 1_600_000_007_125], 1_600_000_000_123_000_000, 7_002_000_000),
        // NTP counts from 1900: half a second.
        (
            [[154, 8], [155, 8]], [3_808_988_800 << 32 | 1 << 31, 3_808_988_801 << 32], 1_600_000_000_500_000_000,
            500_000_000
        ),
        (
            [[156, 8], [157, 8]], [3_808_988_800 << 32 | 1 << 31, 3_808_988_801 << 32], 1_600_000_000_500_000_000,
            500_000_000
        ),
        ([[158, 4], [159, 4]], [5_000_000, 2_000_000], 1_699_999_995_000_000_000, 3_000_000_000),
        ([[152, 8], [161, 4]], [1_600_000_000_123, 250], 1_600_000_000_123_000_000, 250_000_000),
        ([[153, 8], [162, 4]], [1_600_000_000_123, 3000], 1_600_000_000_120_000_000, 3_000_000),
        ([[323, 8]], [1_600_000_000_123], 1_600_000_000_123_000_000, 0),
        // The finer of two wins, wherever it stands.
        ([[150, 4], [152, 8]], [1_600_000_000, 1_600_000_000_123], 1_600_000_000_123_000_000, 0),
        ([[152, 8], [150, 4]], [1_600_000_000_123, 1_600_000_000], 1_600_000_000_123_000_000, 0),
        // A start of 0 is none.
        ([[150, 4], [151, 4]], [0, 0], 1_700_000_000_000_000_000, 0),
        // The exporter's start in the record itself.
        ([[160, 8], [22, 4], [21, 4]], [1_600_000_000_000, 5000, 6000], 1_600_000_005_000_000_000, 1_000_000_000),
        ([[152, 8], [153, 8]], [1_600_000_000_123, 1_600_000_000_000], 1_600_000_000_123_000_000, 0),
    ]

    @Test(arguments: times.indices) func `times in every unit`(index: Int) {
        let (fields, values, start, duration) = Self.times[index]
        let flow = Self.decode(fields) { wire in
            for (field, value) in zip(fields, values) {
                if field[1] == 8 { wire.u64(value) } else { wire.u32(UInt32(value)) }
            }
        }.flows.first
        #expect(flow?.start.nanoseconds == start)
        #expect(flow?.duration == duration)
    }

    @Test func `uptime in v9 refers to the header's`() {
        let flow = Self.decode(.netFlow9(), [[22, 4], [21, 4]]) { $0.u32(Message.uptime - 5000, Message.uptime - 2000) }
            .flows.first
        #expect(flow?.start == Timestamp.exported.advanced(by: -5_000_000_000))
        #expect(flow?.duration == 3_000_000_000)
    }

    @Test func `uptime in IPFIX refers to the exporter's start, from options data or estimated`() {
        var decoder = ExportDecoder()
        let template = Message.ipfix().template(256, Self.ends + [[22, 4], [21, 4]])
        let data = Message.ipfix().data(256) { wire in
            Self.ends(&wire)
            wire.u32(7000, 9000)
        }
        _ = decoder.flows(of: template)
        // Estimated: it ended no later than it was exported.
        #expect(decoder.flows(of: data).first?.end == .exported)
        let options = Message.ipfix().options(257, scopes: [[144, 4]], [[160, 8]]).data(257) { wire in
            wire.u32(1)
            wire.u64(1_600_000_000_000)
        }
        _ = decoder.flows(of: options)
        #expect(decoder.flows(of: data).first?.start == Timestamp(nanoseconds: 1_600_000_007_000_000_000))
    }

    @Test func `both ways by reverse elements, the state by their flags`() {
        let fields: [Message.Field] = [[1, 4], [1, 4, 29_305], [2, 4], [2, 4, 29_305], [6, 1], [6, 1, 29_305]]
        let flow = Self.decode(fields) { wire in
            wire.u32(100, 200, 3, 4)
            wire.u8(0x1b, 0x13)
        }.flows.first
        #expect(flow?.bytesSent == 100)
        #expect(flow?.bytesReceived == 200)
        #expect(flow?.packetsSent == 3)
        #expect(flow?.packetsReceived == 4)
        #expect(flow?.flagsSent == 0x1b)
        #expect(flow?.flagsReceived == 0x13)
        #expect(flow?.state == .closed)
    }

    @Test func `initiator and responder`() {
        let flow = Self.decode([[231, 4], [232, 4], [298, 4], [299, 4]]) { $0.u32(100, 200, 3, 4) }.flows.first
        #expect([flow?.bytesSent, flow?.bytesReceived, flow?.packetsSent, flow?.packetsReceived] == [100, 200, 3, 4])
    }

    @Test func `a flow whose source did not begin is turned around`() {
        let flow = Self.decode([[239, 1], [7, 2], [11, 2], [231, 4], [232, 4]]) { wire in
            wire.u8(2)
            wire.u16(443, 50_000)
            wire.u32(100, 200)
        }.flows.first
        #expect(flow?.source == IPAddress("192.0.2.1"))
        #expect(flow?.sourcePort == 50_000)
        #expect(flow?.bytesSent == 200)
    }

    @Test func `outgoing counters are the way back in v9, and the same way in IPFIX`() {
        let fields: [Message.Field] = [[1, 4], [23, 4], [2, 4], [24, 4]]
        let back = Self.decode(.netFlow9(), fields) { $0.u32(100, 200, 3, 4) }.flows.first
        #expect([back?.bytesSent, back?.bytesReceived, back?.packetsSent, back?.packetsReceived] == [100, 200, 3, 4])
        let same = Self.decode(.ipfix(), fields) { $0.u32(100, 200, 3, 4) }.flows.first
        #expect([same?.bytesSent, same?.bytesReceived, same?.packetsSent, same?.packetsReceived] == [100, 0, 3, 0])
        let only = Self.decode(.netFlow9(), [[23, 4], [24, 4]]) { $0.u32(200, 4) }.flows.first
        #expect([only?.bytesSent, only?.bytesReceived, only?.packetsSent, only?.packetsReceived] == [200, 0, 4, 0])
    }

    @Test func `YAF's flags of the first and the other packets are one`() {
        let fields: [Message.Field] = [[14, 1, 6871], [15, 1, 6871], [0x400e, 1, 6871], [0x400f, 1, 6871], [4, 1]]
        let flow = Self.decode(fields) { $0.u8(0x02, 0x18, 0x12, 0x10, 6) }.flows.first
        #expect(flow?.flagsSent == 0x1a)
        #expect(flow?.flagsReceived == 0x12)
    }

    @Test func `flags of two bytes lose what no flag is`() {
        #expect(Self.decode([[6, 2]]) { $0.u16(0x0112) }.flows.first?.flagsSent == 0x12)
    }

    @Test func `ICMP's type and code stand for a port`() {
        let apart = Self.decode([[4, 1], [176, 1], [177, 1], [11, 2]]) { wire in
            wire.u8(1, 3, 1)
            wire.u16(0)
        }
        #expect(apart.flows.first?.destinationPort == 0x0301)
        let together = Self.decode([[4, 1], [139, 2]]) { wire in
            wire.u8(58)
            wire.u16(0x8000)
        }
        #expect(together.flows.first?.destinationPort == 0x8000)
        let notICMP = Self.decode([[4, 1], [32, 2]]) { wire in
            wire.u8(17)
            wire.u16(0x8000)
        }
        #expect(notICMP.flows.first?.destinationPort == 0)
    }

    @Test func `addresses and ports before translation are those of the flow`() {
        let fields: [Message.Field] = [
            [7, 2], [11, 2], [225, 4], [226, 4], [227, 2], [228, 2], [1, 4], [230, 1],
        ]
        let flow = Self.decode(fields) { wire in
            wire.u16(1, 2)
            wire.address("203.0.113.1")
            wire.address("203.0.113.2")
            wire.u16(3, 4)
            wire.u32(100)
            wire.u8(1)
        }.flows.first
        #expect(flow?.source == IPAddress("10.0.0.1"))
        #expect(flow?.sourcePort == 1)
    }

    @Test func `translations without counters are no flows`() {
        let result = Self.decode([[225, 4], [230, 1]]) { wire in
            wire.address("203.0.113.1")
            wire.u8(1)
        }
        #expect(result.flows.isEmpty)
        #expect(result.batch.skipped[.otherEvent] == 1)
    }

    /// ASA: flow created, deleted, denied, alert, updated, with and without bytes.
    static let events: [(event: UInt8, bytes: UInt32, isFlow: Bool, state: ConnectionState)] = [
        (1, 0, false, .unknown), (2, 0, true, .unknown), (2, 9, true, .unknown), (3, 0, true, .rejected),
        (4, 0, false, .unknown), (5, 9, true, .unknown), (1, 9, true, .unknown),
    ]

    @Test(arguments: events.indices) func `events of firewalls`(index: Int) {
        let (event, bytes, isFlow, state) = Self.events[index]
        let result = Self.decode(.netFlow9(), [[233, 1], [323, 8], [231, 4], [232, 4]]) { wire in
            wire.u8(event)
            wire.u64(1_600_000_000_123)
            wire.u32(bytes, bytes)
        }
        #expect(result.flows.count == (isFlow ? 1 : 0))
        #expect(result.batch.skipped[.begin] == (isFlow ? 0 : 1))
        #expect(result.flows.first?.state ?? .unknown == state)
        #expect(result.flows.first?.start.nanoseconds ?? 1_600_000_000_123_000_000 == 1_600_000_000_123_000_000)
    }

    @Test func `an old ASA's bytes are those of both ways`() {
        let flow = Self.decode(.netFlow9(), [[40_005, 1], [85, 4]]) { wire in
            wire.u8(2)
            wire.u32(900)
        }.flows.first
        #expect(flow?.bytesSent == 900)
        #expect(flow?.traits == .bytesAreTotal)
    }

    @Test func `records without both addresses are counted as something else`() {
        var decoder = ExportDecoder()
        _ = decoder.flows(of: Message.ipfix().template(256, [[8, 4], [1, 4]]).data(256) { $0.u32(1, 2, 3, 4) })
        #expect(decoder.counts.otherRecords == 2)
        #expect(decoder.counts.flows == 0)
    }
}
