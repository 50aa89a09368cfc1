public import FlowModel

/// The addresses and networks of one feed, read from its text.
///
/// One reading serves all usual formats: an address or CIDR a line (FireHOL netset, Emerging Threats, Tor exits), with a
/// comment behind it (`; SBL…` of Spamhaus, `#…` of AlienVault) or a count (ipsum), rows with commas, of which every
/// field that is an address counts (abuse.ch CSV; all addresses in one row), and objects or lists of JSON, of which
/// every text that is one does (Spamhaus).
public struct Blocklist: Sendable {
    /// Most networks kept of a feed.
    public static let networkLimit = 2_000_000
    /// How many bad lines are told in full.
    public static let exampleLimit = 5
    /// The widest networks taken, leading bits of 128: whoever lists more than an IPv4 /8 or an IPv6 /16 lists a mistake.
    static let widest = (v4: 96 + 8, v6: 16)

    /// A line without an address in it.
    public struct BadLine: Sendable, Equatable {
        /// From 1.
        public var number: Int
        /// Its first bytes.
        public var excerpt: String
    }

    /// The feed.
    public let feed: Feed
    /// What is on it, in its order; an address is a network of one.
    public private(set) var networks: [Network] = []
    /// Lines without an address that are neither comments nor a header.
    public private(set) var badCount = 0
    /// The first of them.
    public private(set) var badLines: [BadLine] = []
    /// Networks that are wider than any list can mean.
    public private(set) var tooWideCount = 0
    /// Addresses on fewer lists than asked for.
    public private(set) var rareCount = 0
    /// Networks above the limit.
    public private(set) var overflowCount = 0

    /// Whether a row of names was passed over.
    private var hasHeader = false

    /// The feed in `text`, uncompressed. Parameter minimumCount: leaves out addresses that the feed itself has from fewer
    /// lists than that, where it says from how many.
    public init(feed: Feed, text: Span<UInt8>, minimumCount: Int = 0) {
        self.feed = feed
        var start = Self.byteOrderMark(in: text)
        var number = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
            number += 1
            take(text.extracting(start..<end), number: number, minimumCount: minimumCount)
            start = end + 1
        }
    }

    private mutating func take(_ line: Span<UInt8>, number: Int, minimumCount: Int) {
        let isObject = Self.isObject(line)
        let (fields, found) = isObject ? takeTexts(line, minimumCount) : takeFields(line, minimumCount)
        guard fields > 0, found == 0 else { return }
        // A row of names above the first address is a header.
        if fields > 1, !isObject, networks.isEmpty, badCount == 0, !hasHeader {
            hasHeader = true
            return
        }
        badCount += 1
        if badLines.count < Self.exampleLimit {
            let excerpt = line.extracting(0..<min(line.count, 40))
            badLines.append(
                BadLine(number: number, excerpt: String(decoding: excerpt.indices.map { excerpt[$0] }, as: UTF8.self)))
        }
    }

    /// Takes the addresses between commas. Returns: fields, 0 where none has anything in it, and addresses among them.
    private mutating func takeFields(_ line: Span<UInt8>, _ minimumCount: Int) -> (fields: Int, found: Int) {
        var end = 0
        while end < line.count, line[end] != UInt8(ascii: ";"), line[end] != UInt8(ascii: "#") { end += 1 }
        var fields = 0
        var found = 0
        var hasText = false
        var start = 0
        while start <= end {
            var fieldEnd = start
            while fieldEnd < end, line[fieldEnd] != UInt8(ascii: ",") { fieldEnd += 1 }
            let field = line.extracting(start..<fieldEnd)
            let word = Self.word(in: field, from: 0)
            hasText = hasText || !word.isEmpty
            if let network = Self.network(in: field.extracting(word)), !Self.isRange(field, from: word.upperBound) {
                found += 1
                let isAlone = fields == 0 && fieldEnd == end
                add(network, count: isAlone ? Self.count(in: field, from: word.upperBound) : nil, minimumCount)
            }
            fields += 1
            start = fieldEnd + 1
        }
        return (hasText ? fields : 0, found)
    }

    /// Takes the addresses between quotes. Returns: texts, at least 1, and addresses among them.
    private mutating func takeTexts(_ line: Span<UInt8>, _ minimumCount: Int) -> (texts: Int, found: Int) {
        var texts = 1
        var found = 0
        var start: Int?
        for index in line.indices where line[index] == UInt8(ascii: "\"") {
            guard let first = start else {
                start = index + 1
                continue
            }
            start = nil
            texts += 1
            guard let network = Self.network(in: line.extracting(first..<index)) else { continue }
            found += 1
            add(network, count: nil, minimumCount)
        }
        return (texts, found)
    }

    private mutating func add(_ network: Network, count: Int?, _ minimumCount: Int) {
        if let count, count < minimumCount {
            rareCount += 1
        } else if network.bits < (network.base.isV4 ? Self.widest.v4 : Self.widest.v6), !network.isSpecial {
            tooWideCount += 1
        } else if networks.count >= Self.networkLimit {
            overflowCount += 1
        } else {
            networks.append(network)
        }
    }

    /// The first word at or after `start`, without blanks and quotes around it.
    private static func word(in field: Span<UInt8>, from start: Int) -> Range<Int> {
        let isBlank = { (byte: UInt8) in byte <= 0x20 || byte == UInt8(ascii: "\"") }
        var low = start
        while low < field.count, isBlank(field[low]) { low += 1 }
        var high = low
        while high < field.count, !isBlank(field[high]) { high += 1 }
        return low..<high
    }

    /// Whether the line is an object of JSON, or a list of objects or texts; an address in brackets is none.
    private static func isObject(_ line: Span<UInt8>) -> Bool {
        var isList = false
        for index in line.indices where line[index] > UInt8(ascii: " ") {
            switch line[index] {
            case UInt8(ascii: "{"): return true
            case UInt8(ascii: "\""): return isList
            case UInt8(ascii: "[") where !isList: isList = true
            default: return false
            }
        }
        return false
    }

    /// How many bytes at the beginning say only that this is UTF-8.
    private static func byteOrderMark(in text: Span<UInt8>) -> Int {
        text.count >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf ? 3 : 0
    }

    /// Whether another address follows in the field: what stands between them is not told from their list (DShield).
    private static func isRange(_ field: Span<UInt8>, from start: Int) -> Bool {
        var word = word(in: field, from: start)
        while !word.isEmpty {
            if network(in: field.extracting(word)) != nil { return true }
            word = Self.word(in: field, from: word.upperBound)
        }
        return false
    }

    /// A network, or an address with a port behind it: `45.9.1.2:443`, `[2a01:4f8::1]:443`.
    private static func network(in word: Span<UInt8>) -> Network? {
        if let network = Network(text: word) { return network }
        if word.count > 2, word[0] == UInt8(ascii: "[") {
            var bracket = 1
            while bracket < word.count, word[bracket] != UInt8(ascii: "]") { bracket += 1 }
            return Network(text: word.extracting(1..<bracket))
        }
        var colon = 0
        while colon < word.count, word[colon] != UInt8(ascii: ":") { colon += 1 }
        guard colon >= 7, colon < word.count else { return nil }
        return Network(text: word.extracting(0..<colon))
    }

    /// The whole number that is the rest of the field; nil where it is anything else.
    private static func count(in field: Span<UInt8>, from start: Int) -> Int? {
        let word = word(in: field, from: start)
        guard (1...9).contains(word.count), Self.word(in: field, from: word.upperBound).isEmpty else { return nil }
        var number = 0
        for index in word {
            let digit = Int(field[index]) - 0x30
            guard (0...9).contains(digit) else { return nil }
            number = number * 10 + digit
        }
        return number
    }
}

extension Network {
    /// Whether no public address can be in it: its first and its last address have the same scope, which is not public.
    var isSpecial: Bool {
        let mask = Self.mask(bits)
        let last = IPAddress(high: base.high | ~mask.high, low: base.low | ~mask.low)
        return base.scope != .public && last.scope != .public && bits >= (base.isV4 ? 96 + 3 : 7)
    }
}
