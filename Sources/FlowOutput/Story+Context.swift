import FlowModel

/// Sentences of detectors that mostly give context.
extension Story {
    func sentence(_ unanswered: Finding.Unanswered) -> String {
        let share = Double(unanswered.vain) / Double(max(1, unanswered.tried))
        return
            "\(Quantity.grouped(unanswered.vain)) of \(Quantity.count(unanswered.tried, "peer")) tried in 5 min did not"
            + " answer (\(percent(share))); up to \(percent(unanswered.usualShare)) is ordinary here"
    }

    private func group(_ groups: GroupSetID) -> String {
        names.groups.groups(of: groups).first.map { "the \"\(names.groups.names.name($0))\" group" } ?? "hosts here"
    }

    private func percent(_ share: Double) -> String { "\(Quantity.short((share * 100).rounded())) %" }
}
