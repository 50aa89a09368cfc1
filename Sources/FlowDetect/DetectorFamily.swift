/// Detectors that look at the same thing: of a family only the strongest counts.
public enum DetectorFamily: Sendable, CaseIterable {
    /// What was tried: scans.
    case attempts
    /// Passwords tried.
    case guesses
    /// Flows and packets a second.
    case rates
    /// Names asked for.
    case names
    /// Calls by a clock.
    case clocks
    /// How much was sent or received.
    case volume
    /// How a pair stands among others of its window.
    case window
    /// What was never seen before.
    case novelty
    /// Who enters whom.
    case movement
    /// What the settings forbid.
    case policy
    /// How many servers of one service are called.
    case servers
    /// Connections that stay, and where they go.
    case channels
    /// What a flow by itself looks like.
    case checks
    /// Who was talked to.
    case reputation
    /// What a model of good traffic has hardly ever seen.
    case model

    /// Whether any host that is in use shows such things now and then.
    public var isOrdinaryUse: Bool {
        switch self {
        case .volume, .window, .novelty, .channels, .checks, .model: true
        case .attempts, .guesses, .rates, .names, .clocks, .movement, .policy, .servers, .reputation: false
        }
    }
}
