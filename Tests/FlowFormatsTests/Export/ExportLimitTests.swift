import Testing

@testable import FlowFormats
@testable import FlowModel

/// Every bound of what exporters can make a decoder keep and do, at its edge.
struct ExportLimitTests {
    static func manyFields(_ count: Int) -> [Message.Field] {
        RecordMeaningTests.ends + [Message.Field](repeating: [5, 1], count: count - 2)
    }

    @Test func `10,000 fields a template, and not one more`() {
        var decoder = ExportDecoder()
        let whole = Message.ipfix().template(256, Self.manyFields(10_000)).bytes
        #expect(decoder.flows(of: whole).fault == nil)
        #expect(decoder.status[0].templates == 1)
        let beyond = Message.ipfix().template(257, Self.manyFields(10_001)).bytes
        #expect(decoder.flows(of: beyond).fault == DecodeError(.tooManyFields, at: 20))
        #expect(decoder.status[0].templates == 1)
    }

    @Test func `64 KiB a record, and not one byte more`() {
        var decoder = ExportDecoder()
        let whole = Message.ipfix().template(256, RecordMeaningTests.ends + [[96, 65_527]])
        #expect(decoder.flows(of: whole.bytes).fault == nil)
        let beyond = Message.ipfix().template(257, RecordMeaningTests.ends + [[96, 65_528]])
        #expect(decoder.flows(of: beyond.bytes).fault == DecodeError(.recordTooLong, at: 20))
    }

    @Test func `1,024 templates an exporter, and known ones still change`() {
        var decoder = ExportDecoder()
        for id in 256..<1280 { _ = decoder.flows(of: Message.ipfix().template(UInt16(id), RecordMeaningTests.ends)) }
        #expect(decoder.status[0].templates == 1024)
        let beyond = Message.ipfix().template(1280, RecordMeaningTests.ends).bytes
        #expect(decoder.flows(of: beyond).fault?.reason == .tooManyTemplates)
        #expect(decoder.flows(of: Message.ipfix().template(300, RecordMeaningTests.ends).bytes).fault == nil)
        #expect(decoder.status[0].templates == 1024)
    }

    @Test func `65,536 values a message, and not one record more`() {
        var decoder = ExportDecoder()
        // 16 values a record, of 9 bytes: 4,096 records fill the budget.
        let fields: [Message.Field] =
            RecordMeaningTests.ends + [Message.Field](repeating: [5, 0], count: 13) + [[5, 1]]
        _ = decoder.flows(of: Message.ipfix().template(256, fields))
        func records(_ count: Int) -> Message {
            Message.ipfix().data(256) { wire in
                for _ in 0..<count {
                    RecordMeaningTests.ends(&wire)
                    wire.u8(0)
                }
            }
        }
        let whole = decoder.flows(of: records(4096).bytes)
        #expect(whole.flows.count == 4096)
        #expect(whole.fault == nil)
        let beyond = decoder.flows(of: records(4097).bytes)
        #expect(beyond.flows.count == 4096)
        #expect(beyond.fault == DecodeError(.tooManyValues, at: 20 + 4096 * 9))
    }

    @Test func `sets for 256 templates wait, 1,024 for each`() {
        var decoder = ExportDecoder()
        let count = 1024
        for _ in 0...count { _ = decoder.flows(of: Message.ipfix().data(256) { RecordMeaningTests.ends(&$0) }) }
        #expect(decoder.waitingSets == count)
        #expect(decoder.counts.lostSets == 1)
        for id in 257..<512 {
            _ = decoder.flows(of: Message.ipfix().data(UInt16(id)) { RecordMeaningTests.ends(&$0) })
        }
        #expect(decoder.waitingSets == count + 255)
        #expect(decoder.counts.lostSets == 1)
        _ = decoder.flows(of: Message.ipfix().data(512) { RecordMeaningTests.ends(&$0) })
        #expect(decoder.waitingSets == count + 255)
        #expect(decoder.counts.lostSets == 2)
        #expect(decoder.flows(of: Message.ipfix().template(256, RecordMeaningTests.ends)).count == count)
        #expect(decoder.waitingSets == 255)
    }

    @Test func `waiting sets are bounded in bytes`() {
        var limits = ExportLimits()
        limits.waitingBytes = 3 * 1008
        var decoder = ExportDecoder(limits: limits)
        for _ in 0..<4 {
            _ = decoder.flows(of: Message.ipfix().data(256) { $0.bytes = [UInt8](repeating: 1, count: 1000) })
        }
        #expect(decoder.waitingSets == 3)
        #expect(decoder.counts.lostSets == 1)
    }

    @Test func `of too many exporters the one silent for longest is forgotten, and what waited for it lost`() {
        var limits = ExportLimits()
        limits.exporters = 2
        var decoder = ExportDecoder(limits: limits)
        let data = { (domain: UInt32) in Message.ipfix(domain: domain).data(256) { RecordMeaningTests.ends(&$0) } }
        for domain in [1, 2, 1, 3] as [UInt32] { _ = decoder.flows(of: data(domain)) }
        #expect(decoder.forgottenExporters == 1)
        #expect(Set(decoder.status.map(\.source.domain)) == [1, 3])
        #expect(decoder.waitingSets == 3)
        #expect(decoder.counts.lostSets == 1)
        #expect(decoder.counts.datagrams == 4)
        let template = Message.ipfix(domain: 3).template(256, RecordMeaningTests.ends)
        #expect(decoder.flows(of: template).count == 1)
    }
}
