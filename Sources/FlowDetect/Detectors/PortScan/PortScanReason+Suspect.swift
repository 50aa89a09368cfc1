import FlowFeatures
import FlowMath
import FlowModel

extension PortScanReason {
    /// What a suspect tried, in numbers and examples. Cost: O(n log n) of at most 512 contacts.
    init(_ suspect: ScanSuspect, tables: FlowTables) {
        self.init(isInbound: suspect.reach == .inbound)
        var tries: [UInt16: Int] = [:]
        var triesOfPeer: [HostID: Int] = [:]
        for (key, marks) in suspect.contacts.sorted {
            let peer = ScanContact.peer(ofKey: key)
            let port = ScanContact.port(ofKey: key)
            guard let outcome = ContactOutcome(rawValue: marks) else { continue }
            if outcome.isVain {
                unanswered += 1
                tries[port, default: 0] += 1
                triesOfPeer[peer, default: 0] += 1
            } else if outcome == .touched {
                touched += 1
                if answers.count < Self.exampleLimit {
                    answers.append(Service(address: tables.hosts.address(of: peer), port: port))
                }
            }
        }
        // The number decides between what was tried as often: a dictionary's order must not reach the output.
        let byPort = tries.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let byPeer = triesOfPeer.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        ports = byPort.prefix(Self.exampleLimit).map(\.key)
        peers = byPeer.prefix(Self.exampleLimit).map { tables.hosts.address(of: $0.key) }
        let most = (peers: byPort.first?.value ?? 0, ports: byPeer.first?.value ?? 0)
        // Several targets at many ports each are still a vertical scan, one after the other.
        if most.peers * 2 >= unanswered, most.peers >= most.ports {
            kind = .horizontal
        } else {
            kind = most.ports * 2 >= unanswered || most.ports > Self.portsOfVertical ? .vertical : .random
        }
        let scale = suspect.contacts.scale
        portCount = Self.distinct(byPort.map(\.value), scale: scale)
        peerCount = Self.distinct(byPeer.map(\.value), scale: scale)
        if kind == .horizontal { peerCount += suspect.forgotten }
        unanswered = unanswered * scale + suspect.forgotten
        touched *= scale
    }

    /// More ports of one host than these, and it is they that are looked for.
    private static let portsOfVertical = 16

    /// How many distinct things there are where those sampled were seen so many times each: Chao 1984, and never more
    /// than all unseen ones could be.
    private static func distinct(_ counts: [Int], scale: Int) -> Int {
        guard scale > 1 else { return counts.count }
        let once = counts.count { $0 == 1 }
        let twice = counts.count { $0 == 2 }
        return min(counts.count * scale, counts.count + once * (once - 1) / (2 * (twice + 1)))
    }
}
