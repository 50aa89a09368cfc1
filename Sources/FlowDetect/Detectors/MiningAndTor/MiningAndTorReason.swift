public import FlowModel

/// A port outside that mining pools or Tor's relays use.
public struct MiningAndTorReason: FindingReason {
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

    public func sentence(of finding: Finding) -> String {
        let callee = finding.peer?.text(withPort: port) ?? "port \(port)"
        let text =
            "was connected to \(callee) for \(Quantity.microseconds(seconds * 1e6)) with"
            + " \(Quantity.bytes(bytes)) both ways"
        switch use {
        case .mining: return text + ": a port of mining pools, and thin and long as their workers' connections"
        case .tor: return text + ": a port of Tor's relays, \(Quantity.count(peers, "peer")) of that kind so far"
        }
    }

    public var stage: AttackStage { .commandAndControl }
    public var techniques: [String] { use == .mining ? ["T1496"] : ["T1090.003"] }
    public func ports(of finding: Finding) -> [UInt16] { [port] }
}
