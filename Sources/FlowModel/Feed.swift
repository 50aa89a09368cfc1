/// A blocklist by name, as far as a finding tells of it.
public struct Feed: Sendable, Equatable {
    /// What the settings call it.
    public var name: String
    /// The chance that who is on it is hostile, 0 to 1.
    public var confidence: Double
    /// When it was last known to be current.
    public var updated: Timestamp
    /// Nanoseconds after which what it says begins to fade.
    public var maximumAge: Int64

    /// A feed of all its parts.
    public init(name: String, confidence: Double, updated: Timestamp, maximumAge: Int64) {
        self.name = name
        self.confidence = confidence
        self.updated = updated
        self.maximumAge = maximumAge
    }

    /// Nanoseconds between the feed and a moment, before or after it, 0 or more: addresses change hands, so a list says
    /// as little of the years before it as of those after.
    public func age(at moment: Timestamp) -> Int64 {
        let distance = moment.nanoseconds.subtractingClamped(updated.nanoseconds)
        return distance < 0 ? Int64(0).subtractingClamped(distance) : distance
    }
}

/// Which feeds each host is on, by `HostID`: an address is looked up once, not once a flow.
public struct HostListings: Sendable {
    /// Feeds at most; a set of them is one word.
    public static let feedLimit = 60
    /// The bit of hosts that were looked up.
    private static let isKnown: UInt64 = 1 << 63

    /// The feeds, by their bit in a set.
    public let feeds: [Feed]
    private var sets: [UInt64] = []

    /// Nothing looked up yet.
    public init(feeds: [Feed] = []) { self.feeds = feeds }

    /// The feeds of `host`, a bit each; found by `look` the first time.
    public mutating func set(of host: HostID, look: () -> UInt64) -> UInt64 {
        if host == .unlisted { return look() }
        if host.index >= sets.count {
            sets.append(contentsOf: repeatElement(0, count: host.index + 1 - sets.count))
        }
        if sets[host.index] == 0 { sets[host.index] = look() | Self.isKnown }
        return sets[host.index] & ~Self.isKnown
    }

    /// The feeds that `host` is known to be on.
    public func feeds(of host: HostID) -> [Feed] {
        guard host.index < sets.count else { return [] }
        return feeds(in: sets[host.index] & ~Self.isKnown)
    }

    /// The feeds of a set.
    public func feeds(in set: UInt64) -> [Feed] {
        feeds.indices.filter { set >> UInt64($0) & 1 == 1 }.map { feeds[$0] }
    }

    /// Drops what is known of hosts whose ids will be reused.
    public mutating func forget(_ hosts: HostSet) {
        for index in sets.indices where hosts.contains(HostID(rawValue: UInt32(index))) { sets[index] = 0 }
    }
}
