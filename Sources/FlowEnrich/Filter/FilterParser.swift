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
    private var place = 0
    private var depth = 0
    private var testCount = 0
    private var sets: [NameSet] = []

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

    private var next: FilterToken { tokens[place] }

    private mutating func advance() {
        // The end stays.
        if place + 1 < tokens.count { place += 1 }
    }

    private mutating func take(word: String) -> Bool {
        guard next.keyword == word else { return false }
        advance()
        return true
    }

    private mutating func take(symbol: String) -> Bool {
        guard next.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    private func error(_ expected: String) -> FilterError {
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
    private static func negation(of expression: FilterExpression) -> FilterExpression {
        if case .test(.allBits(let field, let mask)) = expression { return .test(.noBits(field, mask: mask)) }
        return .not(expression)
    }

    // MARK: Conditions

    /// Which end of a flow a condition is about.
    private enum Direction { case source, destination, either, both }

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

    // MARK: Values

    private enum Comparison: String {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case atMost = "<="
        case more = ">"
        case atLeast = ">="
        var isOrder: Bool { self != .equal && self != .notEqual }
    }

    /// A comparison, if there is one, and a value or a list of values. Parameter expected: said where `read` gives nil.
    private mutating func values<Value>(
        _ expected: String, isOrdered: Bool = false, _ read: (FilterToken) -> Value?
    ) throws(FilterError) -> (comparison: Comparison, values: [Value]) {
        var comparison = Comparison.equal
        if case .symbol(let symbol) = next.kind, let written = Comparison(rawValue: symbol) {
            guard isOrdered || !written.isOrder else { throw error(expected) }
            comparison = written
            advance()
        }
        guard !comparison.isOrder, take(word: "in") else {
            guard let value = read(next) else { throw error(expected) }
            try count(1)
            advance()
            return (comparison, [value])
        }
        guard take(symbol: "[") else { throw error("[ and a list, as in \"port in [80 443 8000-8100]\"") }
        var list: [Value] = []
        while list.isEmpty || next.kind != .symbol("]") {
            guard let value = read(next) else { throw error(list.isEmpty ? expected : expected + ", or ]") }
            try count(1)
            list.append(value)
            advance()
            _ = take(symbol: ",")
        }
        advance()
        return (comparison, list)
    }

    private mutating func count(_ tests: Int) throws(FilterError) {
        // A condition about either end tests twice.
        testCount += 2 * tests
        guard testCount <= Self.testLimit else { throw error("no more than \(Self.testLimit) values") }
    }

    private mutating func numbers(
        _ number: FilterNumber, _ direction: Direction?, _ source: FilterField, _ destination: FilterField,
        whole: FilterField?
    ) throws(FilterError) -> FilterExpression {
        let (ranges, isNegated) = try self.ranges(number)
        func test(_ field: FilterField) -> FilterExpression {
            .any(ranges.map { .test(.range(field, low: $0.low, high: $0.high)) })
        }
        return Self.joined(
            direction, test(source), test(destination), whole: whole.map { test($0) }, isNegated: isNegated)
    }

    private mutating func numbers(_ number: FilterNumber, _ field: FilterField) throws(FilterError) -> FilterExpression
    {
        try numbers(number, nil, field, field, whole: field)
    }

    private mutating func ranges(
        _ number: FilterNumber
    ) throws(FilterError) -> (ranges: [(low: UInt64, high: UInt64)], isNegated: Bool) {
        let (comparison, ranges) = try values(number.expected, isOrdered: true) { token in
            token.text.flatMap { number.range($0) }
        }
        guard comparison.isOrder else { return (ranges, comparison == .notEqual) }
        let range = ranges[0]
        guard range.low == range.high else {
            place -= 1
            throw error("one number behind \(comparison.rawValue)")
        }
        let never: (low: UInt64, high: UInt64) = (1, 0)
        switch comparison {
        case .less: return ([range.low == 0 ? never : (0, range.low - 1)], false)
        case .atMost: return ([(0, range.low)], false)
        case .more: return ([range.low == .max ? never : (range.low + 1, .max)], false)
        default: return ([(range.low, .max)], false)
        }
    }

    private mutating func choices(
        _ expected: String, _ field: FilterField, _ value: (String) -> UInt64?
    ) throws(FilterError) -> FilterExpression {
        let (comparison, numbers) = try values(expected) { token in
            token.text.flatMap { value($0.lowercased()) }
        }
        let test = FilterExpression.any(numbers.map { .test(.range(field, low: $0, high: $0)) })
        return comparison == .notEqual ? .not(test) : test
    }

    private enum NetworkKind { case host, net, any }

    private mutating func networks(_ direction: Direction?, _ kind: NetworkKind) throws(FilterError) -> FilterExpression
    {
        let expected =
            switch kind {
            case .host: "an IPv4 or IPv6 address (a network goes with net)"
            case .net: "a network such as 10.0.0.0/8 or 2001:db8::/32"
            case .any: "an address or a network"
            }
        let (comparison, networks) = try values(expected) { token in
            token.text.flatMap { kind == .host && $0.contains("/") ? nil : Network($0) }
        }
        let masks = networks.map { network in
            let mask = Network.mask(network.bits)
            return (base: network.base, mask: IPAddress(high: mask.high, low: mask.low))
        }
        return Self.joined(
            direction, .any(masks.map { .test(.source(base: $0.base, mask: $0.mask)) }),
            .any(masks.map { .test(.destination(base: $0.base, mask: $0.mask)) }), whole: nil,
            isNegated: comparison == .notEqual)
    }

    private mutating func names(
        _ kind: NameSet.Kind, _ direction: Direction?, _ source: FilterField, _ destination: FilterField
    ) throws(FilterError) -> FilterExpression {
        guard sets.count < Self.setLimit else { throw error("no more than \(Self.setLimit) conditions on names") }
        let expected = "a name, in quotes if it has blanks or is and, or, not or in; * stands for any text"
        let (comparison, patterns) = try values(expected) { token -> NamePattern? in
            if let keyword = token.keyword, ["and", "or", "not", "in"].contains(keyword) { return nil }
            return token.text.map { NamePattern($0) }
        }
        sets.append(NameSet(kind, patterns))
        let set = sets.count - 1
        return Self.joined(
            direction, .test(.member(source, set: set)), .test(.member(destination, set: set)), whole: nil,
            isNegated: comparison == .notEqual)
    }

    private mutating func names(_ kind: NameSet.Kind, _ field: FilterField) throws(FilterError) -> FilterExpression {
        try names(kind, .source, field, field)
    }

    private mutating func flags(_ direction: Direction?) throws(FilterError) -> FilterExpression {
        let (comparison, masks) = try values("TCP flags, of the letters \(TCPFlag.letters)") { token in
            token.text.flatMap { Self.mask($0) }
        }
        func test(_ field: FilterField) -> FilterExpression {
            let tests = masks.map { FilterExpression.test(.allBits(field, mask: $0)) }
            // Alone, so that a not before it finds it.
            return tests.count == 1 ? tests[0] : .any(tests)
        }
        let joined = Self.joined(
            direction, test(.flagsSent), test(.flagsReceived), whole: test(.flags), isNegated: false)
        return comparison == .notEqual ? Self.negation(of: joined) : joined
    }

    private static func mask(_ text: String) -> UInt64? {
        let letters = Array("\(TCPFlag.letters)")
        var mask: UInt64 = 0
        for letter in text.uppercased() {
            guard let bit = letters.firstIndex(of: letter) else { return nil }
            mask |= 1 << UInt64(bit)
        }
        return text.isEmpty ? nil : mask
    }

    /// A condition as it is written about one end or both; without a direction about the flow as a whole, else either end.
    private static func joined(
        _ direction: Direction?, _ source: FilterExpression, _ destination: FilterExpression,
        whole: FilterExpression?, isNegated: Bool
    ) -> FilterExpression {
        let joined: FilterExpression =
            switch direction {
            case .source: source
            case .destination: destination
            case .either: .any([source, destination])
            case .both: .all([source, destination])
            case nil: whole ?? .any([source, destination])
            }
        return isNegated ? .not(joined) : joined
    }
}
