/// A piece of a filter.
struct FilterToken {
    enum Kind: Equatable {
        /// Letters, digits and whatever else is no symbol: `port`, `10.0.0.0/8`, `1000-2000`; also `&&`, `||`, `!`,
        /// which are `and`, `or`, `not`.
        case word(String)
        /// Text in quotes, which stand off.
        case quoted(String)
        /// `( ) [ ] , = != < <= > >=`
        case symbol(String)
        case end
    }

    let kind: Kind
    /// The first character, from 0.
    let column: Int

    /// The word in lower case; nil for anything else.
    var keyword: String? {
        if case .word(let word) = kind { word.lowercased() } else { nil }
    }

    /// The word or the text in quotes as it stands.
    var text: String? {
        switch kind {
        case .word(let text), .quoted(let text): text
        case .symbol, .end: nil
        }
    }

    /// The pieces of `filter`, the end last.
    static func tokens(of filter: String) throws(FilterError) -> [FilterToken] {
        let letters = Array(filter)
        var tokens: [FilterToken] = []
        var place = 0
        while place < letters.count {
            let start = place
            let letter = letters[place]
            let next = place + 1 < letters.count ? letters[place + 1] : " "
            place += 1
            var kind: Kind
            switch letter {
            case _ where letter.isWhitespace: continue
            case "(", ")", "[", "]", ",": kind = .symbol(String(letter))
            case "=", "<", ">", "!":
                if next == "=" { place += 1 }
                kind = letter == "=" ? .symbol("=") : .symbol(next == "=" ? "\(letter)=" : String(letter))
                if kind == .symbol("!") { kind = .word("not") }
            case "&", "|":
                guard next == letter else {
                    throw FilterError(filter: filter, column: start, expected: "\(letter)\(letter)")
                }
                place += 1
                kind = .word(letter == "&" ? "and" : "or")
            case "\"", "'":
                guard let end = letters[place...].firstIndex(of: letter) else {
                    throw FilterError(filter: filter, column: start, expected: "the quote that opens here to be closed")
                }
                kind = .quoted(String(letters[place..<end]))
                place = end + 1
            default:
                while place < letters.count, isOfWord(letters[place]) { place += 1 }
                kind = .word(String(letters[start..<place]))
            }
            tokens.append(FilterToken(kind: kind, column: start))
        }
        tokens.append(FilterToken(kind: .end, column: letters.count))
        return tokens
    }

    private static func isOfWord(_ letter: Character) -> Bool {
        !letter.isWhitespace && !"()[],=<>!&|\"'".contains(letter)
    }
}
