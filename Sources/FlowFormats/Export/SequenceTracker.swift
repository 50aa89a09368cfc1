/// Follows the sequence numbers of one exporter: what is missing, what came late, when they began anew.
struct SequenceTracker: Sendable {
    /// A step forward beyond this is a restart, not a loss.
    private static let widestGap: Int32 = 1 << 24
    /// A step back beyond this is a restart, not a datagram that was overtaken.
    private static let farthestBack: Int32 = -(1 << 15)
    /// So many datagrams in a row from behind are a restart, too.
    private static let mostLate = 16

    private var expected: UInt32?
    private var lateInARow = 0

    /// Takes the number of a datagram. Parameter units: by how much it moves the next one on; nil where that cannot be
    /// told, and then the next number is taken as it comes.
    mutating func take(_ number: UInt32, units: UInt32?, counts: inout ExportCounts) {
        let following = units.map { number &+ $0 }
        guard let expected else {
            self.expected = following
            return
        }
        let step = Int32(bitPattern: number &- expected)
        if step >= 0 {
            lateInARow = 0
            if step > Self.widestGap { counts.restarts += 1 } else { counts.missing += UInt64(step) }
            self.expected = following
        } else if step < Self.farthestBack || lateInARow >= Self.mostLate {
            lateInARow = 0
            counts.restarts += 1
            self.expected = following
        } else {
            lateInARow += 1
            counts.reordered += 1
            // Its gap was counted when it was overtaken.
            counts.missing -= min(counts.missing, UInt64(units ?? 0))
        }
    }
}
