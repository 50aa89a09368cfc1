import Dispatch
import FlowDetect
import FlowFeatures
import FlowModel
import FlowState
import Foundation

/// The detectors, on two threads: while the caller takes flows to the first half, a second thread takes them to the
/// other half. Both have seen them before anything else goes on, and findings are handed on in the detectors' order, so
/// what comes out is what one thread would make.
final class DetectorCrew {
    /// Fewer flows than this are not worth waking a thread for.
    private static let leastFlows = 256

    private let second: Helper?
    private var own: Half

    /// Parameter takesAll: as `FindingSink.takesAll`. Parameter isParallel: false leaves all to the caller's thread.
    init(_ settings: DetectorSettings, models: [TrainedModel], takesAll: Bool, isParallel: Bool) {
        let (first, rest) = DetectorCatalog.halves(settings, models: models)
        let isShared = isParallel && !rest.isEmpty
        own = Half(detectors: isShared ? first : first + rest, sink: FindingSink(takesAll: takesAll))
        second = isShared ? Helper(Half(detectors: rest, sink: FindingSink(takesAll: takesAll))) : nil
    }

    deinit { second?.stop() }

    /// Shows flows to every detector. Parameter aside: what else the caller does with them meanwhile.
    func observe(_ flows: Span<Flow>, tables: FlowTables, aside: (Span<Flow>) -> Void = { _ in }) {
        guard let second, flows.count >= Self.leastFlows else {
            aside(flows)
            own.observe(flows, tables: tables)
            second?.half.observe(flows, tables: tables)
            return
        }
        flows.withUnsafeBufferPointer { flows in
            withUnsafePointer(to: tables) { tables in
                second.begin(flows, tables)
                aside(flows.span)
                own.observe(flows.span, tables: tables.pointee)
                second.wait()
            }
        }
    }

    /// Shows a closed window to every detector.
    func endWindow(_ window: PairWindow, tables: FlowTables) {
        each { $0.endWindow(window, tables: tables, findings: &$1) }
    }

    /// Lets every detector say what is still to be said.
    func finish(tables: FlowTables) { each { $0.finish(tables: tables, findings: &$1) } }

    /// Makes every detector forget hosts.
    func forget(_ hosts: HostSet, tables: FlowTables) { each { detector, _ in detector.forget(hosts, tables: tables) } }

    /// Saves each detector's state, or restores what was saved of it, which leaves the states of those that do not run: a
    /// detector that was not there then starts afresh.
    func carry(_ states: inout [DetectorName: [UInt8]], isRestoring: Bool) throws(StateCarrier.Failure) {
        var failure: StateCarrier.Failure?
        each { detector, _ in
            let name = type(of: detector).name
            do throws(StateCarrier.Failure) {
                if !isRestoring {
                    var state = StateCarrier()
                    try detector.carry(&state)
                    states[name] = state.finished
                } else if let saved = states[name] {
                    var state = try StateCarrier(restoring: saved)
                    try detector.carry(&state)
                    try state.expectEnd()
                    states[name] = nil
                }
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Hands on the findings since the last call, in the detectors' order.
    func drain(_ take: (Finding) -> Void) {
        own.drain(take)
        second?.half.drain(take)
    }

    /// How many findings there were, by detector.
    var counts: [DetectorName: Int] {
        own.sink.counts.merging(second?.half.sink.counts ?? [:]) { $0 + $1 }
    }

    /// How often something found no room, by detector.
    var overflow: [DetectorName: Int] {
        (own.detectors + (second?.half.detectors ?? [])).reduce(into: [:]) { counts, detector in
            if detector.overflowCount > 0 { counts[type(of: detector).name] = detector.overflowCount }
        }
    }

    private func each(_ body: (inout any Detector, inout FindingSink) -> Void) {
        own.each(body)
        second?.half.each(body)
    }

    /// Some of the detectors and what they find.
    private struct Half {
        var detectors: [any Detector]
        var sink: FindingSink

        mutating func observe(_ flows: Span<Flow>, tables: FlowTables) {
            for index in detectors.indices { detectors[index].observe(flows, tables: tables, findings: &sink) }
        }

        mutating func each(_ body: (inout any Detector, inout FindingSink) -> Void) {
            for index in detectors.indices { body(&detectors[index], &sink) }
        }

        mutating func drain(_ take: (Finding) -> Void) {
            guard !sink.findings.isEmpty else { return }
            for finding in sink.findings { take(finding) }
            sink.removeAll()
        }
    }

    /// The second thread. What it holds belongs to it between `begin` and the end of `wait`, to the caller else.
    private final class Helper: @unchecked Sendable {
        var half: Half
        private var flows = UnsafeBufferPointer<Flow>(start: nil, count: 0)
        private var tables: UnsafePointer<FlowTables>?
        private let started = DispatchSemaphore(value: 0)
        private let done = DispatchSemaphore(value: 0)

        init(_ half: Half) {
            self.half = half
            let thread = Thread { [self] in
                while step() { done.signal() }
            }
            thread.stackSize = 1 << 20
            thread.start()
        }

        func begin(_ flows: UnsafeBufferPointer<Flow>, _ tables: UnsafePointer<FlowTables>) {
            self.flows = flows
            self.tables = tables
            started.signal()
        }

        func wait() {
            done.wait()
            tables = nil
        }

        /// Ends the thread.
        func stop() { started.signal() }

        /// Returns: false to end. A function of its own: no reference to the tables may outlive it, or the caller's next
        /// change would copy them.
        @inline(never)
        private func step() -> Bool {
            started.wait()
            guard let tables else { return false }
            half.observe(flows.span, tables: tables.pointee)
            return true
        }
    }
}
