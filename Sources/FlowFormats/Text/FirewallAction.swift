/// What a firewall or a cloud says it did with a connection.
enum FirewallAction {
    /// Whether the word says that the connection was not let through.
    static func isRefusal(_ word: Span<UInt8>) -> Bool {
        if word.isEmpty { return false }
        for beginning in [
            "den", "block", "drop", "reject", "refuse", "reset", "discard", "fail", "prevent", "no access",
        ] as [StaticString] where word.begins(with: beginning) { return true }
        return false
    }
}
