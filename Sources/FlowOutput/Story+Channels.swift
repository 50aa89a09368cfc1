import FlowModel

/// Sentences about what goes where it should not, and for how long.
extension Story {
    func sentence(_ tunnel: Finding.DNSTunnel, peer: IPAddress?) -> String {
        let server = peer?.description ?? "one server"
        return "sent \(Quantity.bytes(tunnel.sent)) to \(server)"
            + (tunnel.servers > 1 ? " and \(Quantity.count(tunnel.servers - 1, "server")) more" : "")
            + " over DNS and received"
            + " \(Quantity.bytes(tunnel.received)) in 5 min, \(Quantity.bytes(tunnel.question)) a question and"
            + " \(Quantity.bytes(tunnel.answer)) an answer, for \(tunnel.minutes) min; up to"
            + " \(Quantity.bytes(tunnel.limit)) both ways are ordinary"
    }

    func sentence(_ fan: Finding.FanOut) -> String {
        let text =
            "had about \(Quantity.count(fan.servers, "server")) outside \(fan.isMail ? "take its mail" : "answer") in 10 min"
            + " (port \(fan.port)); up to \(Quantity.short(fan.limit)) are ordinary"
        return fan.usual.map { text + " (\(Quantity.short($0)) for this host)" } ?? text
    }

    func sentence(_ use: Finding.ServicePort, peer: IPAddress?) -> String {
        let callee = peer.map { FlowTable.end($0, use.port) } ?? "port \(use.port)"
        let text =
            "was connected to \(callee) for \(Quantity.microseconds(use.seconds * 1e6)) with"
            + " \(Quantity.bytes(use.bytes)) both ways"
        switch use.use {
        case .mining: return text + ": a port of mining pools, and thin and long as their workers' connections"
        case .tor: return text + ": a port of Tor's relays, \(Quantity.count(use.peers, "peer")) of that kind so far"
        }
    }

    func sentence(_ long: Finding.LongConnection, peer: IPAddress?) -> String {
        "was connected with \(peer?.description ?? "one peer") (port \(long.port)) for"
            + " \(Quantity.microseconds(long.seconds * 1e6)), \(Quantity.bytes(long.bytes)) both ways in"
            + " \(Quantity.count(long.slices, "record")); \(Quantity.microseconds(long.limit * 1e6)) are allowed, and"
            + " \(Quantity.count(long.others, "connection")) of its group to this port lasted as long"
    }

    func sentence(_ gathered: Finding.Hoarding) -> String {
        let new = (gathered.newShare * 100).rounded()
        let text =
            "pulled \(Quantity.bytes(gathered.bytes)) from about \(Quantity.count(gathered.peers, "host")) inside in 15 min,"
            + " \(Quantity.short(new)) % of it from peers it had not talked to before; up to"
            + " \(Quantity.bytes(gathered.limit)) is ordinary"
        return gathered.usual.map { text + " (\(Quantity.bytes($0)) for this host)" } ?? text
    }

    func sentence(_ breach: Finding.Policy, peer: IPAddress?) -> String {
        let callee = peer.map { FlowTable.end($0, breach.port) } ?? "port \(breach.port)"
        let what = breach.isAnswered ? "opened" : "tried to open"
        return
            "\(what) \(Quantity.count(breach.flows, "flow")) against rule \(breach.number) (\(breach.rule)), the last to"
            + " \(callee) (\(breach.transport))"
    }
}
