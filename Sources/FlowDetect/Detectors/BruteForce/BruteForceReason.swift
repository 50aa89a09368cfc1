public import FlowModel

/// Many short connections to a service that asks for a password.
public struct BruteForceReason: FindingReason {
    /// What was tried.
    public var service: LoginService
    /// Its port.
    public var port: UInt16
    /// How many short connections.
    public var guesses: Int
    /// To how many servers.
    public var servers: Int
    /// Whether there were more servers than are counted.
    public var hasMoreServers: Bool
    /// Bytes sent in one, about.
    public var bytes: Double
    /// How many a minute are ordinary for this source here.
    public var usual: Double
    /// The first that was larger or longer, after many that were not: a guess that may have been right.
    public var session: Session?

    /// A connection longer than a guess.
    public struct Session: Sendable, Equatable, BitwiseCopyable {
        /// To whom.
        public var server: IPAddress
        /// Bytes both ways.
        public var bytes: UInt64
        /// How long it was.
        public var seconds: Double
        /// A connection to a server, of a size and a length.
        public init(server: IPAddress, bytes: UInt64, seconds: Double) {
            self.server = server
            self.bytes = bytes
            self.seconds = seconds
        }
    }

    public func sentence(of finding: Finding) -> String {
        let target =
            finding.peer?.description ?? (hasMoreServers ? "more than " : "") + Quantity.count(servers, "host")
        var text =
            "\(Quantity.count(guesses, "short connection")) of about \(Quantity.bytes(bytes)) sent to port"
            + " \(port) (\(service.name)) of \(target) in \(Quantity.microseconds(finding.span.seconds * 1e6));"
            + " up to \(Quantity.short(usual)) a minute are ordinary here"
        if let session {
            text += "; after them \(Quantity.bytes(Double(session.bytes)))"
            // Not every format has durations.
            if session.seconds > 0 { text += " in \(Quantity.microseconds(session.seconds * 1e6))" }
            text += " with \(session.server): possibly a right guess"
        }
        return text
    }

    public var stage: AttackStage { .exploitation }
    public var category: Incident.Category { .exploitation }
    public var techniques: [String] {
        // Few guesses at each of many servers are one password for many accounts, or a list of stolen ones.
        (servers >= 5 && guesses <= 5 * servers ? ["T1110.003", "T1110.004"] : ["T1110.001"])
            + (session == nil ? [] : ["T1078"])
    }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
}
