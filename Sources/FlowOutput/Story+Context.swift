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

    private func group(_ groups: GroupSetID) -> String {
        names.groups.groups(of: groups).first.map { "the \"\(names.groups.names.name($0))\" group" } ?? "hosts here"
    }

    private func percent(_ share: Double) -> String { "\(Quantity.short((share * 100).rounded())) %" }
}
