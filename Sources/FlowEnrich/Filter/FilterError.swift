/// What is wrong with a filter, and where.
public struct FilterError: Error, Equatable, Sendable {
    /// The filter as it was given.
    public let filter: String
    /// The character where something else was expected, from 0; the length of the filter at its end.
    public let column: Int
    /// What was expected there.
    public let expected: String

    /// Three lines: what was expected, the filter, and a caret under the character where it is wrong.
    public var text: String {
        // A character that moves the cursor would move the caret away.
        let line = String(
            filter.map { $0.isNewline || $0 == "\t" || $0.asciiValue.map { $0 < 0x20 } == true ? " " : $0 })
        return "expected \(expected)\n  \(line)\n  \(String(repeating: " ", count: column))^"
    }
}
