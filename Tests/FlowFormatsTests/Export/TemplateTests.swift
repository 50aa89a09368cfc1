import Testing

@testable import FlowFormats
@testable import FlowModel

/// Templates of NetFlow v9 and IPFIX: how they come, change and go.
struct TemplateTests {
    /// Addresses, ports, protocol, bytes, packets.
    static let fields: [Message.Field] = [[8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [1, 8], [2, 4]]

    static func record(_ wire: inout Wire, bytes: UInt64 = 1000) {
        wire.address("10.0.0.1")
        wire.address("192.0.2.1")
        wire.u16(50_000, 53)
        wire.u8(17)
        wire.u64(bytes)
        wire.u32(3)
    }

    static let messages = [Message.netFlow9(), Message.ipfix()]

    @Test(arguments: messages) func `data is read by its template`(message: Message) throws {
        var decoder = ExportDecoder()
        let flows = decoder.flows(
            of: message.template(256, Self.fields).data(256) { wire in
                Self.record(&wire)
                Self.record(&wire, bytes: 2000)
                wire.u8(0, 0, 0)
            })
        #expect(flows.map(\.bytesSent) == [1000, 2000])
        let flow = try #require(flows.first)
        #expect(flow.source == IPAddress("10.0.0.1"))
        #expect(flow.destination == IPAddress("192.0.2.1"))
        #expect(flow.sourcePort == 50_000)
        #expect(flow.destinationPort == 53)
        #expect(flow.transport == .udp)
        #expect(flow.packetsSent == 3)
        // It states no time.
        #expect(flow.start == .exported)
        #expect(flow.state == .unknown)
    }

    @Test(arguments: messages) func `data before its template waits for it`(message: Message) {
        var decoder = ExportDecoder()
        #expect(decoder.flows(of: message.data(256) { Self.record(&$0) }).isEmpty)
        #expect(decoder.flows(of: message.data(256) { Self.record(&$0, bytes: 7) }).isEmpty)
        #expect(decoder.waitingSets == 2)
        let flows = decoder.flows(of: message.template(256, Self.fields))
        #expect(flows.map(\.bytesSent) == [1000, 7])
        #expect(decoder.waitingSets == 0)
        #expect(decoder.counts.lateSets == 2)
        #expect(decoder.counts.flows == 2)
    }

    @Test func `templates are those of an exporter and a domain`() {
        var decoder = ExportDecoder()
        _ = decoder.flows(of: Message.ipfix(domain: 1).template(256, Self.fields))
        #expect(decoder.flows(of: Message.ipfix(domain: 2).data(256) { Self.record(&$0) }).isEmpty)
        let data = Message.ipfix(domain: 1).data(256) { Self.record(&$0) }
        #expect(decoder.flows(of: data.bytes, from: OriginID(rawValue: 9)).flows.isEmpty)
        #expect(decoder.flows(of: data).count == 1)
        #expect(decoder.status.count == 3)
    }

    @Test func `a template sent anew replaces the old one`() {
        var decoder = ExportDecoder()
        _ = decoder.flows(of: Message.ipfix().template(256, [[12, 4], [8, 4]]))
        _ = decoder.flows(of: Message.ipfix().template(256, Self.fields))
        #expect(decoder.flows(of: Message.ipfix().data(256) { Self.record(&$0) }).first?.sourcePort == 50_000)
    }

    @Test func `a template that is withdrawn is forgotten, or all of a kind`() {
        var decoder = ExportDecoder()
        let templates = Message.ipfix().template(256, Self.fields).template(257, Self.fields)
            .options(258, scopes: [[149, 4]], [[34, 4]])
        _ = decoder.flows(of: templates)
        #expect(decoder.status[0].templates == 3)
        _ = decoder.flows(of: Message.ipfix().template(256, []))
        #expect(decoder.status[0].templates == 2)
        _ = decoder.flows(of: Message.ipfix().template(2, []))
        #expect(decoder.status[0].templates == 1)
        _ = decoder.flows(of: Message.ipfix().set(3, [0, 3, 0, 0]))
        #expect(decoder.status[0].templates == 0)
    }

    @Test func `fields of enterprises and of variable length are passed over`() throws {
        var decoder = ExportDecoder()
        let fields: [Message.Field] = [
            [96, 65_535], [8, 4], [501, 65_535, 35_632], [12, 4], [7, 2], [99, 3, 4321], [11, 2], [291, 65_535],
            [1, 8],
        ]
        let message = Message.ipfix().template(256, fields).data(256) { wire in
            for length in [0, 5, 254, 255, 300] as [UInt16] {
                if length < 255 { wire.u8(UInt8(length)) } else { wire.u8(255) }
                if length >= 255 { wire.u16(length) }
                wire.bytes += [UInt8](repeating: 0xee, count: Int(length))
                wire.address("10.0.0.1")
                // Three bytes of length where one would do are allowed.
                wire.u8(255)
                wire.u16(2)
                wire.u8(1, 2)
                wire.address("192.0.2.1")
                wire.u16(50_000)
                wire.u8(9, 9, 9)
                wire.u16(53)
                wire.u8(1, 0xff)
                wire.u64(UInt64(length))
            }
        }
        let flows = decoder.flows(of: message)
        #expect(flows.map(\.bytesSent) == [0, 5, 254, 255, 300])
        for flow in flows {
            #expect(flow.source == IPAddress("10.0.0.1"))
            #expect(flow.destination == IPAddress("192.0.2.1"))
            #expect(flow.sourcePort == 50_000)
            #expect(flow.destinationPort == 53)
        }
    }

    @Test func `a field of variable length that runs beyond its set is a fault with its place`() {
        var decoder = ExportDecoder()
        let message = Message.ipfix().template(256, [[8, 4], [12, 4], [96, 65_535]]).data(256) { wire in
            wire.address("10.0.0.1")
            wire.address("192.0.2.1")
            wire.u8(1, 7)
            wire.address("10.0.0.2")
            wire.address("192.0.2.2")
            wire.u8(200, 7)
        }
        let result = decoder.flows(of: message.bytes)
        #expect(result.flows.count == 1)
        // Header, template set, header of the data set, first record.
        #expect(result.fault == DecodeError(.badVariableField, at: 16 + 20 + 4 + 10))
        #expect(decoder.counts.brokenSets == 1)
    }

    @Test func `numbers of any length up to eight bytes are read, longer ones passed over`() {
        for length in 1...8 {
            var decoder = ExportDecoder()
            let message = Message.ipfix().template(256, [[8, 4], [1, UInt32(length)], [12, 4], [2, 9]]).data(256) {
                wire in
                wire.address("10.0.0.1")
                wire.bytes += [UInt8](repeating: 0xff, count: length)
                wire.address("192.0.2.1")
                wire.bytes += [UInt8](repeating: 1, count: 9)
            }
            let flow = decoder.flows(of: message).first
            #expect(flow?.bytesSent == .max >> UInt64(64 - 8 * length))
            #expect(flow?.packetsSent == 0)
            #expect(flow?.destination == IPAddress("192.0.2.1"))
        }
    }

    @Test func `fields of length 0 take no byte`() {
        var decoder = ExportDecoder()
        let message = Message.netFlow9().template(256, [[8, 4], [1, 0], [12, 4], [5, 0]]).data(256) { wire in
            wire.address("10.0.0.1")
            wire.address("192.0.2.1")
        }
        #expect(decoder.flows(of: message).map(\.bytesSent) == [0])
        let empty = decoder.flows(of: Message.netFlow9().template(257, [[1, 0]]).bytes)
        #expect(empty.fault == DecodeError(.badTemplate, at: 24))
    }

    @Test func `zeros that fill a datagram are padding`() {
        var decoder = ExportDecoder()
        let message = Message.netFlow9().template(256, Self.fields).data(256) { Self.record(&$0) }
        let result = decoder.flows(of: message.bytes + [UInt8](repeating: 0, count: 500))
        #expect(result.flows.count == 1)
        #expect(result.fault == nil)
    }

    @Test func `a set that is wrong does not spoil the others`() {
        var decoder = ExportDecoder()
        let message = Message.ipfix().template(256, Self.fields).set(2, [0, 7, 0, 1, 0, 8, 0, 4]).set(77, [1, 2, 3])
            .data(256) { Self.record(&$0) }
        let result = decoder.flows(of: message.bytes)
        #expect(result.flows.count == 1)
        #expect(result.fault == DecodeError(.badTemplate, at: 16 + 4 + 4 + 28 + 4))
        #expect(decoder.counts.brokenSets == 1)
        #expect(decoder.counts.unknownSets == 1)
    }

    @Test func `a message cut short is rejected where it ends`() {
        var decoder = ExportDecoder()
        let bytes = Message.ipfix().template(256, Self.fields).data(256) { Self.record(&$0) }.bytes
        let cut = Array(bytes.dropLast(3))
        #expect(decoder.flows(of: cut).fault == DecodeError(.cutShort, at: cut.count))
        var netFlow9 = Message.netFlow9().template(256, Self.fields).data(256) { Self.record(&$0) }.bytes
        netFlow9.removeLast(3)
        #expect(decoder.flows(of: netFlow9).fault?.reason == .badSetLength)
    }

    @Test func `sequence numbers count datagrams in v9 and records in IPFIX`() {
        var decoder = ExportDecoder()
        _ = decoder.flows(of: Message.netFlow9(sequence: 5).template(256, Self.fields))
        _ = decoder.flows(of: Message.netFlow9(sequence: 8).data(256) { Self.record(&$0) })
        #expect(decoder.counts.missing == 2)
        _ = decoder.flows(of: Message.ipfix(sequence: 5).template(256, Self.fields))
        for sequence in [5, 7, 10] as [UInt32] {
            _ = decoder.flows(
                of: Message.ipfix(sequence: sequence).data(256) { wire in
                    Self.record(&wire)
                    Self.record(&wire)
                })
        }
        #expect(decoder.counts.missing == 3)
    }
}
