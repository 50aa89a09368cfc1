extension Finding {
    /// A port outside that mining pools or Tor's relays use.
    public struct ServicePort: Sendable, Equatable {
        /// What is usually behind it.
        public var use: Use
        /// The port.
        public var port: UInt16
        /// Seconds connected in all.
        public var seconds: Double
        /// Bytes both ways.
        public var bytes: Double
        /// Peers of that kind so far.
        public var peers: Int
        /// What a host did on a port of a peer.
        public init(use: Use, port: UInt16, seconds: Double, bytes: Double, peers: Int) {
            self.use = use
            self.port = port
            self.seconds = seconds
            self.bytes = bytes
            self.peers = peers
        }

        /// What is usually behind a port.
        public enum Use: Sendable {
            case mining
            case tor

            /// The use of a TCP port; nil for others. Mining: Stratum's usual ports (Monero's and Bitcoin's pools), and
            /// Bitcoin's own; Tor: the ORPort and DirPort that relays come with, and SOCKS and control ports.
            public init?(port: UInt16) {
                switch port {
                case 3032, 3256, 3333, 3334, 3357, 4444, 5555, 7777, 8333, 9999, 14_433, 14_444, 45_560, 45_700:
                    self = .mining
                case 9001, 9030, 9050, 9051, 9150, 9151: self = .tor
                default: return nil
                }
            }
        }
    }
}
