import Dispatch
import FlowDetect
import FlowFeatures
import FlowModel
import FlowState
import Foundation
import Synchronization

/// The detectors, on two threads: the caller's takes them from the front, a second one from the back, until they meet.
/// All have seen what is shown before anything else goes on, and findings are handed on in the order of the flows that
/// made them, so what comes out depends neither on the number of threads nor on how flows are cut into batches.
final class DetectorCrew {
    /// Fewer flows or pairs than this are not worth waking a thread for.
    private static let leastWork = 256

    private let members: [Member]
    private let helper: Helper?

    /// Parameter takesAll: as `FindingSink.takesAll`. Parameter isParallel: false leaves all to the caller's thread.
    init(_ settings: DetectorSettings, models: [TrainedModel], takesAll: Bool, isParallel: Bool) {
        members = DetectorCatalog.make(settings, models: models).map { Member(detector: $0, takesAll: takesAll) }
        helper = isParallel && members.count > 1 ? Helper(members) : nil
    }

    deinit { helper?.stop() }

    /// Shows flows to every detector. Parameter aside: what else the caller does with them meanwhile.
    func observe(_ flows: Span<Flow>, tables: FlowTables, aside: (Span<Flow>) -> Void = { _ in }) {
        flows.withUnsafeBufferPointer { flows in
            share(flows.count, { aside(flows.span) }) {
                $0.sink.beginFlows()
                $0.detector.observe(flows.span, tables: tables, findings: &$0.sink)
                $0.sink.endFlows()
            }
        }
    }

    /// Shows a closed window to every detector.
    func endWindow(_ window: PairWindow, tables: FlowTables) {
        share(window.pairs.count) { $0.detector.endWindow(window, tables: tables, findings: &$0.sink) }
    }

    /// Lets every detector say what no flow will make it say.
    func lookAgain(at moment: Timestamp, tables: FlowTables) {
        share(.max) { $0.detector.lookAgain(at: moment, tables: tables, findings: &$0.sink) }
    }

    /// What the detectors learnt of the network since the last call, in the catalog's order.
    func takeLessons() -> NetworkLessons {
        var lessons = NetworkLessons()
        for member in members where !member.sink.lessons.isEmpty {
            lessons.join(member.sink.lessons)
            member.sink.lessons = NetworkLessons()
        }
        return lessons
    }

    /// Makes every detector forget hosts.
    func forget(_ hosts: HostSet, tables: FlowTables) {
        share(.max) { $0.detector.forget(hosts, tables: tables) }
    }

    /// Saves each detector's state, or restores what was saved of it, which leaves the states of those that do not run: a
    /// detector that was not there then starts afresh.
    func carry(_ states: inout [DetectorName: [UInt8]], isRestoring: Bool) throws(StateCarrier.Failure) {
        for member in members {
            let name = member.name
            if !isRestoring {
                var state = StateCarrier()
                try member.detector.carry(&state)
                states[name] = state.finished
            } else if let saved = states[name] {
                var state = try StateCarrier(restoring: saved)
                try member.detector.carry(&state)
                try state.expectEnd()
                states[name] = nil
            }
        }
    }

    /// Hands on the findings since the last call: by the flow that made them, of one flow in the catalog's order. What was
    /// found at a window's end comes after all flows. Call it after every `observe`: flows are counted from its first.
    func drain(_ take: (Finding) -> Void) {
        let filled = members.filter { !$0.sink.entries.isEmpty }
        guard filled.count > 1 else {
            for entry in filled.first?.sink.entries ?? [] { take(entry.finding) }
            filled.first?.sink.removeAll()
            return
        }
        var order: [(flow: Int, member: Int, index: Int)] = []
        for (member, detector) in filled.enumerated() {
            for (index, entry) in detector.sink.entries.enumerated() { order.append((entry.flow, member, index)) }
        }
        order.sort { $0 < $1 }
        for place in order { take(filled[place.member].sink.entries[place.index].finding) }
        for member in filled { member.sink.removeAll() }
    }

    /// How many findings there were, by detector.
    var counts: [DetectorName: Int] {
        members.reduce(into: [:]) { $0.merge($1.sink.counts) { $0 + $1 } }
    }

    /// How often something found no room, by detector.
    var overflow: [DetectorName: Int] {
        members.reduce(into: [:]) { counts, member in
            if member.detector.overflowCount > 0 { counts[member.name] = member.detector.overflowCount }
        }
    }

    /// Does `body` once for every member, on both threads where there is enough to do. Parameter aside: done first by the
    /// caller's thread.
    private func share(_ amount: Int, _ aside: () -> Void = {}, _ body: (Member) -> Void) {
        guard let helper, amount >= Self.leastWork else {
            aside()
            for member in members { body(member) }
            return
        }
        withoutActuallyEscaping(body) { body in
            helper.begin(body)
            aside()
            helper.takeFromFront(body)
            helper.wait()
        }
    }

    /// A detector and what it finds.
    private final class Member {
        var detector: any Detector
        var sink: FindingSink

        init(detector: any Detector, takesAll: Bool) {
            self.detector = detector
            sink = FindingSink(takesAll: takesAll)
        }

        var name: DetectorName { type(of: detector).name }
    }

    /// The second thread. Between `begin` and the end of `wait` a member belongs to the thread that has claimed it.
    private final class Helper: @unchecked Sendable {
        private let members: [Member]
        /// How many members have been claimed, by both threads together: as each goes on from its own end, none is claimed
        /// twice.
        private let claimed = Atomic<Int>(0)
        private var work: ((Member) -> Void)?
        private let started = DispatchSemaphore(value: 0)
        private let done = DispatchSemaphore(value: 0)

        init(_ members: [Member]) {
            self.members = members
            let thread = Thread { [self] in
                while step() { done.signal() }
            }
            thread.stackSize = 1 << 20
            thread.start()
        }

        /// Begins work on all members, from the back.
        func begin(_ work: @escaping (Member) -> Void) {
            claimed.store(0, ordering: .relaxed)
            self.work = work
            started.signal()
        }

        /// Takes part in it on this thread.
        func takeFromFront(_ work: (Member) -> Void) {
            var next = 0
            while claim() {
                work(members[next])
                next += 1
            }
        }

        /// Waits for its end.
        func wait() { done.wait() }

        /// Ends the thread.
        func stop() { started.signal() }

        /// Returns: false to end. A function of its own: no reference to the work may outlive it.
        @inline(never)
        private func step() -> Bool {
            started.wait()
            guard let work else { return false }
            var next = members.count
            while claim() {
                next -= 1
                work(members[next])
            }
            self.work = nil
            return true
        }

        private func claim() -> Bool { claimed.wrappingAdd(1, ordering: .relaxed).oldValue < members.count }
    }
}
