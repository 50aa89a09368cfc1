import FlowModel

/// Sentences about what goes where it should not, and for how long.
extension Story {
    func sentence(_ breach: Finding.Policy, peer: IPAddress?) -> String {
        let callee = peer.map { FlowTable.end($0, breach.port) } ?? "port \(breach.port)"
        let what = breach.isAnswered ? "opened" : "tried to open"
        return
            "\(what) \(Quantity.count(breach.flows, "flow")) against rule \(breach.number) (\(breach.rule)), the last to"
            + " \(callee) (\(breach.transport))"
    }
}
