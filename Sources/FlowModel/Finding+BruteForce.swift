extension Finding {
    /// Many short connections to a service that asks for a password.
    public struct BruteForce: Sendable, Equatable {
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

        /// The numbers of one series.
        public init(
            service: LoginService, port: UInt16, guesses: Int, servers: Int, hasMoreServers: Bool, bytes: Double,
            usual: Double, session: Session?
        ) {
            self.service = service
            self.port = port
            self.guesses = guesses
            self.servers = servers
            self.hasMoreServers = hasMoreServers
            self.bytes = bytes
            self.usual = usual
            self.session = session
        }
    }
}
