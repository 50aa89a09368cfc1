import FlowModel

/// A filter's text to its expression, by recursive descent. `not` binds tighter than `and`, `and` tighter than `or`.
struct FilterParser {
    /// Parentheses and nots inside one another, at most: the stack is not endless.
    static let depthLimit = 100
    /// Tests at most, and conditions on names at most: each of these holds 8 KiB.
    static let testLimit = 10_000
    static let setLimit = 256

    private let filter: String
    private var tokens: [FilterToken]
    var place = 0
    private var depth = 0
    var testCount = 0
    var sets: [NameSet] = []

    private init(_ filter: String) throws(FilterError) {
        self.filter = filter
        tokens = try FilterToken.tokens(of: filter)
    }

    /// The expression of a filter, and the sets of names that its `member` tests point to.
    static func parse(_ filter: String) throws(FilterError) -> (FilterExpression, [NameSet]) {
        var parser = try FilterParser(filter)
        let expression = try parser.disjunction()
        guard parser.next.kind == .end else { throw parser.error("and, or, or the end of the filter") }
        return (expression, parser.sets)
    }

    // MARK: Tokens

    var next: FilterToken { tokens[place] }

    mutating func advance() {
        // The end stays.
        if place + 1 < tokens.count { place += 1 }
    }

    mutating func take(word: String) -> Bool {
        guard next.keyword == word else { return false }
        advance()
        return true
    }

    mutating func take(symbol: String) -> Bool {
        guard next.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    func error(_ expected: String) -> FilterError {
        FilterError(filter: filter, column: next.column, expected: expected)
    }

    // MARK: Expressions

    private mutating func disjunction() throws(FilterError) -> FilterExpression {
        var parts = [try conjunction()]
        while take(word: "or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction() throws(FilterError) -> FilterExpression {
        var parts = [try factor()]
        while take(word: "and") { parts.append(try factor()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func factor() throws(FilterError) -> FilterExpression {
        guard depth < Self.depthLimit else {
            throw error("no more than \(Self.depthLimit) parentheses and nots inside one another")
        }
        depth += 1
        defer { depth -= 1 }
        if take(word: "not") { return Self.negation(of: try factor()) }
        guard take(symbol: "(") else { return try condition() }
        let inner = try disjunction()
        guard take(symbol: ")") else { throw error("and, or, or )") }
        return inner
    }

    /// nfdump's habit: `flags SA` is both of them, `not flags SA` neither.
    static func negation(of expression: FilterExpression) -> FilterExpression {
        if case .test(.allBits(let field, let mask)) = expression { return .test(.noBits(field, mask: mask)) }
        return .not(expression)
    }

    // MARK: Conditions

    /// Which end of a flow a condition is about.
    enum Direction { case source, destination, either, both }

    private mutating func direction() throws(FilterError) -> Direction? {
        guard let first = next.keyword, first == "src" || first == "dst" else { return nil }
        advance()
        let isBoth = next.keyword == "and"
        guard isBoth || next.keyword == "or" else { return first == "src" ? .source : .destination }
        advance()
        let other = first == "src" ? "dst" : "src"
        guard take(word: other) else {
            throw error("\(other), as in \"\(first) \(isBoth ? "and" : "or") \(other) port 53\"")
        }
        return isBoth ? .both : .either
    }

    private mutating func condition() throws(FilterError) -> FilterExpression {
        let direction = try direction()
        guard let keyword = next.keyword else { throw error(Self.conditions(direction)) }
        // tcpdump's `src 10.0.0.1`.
        if direction != nil, let text = next.text, Network(text) != nil { return try networks(direction, .any) }
        advance()
        switch keyword {
        case "host", "ip": return try networks(direction, .host)
        case "net": return try networks(direction, .net)
        case "port": return try numbers(.port, direction, .sourcePort, .destinationPort, whole: nil)
        case "bytes": return try numbers(.amount, direction, .bytesSent, .bytesReceived, whole: .bytes)
        case "packets": return try numbers(.amount, direction, .packetsSent, .packetsReceived, whole: .packets)
        case "flags": return try flags(direction)
        case "group": return try names(.group, direction, .sourceGroups, .destinationGroups)
        default: break
        }
        guard direction == nil else {
            place -= 1
            throw error(Self.conditions(direction))
        }
        switch keyword {
        case "any": return .all([])
        case "ipv4", "inet": return .test(.range(.family, low: 4, high: 4))
        case "ipv6", "inet6": return .test(.range(.family, low: 6, high: 6))
        case "tcp", "udp", "icmp", "icmp6": return try bareProtocol(keyword)
        case "proto": return try choices("a protocol by name or by number (0 to 255)", .transport, Self.transport)
        case "state":
            let known = ConnectionState.allCases.map(\.description).joined(separator: ", ")
            return try choices("a state: \(known)", .state) { word in
                ConnectionState.allCases.first { $0.description == word }.map { UInt64($0.rawValue) }
            }
        case "sent": return try numbers(.amount, .bytesSent)
        case "received": return try numbers(.amount, .bytesReceived)
        case "duration": return try numbers(.time, .duration)
        case "rate": return try numbers(.amount, .bytesPerSecond)
        case "bps": return try numbers(.amount, .bitsPerSecond)
        case "pps": return try numbers(.amount, .packetsPerSecond)
        case "bpp": return try numbers(.amount, .bytesPerPacket)
        case "application", "app": return try names(.application, .application)
        case "label": return try names(.label, .label)
        default:
            place -= 1
            throw error(Self.conditions(nil))
        }
    }

    private static func conditions(_ direction: Direction?) -> String {
        direction == nil
            ? "a condition: host, net, port, proto, tcp, udp, icmp, bytes, sent, received, packets, duration, rate, bps, pps,"
                + " bpp, state, flags, group, application, label, ipv4, ipv6 or any, or src or dst before one"
            : "an address, or host, net, port, bytes, packets, flags or group"
    }

    /// tcpdump's `tcp port 80`: a protocol right before a condition on an end is joined to it.
    private mutating func bareProtocol(_ word: String) throws(FilterError) -> FilterExpression {
        let number = Self.transport(word) ?? 0
        let test = FilterExpression.test(.range(.transport, low: number, high: number))
        guard ["src", "dst", "host", "ip", "net", "port"].contains(next.keyword) else { return test }
        return .all([test, try condition()])
    }

    private static func transport(_ word: String) -> UInt64? {
        let bytes = Array(word.utf8)
        return Transport(text: bytes.span).map { UInt64($0.rawValue) }
    }
}
