import FlowModel

/// Sentences about what goes where it should not, and for how long.
extension Story {
    func sentence(_ tunnel: Finding.DNSTunnel, peer: IPAddress?) -> String {
        "sent \(Quantity.bytes(tunnel.sent)) to \(peer?.description ?? "one server") over DNS and received"
            + " \(Quantity.bytes(tunnel.received)) in 5 min, \(Quantity.bytes(tunnel.question)) a question and"
            + " \(Quantity.bytes(tunnel.answer)) an answer, for \(tunnel.minutes) min; up to"
            + " \(Quantity.bytes(tunnel.limit)) both ways are ordinary"
    }

    func sentence(_ breach: Finding.Policy, peer: IPAddress?) -> String {
        let callee = peer.map { FlowTable.end($0, breach.port) } ?? "port \(breach.port)"
        let what = breach.isAnswered ? "opened" : "tried to open"
        return
            "\(what) \(Quantity.count(breach.flows, "flow")) against rule \(breach.number) (\(breach.rule)), the last to"
            + " \(callee) (\(breach.transport))"
    }
}
