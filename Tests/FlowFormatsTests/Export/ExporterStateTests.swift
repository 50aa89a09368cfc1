import Testing

@testable import FlowFormats
@testable import FlowModel

/// Sequence numbers and clocks.
struct ExporterStateTests {
    static let sequences: [(numbers: [UInt32], missing: UInt64, reordered: UInt64, restarts: UInt64)] = [
        ([0, 1, 2, 3], 0, 0, 0),
        ([0, 1, 5], 3, 0, 0),
        ([.max - 1, .max, 0, 1], 0, 0, 0),
        ([.max, 2], 2, 0, 0),
        // One that was overtaken is not missing.
        ([0, 1, 3, 2, 4], 0, 1, 0),
        ([100_000, 100_001, 0, 1, 2], 0, 0, 1),
        ([0, 1, 2_000_000_000, 2_000_000_001], 0, 0, 1),
        // A restart soon after a start looks like datagrams overtaken, for a while.
        ([50] + Array(0...30), 0, 16, 1),
    ]

    @Test(arguments: sequences.indices) func `a sequence`(index: Int) {
        let (numbers, missing, reordered, restarts) = Self.sequences[index]
        var tracker = SequenceTracker()
        var counts = ExportCounts()
        for number in numbers { tracker.take(number, units: 1, counts: &counts) }
        #expect(counts.missing == missing)
        #expect(counts.reordered == reordered)
        #expect(counts.restarts == restarts)
    }

    @Test func `after a message of unknown length the next number is taken as it comes`() {
        var tracker = SequenceTracker()
        var counts = ExportCounts()
        tracker.take(0, units: nil, counts: &counts)
        tracker.take(17, units: 3, counts: &counts)
        tracker.take(20, units: 3, counts: &counts)
        #expect(counts.missing == 0)
    }

    @Test func `a clock that is a minute off is corrected, and the correction does not shake`() {
        let second: Int64 = 1_000_000_000
        var clock = ExporterClock()
        func offset(_ seconds: Int64) -> Int64 {
            clock.compare(exported: 1000 * second, receivedAt: Timestamp(seconds: 1000 + seconds))
            return clock.correction
        }
        #expect(offset(0) == 0)
        #expect(offset(60) == 0)
        #expect(offset(3600) == 3600 * second)
        #expect(offset(3603) == 3600 * second)
        #expect(offset(-7200) == -7200 * second)
        #expect(offset(1) == 0)
        #expect(clock.offset == second)
    }

    @Test func `a corrected clock moves the flows, and only where the time of arrival is known`() {
        var decoder = ExportDecoder()
        let late = Timestamp.exported.advanced(by: 3_600_000_000_000)
        let message = Message.ipfix().template(256, RecordMeaningTests.ends + [[150, 4]]).data(256) { wire in
            RecordMeaningTests.ends(&wire)
            wire.u32(Message.exported - 5)
        }
        let moved = decoder.flows(of: message.bytes, receivedAt: late).flows.first
        #expect(moved?.start == late.advanced(by: -5_000_000_000))
        #expect(decoder.status[0].clockOffset == 3_600_000_000_000)
        var other = ExportDecoder()
        #expect(other.flows(of: message).first?.start == Timestamp.exported.advanced(by: -5_000_000_000))
    }

    @Test func `an estimated start only comes nearer, until the exporter starts anew`() {
        let second: Int64 = 1_000_000_000
        var clock = ExporterClock()
        #expect(clock.start(exported: 1000 * second, recordEnd: 100_000) == 900 * second)
        #expect(clock.start(exported: 1000 * second, recordEnd: 110_000) == 890 * second)
        #expect(clock.start(exported: 1010 * second, recordEnd: 111_000) == 890 * second)
        #expect(clock.start(exported: 90_000 * second, recordEnd: 5000) == 89_995 * second)
    }
}
