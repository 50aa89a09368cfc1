import Testing

@testable import FlowFormats
@testable import FlowModel

/// Where the sampling rate comes from: the record, options data, the header, the settings, in that order.
struct SamplingTests {
    static func template(_ fields: [Message.Field]) -> Message {
        Message.netFlow9().template(256, RecordMeaningTests.ends + [[1, 4], [2, 4]] + fields)
    }

    static func data(_ write: (inout Wire) -> Void = { _ in }) -> Message {
        Message.netFlow9().data(256) { wire in
            RecordMeaningTests.ends(&wire)
            wire.u32(100, 2)
            write(&wire)
        }
    }

    @Test func `a record's own rate comes first`() {
        var decoder = ExportDecoder()
        decoder.setSamplingRate(7, of: .first)
        _ = decoder.flows(of: Self.template([[34, 4]]))
        let flow = decoder.flows(of: Self.data { $0.u32(10) }).first
        #expect(flow?.bytesSent == 1000)
        #expect(flow?.packetsSent == 20)
        // 0 says nothing; 1 says that every packet was looked at.
        #expect(decoder.flows(of: Self.data { $0.u32(0) }).first?.bytesSent == 700)
        #expect(decoder.flows(of: Self.data { $0.u32(1) }).first?.bytesSent == 100)
    }

    @Test func `options data give the rate of the sampler that a record names`() {
        var decoder = ExportDecoder()
        let options = Message.netFlow9().options(257, scopes: [[1, 4]], [[48, 1], [49, 1], [50, 4]])
        _ = decoder.flows(of: options)
        for (sampler, rate) in [(1, 100), (2, 50)] as [(UInt8, UInt32)] {
            _ = decoder.flows(
                of: Message.netFlow9().data(257) { wire in
                    wire.u32(0)
                    wire.u8(sampler, 2)
                    wire.u32(rate)
                })
        }
        #expect(decoder.counts.optionsRecords == 2)
        _ = decoder.flows(of: Self.template([[48, 1]]))
        #expect(decoder.flows(of: Self.data { $0.u8(1) }).first?.bytesSent == 10_000)
        #expect(decoder.flows(of: Self.data { $0.u8(2) }).first?.bytesSent == 5000)
        #expect(decoder.flows(of: Self.data { $0.u8(3) }).first?.bytesSent == 100)
        #expect(decoder.status[0].samplingRate == 1)
    }

    @Test func `the only sampler need not be named`() {
        var decoder = ExportDecoder()
        let options = Message.netFlow9().options(257, scopes: [[1, 4]], [[48, 1], [50, 4]]).data(257) { wire in
            wire.u32(0)
            wire.u8(1)
            wire.u32(100)
        }
        _ = decoder.flows(of: options)
        _ = decoder.flows(of: Self.template([]))
        #expect(decoder.flows(of: Self.data()).first?.bytesSent == 10_000)
    }

    static let options: [(fields: [Message.Field], write: @Sendable (inout Wire) -> Void, rate: UInt64)] = [
        (
            [[34, 4], [35, 1]],
            {
                $0.u32(100)
                $0.u8(2)
            }, 100
        ),
        ([[305, 4], [306, 4]], { $0.u32(1, 99) }, 100),
        ([[309, 4], [310, 4]], { $0.u32(10, 1000) }, 100),
        ([[311, 8]], { $0.u64(0.01.bitPattern) }, 100),
        ([[311, 8]], { $0.u64(Double.nan.bitPattern) }, 1),
        ([[309, 4], [310, 4]], { $0.u32(10, 0) }, 1),
    ]

    @Test(arguments: options.indices) func `every way to say a rate`(index: Int) {
        let (fields, write, rate) = Self.options[index]
        var decoder = ExportDecoder()
        let message = Message.ipfix().options(257, scopes: [[149, 4]], fields).data(257) { wire in
            wire.u32(0)
            write(&wire)
        }
        _ = decoder.flows(of: message)
        _ = decoder.flows(of: Message.ipfix().template(256, RecordMeaningTests.ends + [[1, 4]]))
        let data = Message.ipfix().data(256) { wire in
            RecordMeaningTests.ends(&wire)
            wire.u32(100)
        }
        #expect(decoder.flows(of: data).first?.bytesSent == 100 * rate)
    }

    @Test func `settings come last, and counters stop at the largest number`() {
        var decoder = ExportDecoder()
        decoder.setSamplingRate(1000, of: .first)
        _ = decoder.flows(of: Message.netFlow9().template(256, RecordMeaningTests.ends + [[1, 8]]))
        let data = Message.netFlow9().data(256) { wire in
            RecordMeaningTests.ends(&wire)
            wire.u64(1 << 60)
        }
        #expect(decoder.flows(of: data).first?.bytesSent == .max)
        decoder.setSamplingRate(2, of: .first)
        #expect(decoder.flows(of: data).first?.bytesSent == 1 << 61)
    }
}
