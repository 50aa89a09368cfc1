import FlowModel

extension LoginService {
    /// What a guess at a service looks like.
    struct Habits {
        /// Most bytes of a guess, headers included: NEMEA's detector takes 5,000 and 11,000 for SSH, 8,001 for RDP.
        var bytesSent: UInt64 = 6000
        var bytesReceived: UInt64 = 12_000
        /// Fewer bytes from the source are a health check: no password fits beside the packets of opening and closing.
        var leastBytes: UInt64 = 250
        /// log2 that the bytes sent of similar guesses lie apart at most.
        var tolerance = 1.0
        /// Such connections a minute to a server that are ordinary: polls, checks, retries.
        var allowedPerMinute = 1.0
    }

    var habits: Habits {
        switch self {
        // Keys are exchanged before a password is asked for.
        case .ssh: Habits(leastBytes: 700)
        case .smb, .remoteManagement: Habits(leastBytes: 500)
        case .telnet: Habits()
        case .ftp: Habits(bytesSent: 4000)
        // A log-on screen is a picture.
        case .remoteDesktop, .vnc: Habits(bytesSent: 12_000, bytesReceived: 300_000)
        case .directory, .mail: Habits(bytesSent: 3000, bytesReceived: 8000, tolerance: 0.5, allowedPerMinute: 4)
        case .database: Habits(bytesSent: 3000, bytesReceived: 4000, tolerance: 0.25, allowedPerMinute: 4)
        }
    }

    /// Whether programs log in as a matter of course, many times a minute.
    var isForPrograms: Bool { self == .mail || self == .database || self == .directory }
}
