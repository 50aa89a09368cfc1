/// Findings that are known and wanted: the settings of one rule. Every condition given must hold; empty means any.
public struct Suppression: Codable, Sendable, Equatable {
    /// The finding's subject, as an address or a CIDR.
    public var host = ""
    /// A host group that the subject is in, case aside.
    public var group = ""
    /// Who made the finding.
    public var detector = ""
    /// The other end, as an address or a CIDR; of several, all of them.
    public var peer = ""
    /// The destination port that the finding is about; of several, all of them.
    public var port = ""
    /// The finding lies behind this moment (a date, or a date and a time) or time of day (`22:00`); UTC.
    public var from = ""
    /// The finding lies before this moment or time of day, which may be the next day's.
    public var until = ""
    /// Why it is hidden.
    public var reason = ""
    /// From this date on, by the time in the flows, nothing is hidden.
    public var expires = ""
    /// A rule without conditions.
    public init() {}

    /// The conditions in the order they are printed.
    var conditions: [(key: String, value: String)] {
        [
            ("host", host), ("group", group), ("detector", detector), ("peer", peer), ("port", port), ("from", from),
            ("until", until),
        ].filter { !$0.1.isEmpty }
    }

    /// The rule written as `host=10.0.0.5 detector=beaconing group="Web Servers"`. Throws: for what is no condition, keys
    /// that there are not or that come twice, and quotes left open.
    public init(text: String) throws(SuppressionError) {
        var keys: Set<String> = []
        for word in try Self.words(text) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[1].isEmpty else {
                throw SuppressionError(key: word, text: "is no condition such as host=10.0.0.5")
            }
            guard keys.insert(parts[0]).inserted else {
                throw SuppressionError(key: parts[0], text: "is given twice")
            }
            switch parts[0] {
            case "host": host = parts[1]
            case "group": group = parts[1]
            case "detector": detector = parts[1]
            case "peer": peer = parts[1]
            case "port": port = parts[1]
            case "from": from = parts[1]
            case "until": until = parts[1]
            case "reason": reason = parts[1]
            case "expires": expires = parts[1]
            default:
                throw SuppressionError(
                    key: parts[0],
                    text: "is no key; there are host, group, detector, peer, port, from, until, reason, expires")
            }
        }
    }

    /// Parts between blanks; quotes, double or single, hold blanks together.
    private static func words(_ text: String) throws(SuppressionError) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        for letter in text {
            if letter == quote {
                quote = nil
            } else if quote == nil, letter == "\"" || letter == "'" {
                quote = letter
            } else if quote == nil, letter.isWhitespace {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(letter)
            }
        }
        guard quote == nil else { throw SuppressionError(key: word, text: "has a quote that is not closed") }
        return word.isEmpty ? words : words + [word]
    }
}

/// What is wrong with a suppression.
public struct SuppressionError: Error, Equatable, Sendable {
    /// The key at fault; empty where it is the whole rule.
    public var key: String
    /// What is wrong, to be read behind the key.
    public var text: String
    /// What is wrong with the value of a key.
    public init(key: String, text: String) {
        self.key = key
        self.text = text
    }
}
