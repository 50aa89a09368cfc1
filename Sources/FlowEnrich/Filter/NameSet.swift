/// The names that a condition takes: `group in ["Web Servers" atlanta]`, `label *botnet*`.
struct NameSet: Sendable {
    enum Kind: String, Sendable { case application, label, group }

    let kind: Kind
    let patterns: [NamePattern]
    /// Whether any name met so far is of each pattern.
    private(set) var isMet: [Bool]

    init(_ kind: Kind, _ patterns: [NamePattern]) {
        self.kind = kind
        self.patterns = patterns
        isMet = patterns.map { $0.takesNone }
    }

    /// Whether a flow without a name is meant.
    var takesNone: Bool { patterns.contains { $0.takesNone } }

    /// Whether a name is of any pattern.
    mutating func takes(_ name: String) -> Bool {
        let letters = NamePattern.letters(name)
        var isTaken = false
        for index in patterns.indices where patterns[index].takes(letters) {
            isMet[index] = true
            isTaken = true
        }
        return isTaken
    }
}

/// A whole name, case aside; `*` stands for any text, `?` for any one character.
struct NamePattern: Sendable {
    let text: String
    private let letters: [Character]

    init(_ text: String) {
        self.text = text
        letters = Self.letters(text)
    }

    static func letters(_ name: String) -> [Character] { Array(name.lowercased()) }

    /// The empty pattern: a flow without a name.
    var takesNone: Bool { letters.isEmpty }

    /// Whether a name in lower case is of this pattern. Cost: O(name × pattern) at worst.
    func takes(_ name: [Character]) -> Bool {
        var place = 0
        var index = 0
        // Where the last star stood, and up to where the name is taken for it.
        var star = -1
        var resume = 0
        while index < name.count {
            if place < letters.count, letters[place] == "*" {
                star = place
                resume = index
                place += 1
            } else if place < letters.count, letters[place] == "?" || letters[place] == name[index] {
                place += 1
                index += 1
            } else if star >= 0 {
                resume += 1
                index = resume
                place = star + 1
            } else {
                return false
            }
        }
        return letters[place...].allSatisfy { $0 == "*" }
    }
}
