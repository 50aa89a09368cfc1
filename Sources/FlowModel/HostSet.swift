public import FlowState

/// A set of hosts as one bit each.
public struct HostSet: Sendable, Equatable, Stateful {
    private var words: [UInt64] = []
    /// How many hosts are in the set.
    public private(set) var count = 0

    /// No hosts.
    public init() {}

    /// Whether `host` is in the set.
    public func contains(_ host: HostID) -> Bool {
        let word = host.index >> 6
        return word < words.count && words[word] >> UInt64(host.index & 63) & 1 == 1
    }

    /// Adds `host`.
    public mutating func insert(_ host: HostID) {
        let word = host.index >> 6
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        let bit: UInt64 = 1 << UInt64(host.index & 63)
        if words[word] & bit == 0 { count += 1 }
        words[word] |= bit
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&words)
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Takes every host of `other` out.
    public mutating func subtract(_ other: HostSet) {
        count = 0
        for index in words.indices {
            if index < other.words.count { words[index] &= ~other.words[index] }
            count += words[index].nonzeroBitCount
        }
    }
}
