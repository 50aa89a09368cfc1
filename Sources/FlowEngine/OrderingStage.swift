import FlowFeatures
import FlowModel

/// Event time over all origins, and the flows that it holds back.
struct OrderingStage {
    private var clock: EventClock
    private var held: [Flow] = []
    /// Flows let through as flows from the future.
    private(set) var aheadCount = 0

    /// Parameter window: length of a window, nanoseconds.
    init(window: Int64) { clock = EventClock(window: window) }

    mutating func register(_ origin: FlowOrigin, delay: Int64) { clock.register(origin, delay: delay) }

    mutating func end(_ origin: OriginID) { clock.end(origin) }

    mutating func advance(to moment: Timestamp) -> Timestamp { clock.advance(to: moment) }

    /// Whether a flow passes and nothing else is to be done; nearly always so. False says nothing.
    @inline(__always)
    func passes(_ flow: borrowing Flow) -> Bool { clock.passes(flow) }

    /// What to do with the next flow; one that is held is kept here.
    mutating func step(_ flow: Flow) -> EventClock.Step {
        let step = clock.step(flow)
        switch step {
        case .hold, .holdAndRelease: held.append(flow)
        case .pass, .closeFirst, .refute: break
        }
        return step
    }

    /// The flows held back with `flow`, oldest first, to be taken through `step` again.
    mutating func release(with flow: Flow) -> [Flow] {
        let released = held.filter { clock.sharesHand($0.origin, flow.origin) }
        held.removeAll { clock.sharesHand($0.origin, flow.origin) }
        return Self.oldestFirst(released)
    }

    /// The flows that were held back with `flow` and are from the future, in the order they came.
    mutating func refute(with flow: Flow) -> [Flow] {
        let refuted = held.filter { clock.sharesHand($0.origin, flow.origin) }
        held.removeAll { clock.sharesHand($0.origin, flow.origin) }
        aheadCount += refuted.count
        return refuted
    }

    /// At the end of the input: the flows held back, believed, oldest first; nil when there are none.
    mutating func releaseAll() -> [Flow]? {
        guard clock.believeHeld() else { return nil }
        defer { held = [] }
        return Self.oldestFirst(held)
    }

    /// Flows of the same moment stay in the order in which they came.
    private static func oldestFirst(_ flows: [Flow]) -> [Flow] {
        flows.indices.sorted { (flows[$0].start, $0) < (flows[$1].start, $1) }.map { flows[$0] }
    }
}
