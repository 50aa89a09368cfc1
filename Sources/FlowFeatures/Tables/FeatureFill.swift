/// What stands for windows in which nothing happened.
public enum FeatureFill: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// Zeros: of pairs a row each, weighing as many as there are empty windows between its first and its last; of
    /// windows a row for each empty one between the first and the last.
    case zero
}
