import FlowModel

/// Sentences of detectors that mostly give context.
extension Story {
    func sentence(_ unanswered: Finding.Unanswered) -> String {
        let share = Double(unanswered.vain) / Double(max(1, unanswered.tried))
        return
            "\(Quantity.grouped(unanswered.vain)) of \(Quantity.count(unanswered.tried, "peer")) tried in 5 min did not"
            + " answer (\(percent(share))); up to \(percent(unanswered.usualShare)) is ordinary here"
    }

    func sentence(_ held: Finding.NeverClosed, peer: IPAddress?) -> String {
        let amount = Quantity.count(held.connections, "connection")
        let usual =
            "hardly used and never closed, begun within a minute; up to \(Quantity.short(held.usual)) are ordinary"
        return held.role == .source
            ? "holds \(amount) to \(peer.map { FlowTable.end($0, held.port) } ?? "port \(held.port)"), \(usual)"
            : "has \(amount) to port \(held.port), \(usual)"
    }

    func sentence(_ amplified: Finding.Amplification) -> String {
        let bytes = "\(Quantity.bytes(amplified.bytes)) in 10 s"
        let answers = Quantity.count(amplified.responses, "large answer")
        let service = "port \(amplified.port) (UDP)"
        let usual = "up to \(Quantity.bytes(amplified.usual)) are ordinary"
        switch amplified.role {
        case .target:
            let peers =
                amplified.peers > 200 ? "more than 200 hosts" : "about \(Quantity.count(amplified.peers, "host"))"
            return "got \(bytes) in \(answers) from \(service) of \(peers), "
                + "\(Quantity.grouped(amplified.unasked)) of them without a request; \(usual)"
        case .source:
            return "answered \(Quantity.count(amplified.peers, "host")) outside with \(bytes) from its \(service), in"
                + " \(answers), at least five times what was asked; \(usual)"
        }
    }

    func sentence(_ count: Finding.PortCount) -> String {
        let number = { (value: Double) in count.measure == .bytes ? Quantity.bytes(value) : Quantity.short(value) }
        let what =
            switch count.measure {
            case .ports: " ports of one peer"
            case .peers: " peers"
            case .bytes: ""
            }
        return
            "had \(number(count.value))\(what) in a window; the median of \(group(count.groups)) is \(number(count.median))"
            + " (\(Quantity.short(count.values[0])) ports, \(Quantity.short(count.values[1])) peers,"
            + " \(Quantity.bytes(count.values[2])), \(Quantity.count(count.protocols, "protocol")) in all)"
    }

    func sentence(_ shift: Finding.EntropyShift) -> String {
        let feature =
            switch shift.feature {
            case .sourceAddresses: "source addresses"
            case .destinationAddresses: "destination addresses"
            case .sourcePorts: "source ports"
            case .destinationPorts: "destination ports"
            }
        return "\(shift.isDestination ? "got" : "opened") \(Quantity.count(shift.hostFlows, "flow")) of"
            + " \(Quantity.grouped(shift.flows)) in a minute (\(Quantity.short(shift.usualHostFlows)) usually), in which the"
            + " entropy of \(feature) was \(Quantity.short(shift.bits)) bits; \(Quantity.short(shift.usualBits)) are ordinary"
    }

    func sentence(_ check: Finding.BasicCheck, _ finding: Finding) -> String {
        let peer = finding.sample.map { FlowTable.end($0.destination, $0.destinationPort) } ?? "a peer"
        return switch check {
        case .portZero: "used the reserved port 0 towards \(peer)"
        case .torPort: "called \(peer), a port of Tor"
        case .malformedDHCP: "sent malformed DHCP to \(peer)"
        case .malformedBroadcast: "sent what no broadcast or multicast address sends or gets to \(peer)"
        case .zeroBytes: "had a connection with \(peer) without a byte"
        case .strayPrivate: "talked to \(peer), private as itself, of which one is not ours"
        }
    }

    private func group(_ groups: GroupSetID) -> String {
        names.groups.groups(of: groups).first.map { "the \"\(names.groups.names.name($0))\" group" } ?? "hosts here"
    }

    private func percent(_ share: Double) -> String { "\(Quantity.short((share * 100).rounded())) %" }
}
