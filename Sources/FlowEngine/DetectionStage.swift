import FlowDetect
import FlowFeatures
import FlowModel
import FlowSettings

/// The detectors, and the windows that they are shown when they close.
struct DetectionStage {
    let detectors: DetectorCrew
    private var windows: OpenWindows
    /// Windows that end here or before are closed; the clock may be one step ahead of it.
    private var closedUpTo = Timestamp(nanoseconds: .min)
    private(set) var windowCount = 0
    /// When the detectors are to look again.
    private var nextLook = Timestamp(nanoseconds: .min)
    /// So often, nanoseconds of event time, on a grid from 1970: ten minutes.
    private static let lookInterval: Int64 = 600_000_000_000

    init(_ plan: EnginePlan, windowLength: Int64) {
        var running = plan.settings.detectors
        // It has nothing to do then, but a memory.
        if plan.geo == nil { running.enable(.newCountry, false) }
        detectors = DetectorCrew(
            running, models: plan.models, takesAll: plan.takesAll, isParallel: plan.threads > 1)
        windows = OpenWindows(length: windowLength)
    }

    /// Flows that came after their window had closed.
    var lateCount: Int { windows.lateCount }
    /// Flows that a window had no room for.
    var overflowCount: Int { windows.overflowCount }
    /// The hosts that open windows speak of.
    var busyHosts: HostSet { windows.hosts }

    /// Shows flows to the detectors and adds them to their windows.
    mutating func observe(_ flows: Span<Flow>, tables: FlowTables) {
        detectors.observe(flows, tables: tables) { windows.add($0, closedUpTo: closedUpTo) }
    }

    /// Shows the detectors flows that belong into no window.
    mutating func observeAhead(_ flows: Span<Flow>, tables: FlowTables) { detectors.observe(flows, tables: tables) }

    /// Lets the detectors look again at what has gone quiet, where it is time. Returns: whether it was.
    mutating func lookAgain(at moment: Timestamp, tables: FlowTables) -> Bool {
        guard moment >= nextLook else { return false }
        let last = EventClock.floor(moment.nanoseconds, to: Self.lookInterval)
        nextLook = Timestamp(nanoseconds: last.addingClamped(Self.lookInterval))
        detectors.lookAgain(at: moment, tables: tables)
        return true
    }

    /// Closes the oldest window if it ends at or before a moment, and shows it to the detectors. Returns: whether it did.
    mutating func closeWindow(endingBy moment: Timestamp, tables: FlowTables) -> Bool {
        guard let window = windows.popFirst(endingBy: moment) else {
            closedUpTo = max(closedUpTo, moment)
            return false
        }
        windowCount += 1
        detectors.endWindow(window, tables: tables)
        windows.recycle(window)
        return true
    }
}
