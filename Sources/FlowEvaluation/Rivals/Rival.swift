public import FlowModel

/// Another system's rule with its published defaults, run on the flows that Lapwing is evaluated on.
///
/// Flows come in the order of the input, with `sourceIsHome` and `destinationIsHome` set.
public protocol Rival: Sendable {
    /// Whose rule it is and what it looks for, in one line.
    static var summary: String { get }
    /// Sees a flow. Parameter alerts: takes what the rule says of it.
    mutating func observe(_ flow: Flow, alerts: inout [RivalAlert])
    /// Says what is still to be said at the end of the input.
    mutating func finish(alerts: inout [RivalAlert])
}

/// What a rival says about a host.
public struct RivalAlert: Sendable, Equatable {
    /// The host it is about.
    public var host: IPAddress
    /// What was seen from when to when; it is said at the end.
    public var span: Window
    /// The rival's own score as a multiple of the one it alerts from: 1 or more is an alert.
    public var score: Double

    /// A score of a host over a stretch of time.
    public init(host: IPAddress, from start: Timestamp, to end: Timestamp, score: Double) {
        self.host = host
        span = Window(start: start, end: max(start, end))
        self.score = score
    }
}

/// The rivals by the names that `evaluate --compat` takes: a new one is a file in `Rivals/` and a line here.
public enum RivalName: String, Sendable, CaseIterable {
    case simpleScan = "simple-scan"
    case rita
    case seed2
    case rwscan
    case slips

    /// Whose rule it is and what it looks for, in one line.
    public var summary: String { type(of: make()).summary }

    /// The rule at the start of its input.
    public func make() -> any Rival {
        switch self {
        case .simpleScan: SimpleScan()
        case .rita: RITA()
        case .seed2: Seed2()
        case .rwscan: Rwscan()
        case .slips: Slips()
        }
    }
}
