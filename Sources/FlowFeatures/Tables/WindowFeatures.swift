import FlowMath
import FlowModel

/// The features of one window from the 5-tuples of its flows: distinct counts, their distributions, entropies.
///
/// Kept from window to window for its memory. Cost: about twenty sorts of the window's flows, a byte at a time.
struct WindowFeatures: Sendable {
    /// Distributions of distinct counts: `dst_port_per_conn` is ports of each (source, destination).
    private static let distributions = [
        "dst_port_per_conn", "dst_port_per_dst_ip", "src_ip_per_dst_ip", "dst_port_per_src_ip", "dst_ip_per_src_ip",
        "dst_ip_per_dst_port", "src_ip_per_dst_port",
    ]
    private static let figures = ["max", "mean", "perc25", "perc50", "perc75", "perc90"]
    /// By `ConnectionState`; the second seed calls a request without an answer new.
    private static let states = ["unknown", "new", "rejected", "established", "closing", "closed", "reset"]

    /// The columns, in the order that `append` writes them.
    static let columns: [FeatureTable.Column] =
        [.init("num_entries")] + states.map { .init("num_state_" + $0) } + [
            .init("bytes_sent", unit: "B"), .init("bytes_received", unit: "B"),
            .init("count_src_ip"), .init("entropy_src_ip", unit: "bit"),
            .init("count_dst_ip"), .init("entropy_dst_ip", unit: "bit"),
            .init("count_src_port"), .init("entropy_src_port", unit: "bit"),
            .init("count_dst_port"), .init("entropy_dst_port", unit: "bit"),
            .init("count_flows"), .init("count_conns"), .init("num_flows_per_conn_mean"),
        ] + distributions.flatMap { name in figures.map { .init(name + "_" + $0) } }

    private var keys: [UInt64] = []
    private var scratch: [UInt64] = []
    private var counts: [UInt64] = []

    /// Appends the features that hang on addresses and ports. Parameter tuples: of the window's flows, at least one;
    /// sorted, and repeats thrown out. Parameter pairs: those that the tuples name.
    mutating func append(_ tuples: inout [UInt64], pairs: PairTable, to values: inout [Double]) {
        appendSpread(tuples.map { Self.source($0 >> 40, pairs) }, to: &values)
        appendSpread(tuples.map { Self.destination($0 >> 40, pairs) }, to: &values)
        appendSpread(tuples.map { $0 >> 24 & 0xffff }, to: &values)
        appendSpread(tuples.map { $0 >> 8 & 0xffff }, to: &values)
        tuples.sortDistinct(scratch: &scratch)
        // Pair and destination port; all that follows is of these.
        var contacts = tuples.map { ($0 >> 40) << 16 | $0 >> 8 & 0xffff }
        contacts.sortDistinct(scratch: &scratch)
        count(runsOf: contacts, by: 16)
        values += [Double(tuples.count), Double(counts.count), Double(tuples.count) / Double(counts.count)]
        appendFigures(to: &values)
        appendDistribution(contacts, by: 16, to: &values) { Self.destination($0 >> 16, pairs) << 16 | $0 & 0xffff }
        appendDistribution(contacts, by: 24, to: &values) {
            Self.destination($0 >> 16, pairs) << 24 | Self.source($0 >> 16, pairs)
        }
        appendDistribution(contacts, by: 16, to: &values) { Self.source($0 >> 16, pairs) << 16 | $0 & 0xffff }
        appendDistribution(contacts, by: 24, to: &values) {
            Self.source($0 >> 16, pairs) << 24 | Self.destination($0 >> 16, pairs)
        }
        appendDistribution(contacts, by: 24, to: &values) { ($0 & 0xffff) << 24 | Self.destination($0 >> 16, pairs) }
        appendDistribution(contacts, by: 24, to: &values) { ($0 & 0xffff) << 24 | Self.source($0 >> 16, pairs) }
    }

    private static func source(_ pair: UInt64, _ pairs: PairTable) -> UInt64 {
        UInt64(pairs.source(of: PairID(rawValue: UInt32(truncatingIfNeeded: pair))).rawValue)
    }

    private static func destination(_ pair: UInt64, _ pairs: PairTable) -> UInt64 {
        UInt64(pairs.destination(of: PairID(rawValue: UInt32(truncatingIfNeeded: pair))).rawValue)
    }

    /// Appends how many distinct values there are, and their entropy: -Σ p log2 p over shares of flows.
    private mutating func appendSpread(_ list: [UInt64], to values: inout [Double]) {
        keys = list
        radixSort(&keys, scratch: &scratch)
        count(runsOf: keys, by: 0)
        let total = Double(keys.count)
        var sum = 0.0
        for count in counts where count > 1 { sum += Double(count) * logarithm2(Double(count)) }
        values += [Double(counts.count), max(0, logarithm2(total) - sum / total)]
    }

    /// Appends the figures of a distribution. Parameter key: what is counted in its low bits, of what above `shift`.
    private mutating func appendDistribution(
        _ contacts: [UInt64], by shift: UInt64, to values: inout [Double], key: (UInt64) -> UInt64
    ) {
        keys = contacts.map(key)
        keys.sortDistinct(scratch: &scratch)
        count(runsOf: keys, by: shift)
        appendFigures(to: &values)
    }

    /// Counts, of sorted keys, how many follow each other with the same bits above `shift`.
    private mutating func count(runsOf sorted: [UInt64], by shift: UInt64) {
        counts.removeAll(keepingCapacity: true)
        var last = UInt64.max
        var length: UInt64 = 0
        for key in sorted {
            if key >> shift != last, length > 0 {
                counts.append(length)
                length = 0
            }
            last = key >> shift
            length += 1
        }
        if length > 0 { counts.append(length) }
    }

    private mutating func appendFigures(to values: inout [Double]) {
        radixSort(&counts, scratch: &scratch)
        let sorted = counts.map { Double($0) }
        values += [sorted.last ?? 0, sorted.reduce(0, +) / Double(max(1, sorted.count))]
        for share in [0.25, 0.5, 0.75, 0.9] { values.append(Statistics.quantile(share, ofSorted: sorted)) }
    }
}
