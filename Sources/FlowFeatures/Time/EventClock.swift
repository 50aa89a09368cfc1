public import FlowModel

/// Tells event time from flows: how far it has come, and which flows to distrust.
///
/// A pure state machine: `step` says what to do with a flow and the caller does it. Files are merged by time before they
/// come here, so one hand serves all of them; each exporter has a hand of its own. A hand's *watermark* is the latest
/// event time it believes. Windows are closed up to the slowest hand. A flow more than an hour ahead of its hand is held
/// back until sixteen such flows agree (or the input ends), for one broken row dated 2199 must not close every window.
public struct EventClock: Sendable {
    /// How far ahead a flow may be without being held back.
    public static let trustedJump: Int64 = 3_600_000_000_000
    /// How many flows ahead must agree before the clock follows them.
    public static let agreement = 16

    /// What to do with a flow.
    public enum Step: Equatable, Sendable {
        /// Let it through.
        case pass
        /// Let it through after closing the windows that end at or before the moment.
        case closeFirst(Timestamp)
        /// Keep it until told.
        case hold
        /// Keep it; then take all kept flows of its hand through `step` again, oldest first.
        case holdAndRelease
        /// The kept flows of its hand were wrong: let them through as flows from the future, then this one as `step`
        /// says.
        case refute
    }

    /// The time of one exporter, or of all files together.
    private struct Hand {
        var watermark: Int64?
        /// How far flows may come behind the watermark.
        var lateness: Int64 = 0
        /// Flows later than this are too far ahead; at the end of all time none is.
        var aheadAfter = Int64.min
        /// The first time that closes a window of this hand; an earlier one cannot.
        var closesAt = Int64.min
        var heldCount = 0
        var heldMinimum = Int64.max
        /// Origins that it serves and that have not ended.
        var members = 0
    }

    /// What is known of an origin.
    private struct Member {
        var hand: Int
        var isByEnd: Bool
        var lateness: Int64
        var hasEnded = false
    }

    private let window: Int64
    private var hands: [Hand] = []
    private var members: [Member] = []
    /// The place of the hand that serves all files; nil while there is none.
    private var filesHand: Int?
    private var closed = Int64.min
    /// Of the last flow's origin: whether its ends tell time, and before which moment a flow passes without more ado.
    private var lastOrigin = -1
    private var lastIsByEnd = false
    private var passBefore = Int64.min

    /// A clock for windows of `window` nanoseconds (1 or more).
    public init(window: Int64) { self.window = max(1, window) }

    /// Takes up an origin, whose id is the number of those before it. Parameter delay: how much later than its order
    /// says its flows come, nanoseconds.
    public mutating func register(_ origin: FlowOrigin, delay: Int64 = 0) {
        var member = Member(hand: 0, isByEnd: false, lateness: max(0, delay))
        if case .byEnd(let lateness) = origin.order {
            member.isByEnd = true
            member.lateness = max(0, lateness).addingClamped(member.lateness)
        }
        if origin.exporter == nil, let filesHand {
            member.hand = filesHand
        } else {
            member.hand = hands.count
            hands.append(Hand())
            if origin.exporter == nil { filesHand = member.hand }
        }
        members.append(member)
        hands[member.hand].members += 1
        refreshLateness(of: member.hand)
    }

    /// Waits for an origin no longer: no flow of it comes any more. What its hand has held back stays held.
    public mutating func end(_ origin: OriginID) {
        guard origin.index < members.count, !members[origin.index].hasEnded else { return }
        members[origin.index].hasEnded = true
        let hand = members[origin.index].hand
        hands[hand].members -= 1
        if hands[hand].members > 0 { refreshLateness(of: hand) }
    }

    /// Everything that ends at or before this moment is closed.
    public var closedUpTo: Timestamp { Timestamp(nanoseconds: closed) }

    /// Whether the flows of two origins are held back, released and refuted together.
    public func sharesHand(_ left: OriginID, _ right: OriginID) -> Bool { hand(of: left) == hand(of: right) }

    /// Whether `step` would say `pass` and nothing changes; nearly always so. False says nothing.
    @inline(__always)
    public func passes(_ flow: borrowing Flow) -> Bool {
        guard Int(flow.origin.rawValue) == lastOrigin else { return false }
        let time = lastIsByEnd ? flow.start.nanoseconds.addingClamped(flow.duration) : flow.start.nanoseconds
        return time < passBefore
    }

    /// What to do with the next flow. A flow of an origin that was not registered is taken for one of the first.
    public mutating func step(_ flow: Flow) -> Step {
        let step = next(flow)
        let member = members[flow.origin.index < members.count ? flow.origin.index : 0]
        let hand = hands[member.hand]
        lastOrigin = Int(flow.origin.rawValue)
        lastIsByEnd = member.isByEnd
        passBefore = hand.heldCount > 0 ? .min : min(hand.closesAt, hand.aheadAfter.addingClamped(1))
        return step
    }

    private mutating func next(_ flow: Flow) -> Step {
        if members.isEmpty { register(FlowOrigin(name: "")) }
        let member = members[flow.origin.index < members.count ? flow.origin.index : 0]
        let place = member.hand
        let time = member.isByEnd ? flow.end.nanoseconds : flow.start.nanoseconds
        if time <= hands[place].aheadAfter {
            if hands[place].heldCount > 0 {
                hands[place].heldCount = 0
                hands[place].heldMinimum = .max
                return .refute
            }
            if time < hands[place].closesAt { return .pass }
            hands[place].watermark = max(hands[place].watermark ?? time, time)
            refresh(place)
            return close() ? .closeFirst(closedUpTo) : .pass
        }
        hands[place].heldCount += 1
        hands[place].heldMinimum = min(hands[place].heldMinimum, time)
        if hands[place].heldCount < Self.agreement { return .hold }
        believe(place)
        return .holdAndRelease
    }

    /// Follows the flows held back, as at the end of the input; the caller then takes all of them through `step` again.
    /// Returns: whether there were any.
    public mutating func believeHeld() -> Bool {
        var hadAny = false
        for place in hands.indices where hands[place].heldCount > 0 {
            believe(place)
            hadAny = true
        }
        lastOrigin = -1
        return hadAny
    }

    /// Closes windows up to a moment whatever the hands say: a live run's tick, for exporters that fell silent.
    /// Returns: up to when they are closed now.
    public mutating func advance(to moment: Timestamp) -> Timestamp {
        closed = max(closed, moment.nanoseconds == .max ? .max : Self.floor(moment.nanoseconds, to: window))
        return closedUpTo
    }

    private func hand(of origin: OriginID) -> Int {
        members.isEmpty ? 0 : members[origin.index < members.count ? origin.index : 0].hand
    }

    private mutating func believe(_ place: Int) {
        let held = hands[place].heldMinimum
        hands[place].watermark = max(hands[place].watermark ?? held, held)
        hands[place].heldCount = 0
        hands[place].heldMinimum = .max
        refresh(place)
        _ = close()
    }

    private mutating func refresh(_ place: Int) {
        guard let watermark = hands[place].watermark else { return }
        let lateness = hands[place].lateness
        hands[place].aheadAfter = watermark.addingClamped(Self.trustedJump)
        let closed = Self.floor(watermark.subtractingClamped(lateness), to: window)
        hands[place].closesAt = closed.addingClamped(lateness).addingClamped(window)
    }

    private mutating func refreshLateness(of place: Int) {
        lastOrigin = -1
        hands[place].lateness = 0
        for member in members where member.hand == place && !member.hasEnded {
            hands[place].lateness = max(hands[place].lateness, member.lateness)
        }
        refresh(place)
    }

    /// Closes up to the slowest hand. Returns: whether that is further than before.
    private mutating func close() -> Bool {
        var slowest = Int64.max
        for hand in hands where hand.members > 0 {
            guard let watermark = hand.watermark else { continue }
            slowest = min(slowest, Self.floor(watermark.subtractingClamped(hand.lateness), to: window))
        }
        guard slowest > closed, slowest < .max else { return false }
        closed = slowest
        return true
    }

    /// The start of the window that a moment falls into; both in nanoseconds, `window` above 0.
    public static func floor(_ time: Int64, to window: Int64) -> Int64 {
        let remainder = time % window
        return remainder < 0 ? time.subtractingClamped(remainder + window) : time - remainder
    }
}
