import FlowMath
public import FlowModel
import FlowState

/// Settings of `new-port` and of `new-peer`.
public struct NoveltySettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// So long a host must have been seen to do something, in slices of ten minutes, before its news say anything: in
    /// its first hour all of them are new.
    public var learningSeconds = 3600.0
    /// What was not seen for so long is new again: a month, so that what is done monthly is known.
    public var memorySeconds = 31.0 * 86_400
    public static let ranges: [String: ClosedRange<Double>] = ["learningSeconds": .learning, "memorySeconds": .memory]
    /// The defaults.
    public init() {}
}

/// How often hosts meet something new, and how surprising it is that one does now.
///
/// Null model: of the slices of ten minutes in which a host does something, a share has something new in it; the share is
/// the host's own, drawn towards its group's where little is known of it. However much is new in a slice counts once, so
/// that a burst, which is what browsing is made of, weighs as much as one thing. What many of the group meet in the same
/// slice (the start of a day, a new server) surprises as little as that is many. The first slices of a host teach what
/// exists and nothing of how often something is new. Slices with a finding count a tenth, so that an intruder does not
/// make himself usual. Memory: 20 bytes a host. What groups meet is the
/// network's to know (`NetworkKnowledge`).
struct NoveltyRates: Sendable, Stateful {
    private static let sliceLength: Int64 = 600_000_000_000
    /// Slices that the group's share counts as.
    private static let groupWeight: Float = 6
    /// Others of the group that must be there before what they do now says anything.
    private static let leastOthers: UInt32 = 3
    /// Every slice of two hours, in which evidence falls to a quarter, is a chance to be surprised.
    private static let tests = 12.0
    /// What a slice with a finding counts as.
    private static let suspiciousRate: Float = 0.1
    /// A record so many slices behind the host's last counts in that; further behind it begins a new time: a day.
    private static let lateness: Int32 = 144

    private struct Host {
        var slice = Int32.min
        /// Slices lived through, and those of them that count.
        var age: UInt16 = 0
        var group: UInt8 = 0
        var isNovel = false
        var isFound = false
        var slices: Float = 0
        var novel: Float = 0
    }

    private let learningSlices: UInt16
    private var hosts: [Host] = []
    private let topic: NoveltyTopic

    /// Rates of nobody. Parameter topic: what may be new. Parameter learningSeconds: of doing something, before a host's
    /// news say anything.
    init(_ topic: NoveltyTopic, learningSeconds: Double) {
        self.topic = topic
        learningSlices = UInt16(Self.slices(inSeconds: learningSeconds))
    }

    /// The slice that a moment falls into.
    static func slice(of moment: Timestamp) -> Int32 { Int32(truncatingIfNeeded: moment.nanoseconds / sliceLength) }

    /// Slices in so many seconds.
    static func slices(inSeconds seconds: Double) -> Int {
        Int((seconds * 1e9 / Double(sliceLength)).rounded(.up))
    }

    /// Makes room for hosts up to an id.
    mutating func grow(to count: Int) {
        if hosts.count < count { hosts.append(contentsOf: repeatElement(Host(), count: count - hosts.count)) }
    }

    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&hosts)
    }

    /// Drops what is known of hosts.
    mutating func forget(_ gone: HostSet) {
        for index in hosts.indices where gone.contains(HostID(rawValue: UInt32(index))) { hosts[index] = Host() }
    }

    /// Says that a host did something.
    mutating func touch(_ id: HostID, group: NameID, at slice: Int32, lessons: inout NetworkLessons) {
        var host = hosts[id.index]
        if host.slice != .min, slice <= host.slice, host.slice - slice < Self.lateness { return }
        if host.slice != .min {
            if host.age >= learningSlices {
                host.slices += 1
                if host.isNovel { host.novel += host.isFound ? Self.suspiciousRate : 1 }
            }
            host.age += host.age < .max ? 1 : 0
        }
        (host.slice, host.isNovel, host.isFound) = (slice, false, false)
        host.group = UInt8(truncatingIfNeeded: group.index)
        hosts[id.index] = host
        guard host.age >= learningSlices else { return }
        lessons.novelties.append(
            NetworkLessons.Novelty(topic: topic.rawValue, group: host.group, isNew: false, slice: slice))
    }

    /// Says that a host, touched before, met something new. Returns: how that surprises, if it does and was not said in
    /// this slice already.
    mutating func meetNew(
        _ id: HostID, _ network: NetworkKnowledge, lessons: inout NetworkLessons
    ) -> (share: Double, slices: Int, evidence: Double)? {
        let host = hosts[id.index]
        guard !host.isNovel else { return nil }
        hosts[id.index].isNovel = true
        guard host.age >= learningSlices else { return nil }
        lessons.novelties.append(
            NetworkLessons.Novelty(topic: topic.rawValue, group: host.group, isNew: true, slice: host.slice))
        let group = network.novelty(of: host.group, in: topic)
        let usual = (group.pastNovel + 1) / (group.pastActive + 2)
        var share = Double((host.novel + Self.groupWeight * usual) / (host.slices + Self.groupWeight))
        if group.slice == host.slice, group.active >= Self.leastOthers {
            share = max(share, min(1, Double(group.novel) / Double(group.active)))
        }
        let evidence = -logarithm(share) - logarithm(Self.tests)
        guard evidence > 0 else { return nil }
        hosts[id.index].isFound = true
        return (share, Int(host.age), evidence)
    }
}
