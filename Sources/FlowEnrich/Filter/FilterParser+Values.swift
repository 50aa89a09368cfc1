import FlowModel

/// What stands behind the words of a condition: a comparison, and a value or a list of values.
extension FilterParser {
    enum Comparison: String {
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

    mutating func numbers(
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

    mutating func numbers(_ number: FilterNumber, _ field: FilterField) throws(FilterError) -> FilterExpression {
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

    mutating func choices(
        _ expected: String, _ field: FilterField, _ value: (String) -> UInt64?
    ) throws(FilterError) -> FilterExpression {
        let (comparison, numbers) = try values(expected) { token in
            token.text.flatMap { value($0.lowercased()) }
        }
        let test = FilterExpression.any(numbers.map { .test(.range(field, low: $0, high: $0)) })
        return comparison == .notEqual ? .not(test) : test
    }

    enum NetworkKind { case host, net, any }

    mutating func networks(_ direction: Direction?, _ kind: NetworkKind) throws(FilterError) -> FilterExpression {
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

    mutating func names(
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

    mutating func names(_ kind: NameSet.Kind, _ field: FilterField) throws(FilterError) -> FilterExpression {
        try names(kind, .source, field, field)
    }

    mutating func flags(_ direction: Direction?) throws(FilterError) -> FilterExpression {
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
