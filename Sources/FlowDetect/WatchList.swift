import FlowModel
import FlowState

/// What is known of a host that is watched closely.
protocol WatchEntry: Sendable, BitwiseCopyable {
    /// The host; `.unlisted` where the place is free.
    var host: HostID { get }
    /// How much there is to lose: of a few the one with the least makes room.
    var weight: Float { get }
    /// Nothing known yet.
    init(host: HostID)
}

/// At most `limit` hosts that are watched closely; a new one takes the place of the lightest of eight.
///
/// Memory: 2 bytes a host and `limit` entries. Which one goes depends on the order of the flows alone.
struct WatchList<Entry: WatchEntry>: Sendable, Stateful {
    private static var candidates: Int { 8 }

    private let limit: Int
    /// By `HostID`: the place in `entries` plus one; 0 when it is not there.
    private var places: [UInt16] = []
    private var nextCandidate = 0
    /// What is known of each.
    var entries: [Entry] = []
    /// How often a host had to make room.
    private(set) var evictedCount = 0

    init(limit: Int) { self.limit = min(Int(UInt16.max), max(Self.candidates, limit)) }

    /// Makes room for ids below `indexEnd`.
    mutating func grow(to indexEnd: Int) {
        if places.count < indexEnd { places.append(contentsOf: repeatElement(0, count: indexEnd - places.count)) }
    }

    /// Where the host is; nil when it is not watched.
    func find(_ host: HostID) -> Int? {
        guard host.index < places.count, places[host.index] > 0 else { return nil }
        return Int(places[host.index]) - 1
    }

    /// Where the host is, watched from now on; nil for an unlisted one.
    mutating func place(of host: HostID) -> Int? {
        if let place = find(host) { return place }
        guard host != .unlisted, host.index < places.count else { return nil }
        let place: Int
        if entries.count < limit {
            place = entries.count
            entries.append(Entry(host: host))
        } else {
            place = lightest()
            if entries[place].host != .unlisted {
                evictedCount += 1
                places[entries[place].host.index] = 0
            }
            entries[place] = Entry(host: host)
        }
        places[host.index] = UInt16(place + 1)
        return place
    }

    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&places)
        try state.carry(&nextCandidate)
        try state.carry(&entries)
        try state.carry(&evictedCount)
        guard entries.count <= limit, nextCandidate < max(1, entries.count) else { throw .damaged }
    }

    /// Frees the places of hosts whose ids will be reused.
    mutating func forget(_ gone: HostSet) {
        for place in entries.indices where gone.contains(entries[place].host) {
            places[entries[place].host.index] = 0
            entries[place] = Entry(host: .unlisted)
        }
    }

    private mutating func lightest() -> Int {
        var lightest = nextCandidate
        for _ in 0..<Self.candidates {
            if entries[nextCandidate].weight < entries[lightest].weight { lightest = nextCandidate }
            nextCandidate = (nextCandidate + 1) % entries.count
        }
        return lightest
    }
}
