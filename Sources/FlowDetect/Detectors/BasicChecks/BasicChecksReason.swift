public import FlowModel

/// What a flow should not look like.
public enum BasicChecksReason: UInt8, FindingReason, CaseIterable {
    /// One port is 0, which is reserved.
    case portZero
    /// TCP to a public address on a port of Tor.
    case torPort
    /// To a port of DHCP from a wrong port, by a wrong protocol or to the internet.
    case malformedDHCP
    /// From a broadcast or multicast address, or TCP to one.
    case malformedBroadcast
    /// Taken up, and not a byte either way.
    case zeroBytes
    /// From one private network to another that is not ours, or back.
    case strayPrivate

    public func sentence(of finding: Finding) -> String {
        let peer = finding.sample.map { $0.destination.text(withPort: $0.destinationPort) } ?? "a peer"
        return switch self {
        case .portZero: "used the reserved port 0 towards \(peer)"
        case .torPort: "called \(peer), a port of Tor"
        case .malformedDHCP: "sent malformed DHCP to \(peer)"
        case .malformedBroadcast: "sent what no broadcast or multicast address sends or gets to \(peer)"
        case .zeroBytes: "had a connection with \(peer) without a byte"
        case .strayPrivate: "talked to \(peer), private as itself, of which one is not ours"
        }
    }

    public var techniques: [String] { self == .torPort ? ["T1090.003"] : [] }
    public func ports(of finding: Finding) -> [UInt16] { finding.sampledPorts }
}
