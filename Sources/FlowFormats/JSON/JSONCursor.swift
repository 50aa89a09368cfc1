/// What stops a `JSONCursor`.
enum JSONStop: Error {
    /// The bytes end before the value does.
    case unfinished
    /// At that place stands what JSON does not allow there.
    case broken(Int)
}

/// A value of JSON by its place. A string's place is without its quotes.
struct JSONValue {
    enum Kind { case text, escapedText, number, null, truth, nested }
    var kind: Kind
    var start: Int
    var end: Int
}

/// Goes through the bytes of JSON (RFC 8259) without building anything.
struct JSONCursor {
    /// How deep arrays and objects may lie in each other.
    static let depthLimit = 64

    /// The next byte looked at.
    var index: Int
    /// Where the bytes end that may be looked at.
    let limit: Int
    /// How many newlines were passed.
    var newlines = 0

    /// The next byte that is no blank, not passed.
    mutating func peek(_ bytes: Span<UInt8>) throws(JSONStop) -> UInt8 {
        while index < limit {
            let byte = bytes[index]
            if byte > 0x20 { return byte }
            if byte == UInt8(ascii: "\n") {
                newlines += 1
            } else if byte != 0x20 && byte != 0x09 && byte != 0x0d {
                throw .broken(index)
            }
            index += 1
        }
        throw .unfinished
    }

    /// Whether nothing but blanks comes before the limit; passes them.
    mutating func isAtEnd(_ bytes: Span<UInt8>) throws(JSONStop) -> Bool {
        do throws(JSONStop) {
            _ = try peek(bytes)
            return false
        } catch {
            if case .unfinished = error { return true }
            throw error
        }
    }

    /// Passes `wanted`, which must come next.
    mutating func pass(_ wanted: UInt8, _ bytes: Span<UInt8>) throws(JSONStop) {
        guard try peek(bytes) == wanted else { throw .broken(index) }
        index += 1
    }

    /// Passes the string that must come next.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONStop) -> JSONValue {
        try pass(UInt8(ascii: "\""), bytes)
        let start = index
        var kind = JSONValue.Kind.text
        while index < limit {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                index += 1
                return JSONValue(kind: kind, start: start, end: index - 1)
            }
            if byte == UInt8(ascii: "\\") {
                kind = .escapedText
                try passEscape(bytes)
            } else if byte < 0x20 {
                throw .broken(index)
            } else {
                index += 1
            }
        }
        throw .unfinished
    }

    private mutating func passEscape(_ bytes: Span<UInt8>) throws(JSONStop) {
        index += 1
        guard index < limit else { throw .unfinished }
        switch bytes[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 1
        case UInt8(ascii: "u"):
            index += 1
            for _ in 0..<4 {
                guard index < limit else { throw .unfinished }
                guard JSONEscape.digit(bytes[index]) != nil else { throw .broken(index) }
                index += 1
            }
        default:
            throw .broken(index)
        }
    }

    /// Whether an object comes next; passes its `{`.
    mutating func enters(_ bytes: Span<UInt8>) throws(JSONStop) -> Bool {
        guard try peek(bytes) == UInt8(ascii: "{") else { return false }
        index += 1
        return true
    }

    /// Passes the key of the next member of the object gone through, and its colon. Parameter previous: the key
    /// before, nil at the start. Returns: nil once the object's end was passed.
    mutating func key(after previous: JSONValue?, _ bytes: Span<UInt8>) throws(JSONStop) -> JSONValue? {
        if try peek(bytes) == UInt8(ascii: "}") {
            index += 1
            return nil
        }
        if previous != nil { try pass(UInt8(ascii: ","), bytes) }
        let key = try string(bytes)
        try pass(UInt8(ascii: ":"), bytes)
        return key
    }

    /// Passes the value that must come next. Parameter depth: how many arrays and objects it lies in.
    mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(JSONStop) -> JSONValue {
        let first = try peek(bytes)
        let start = index
        switch first {
        case UInt8(ascii: "\""):
            return try string(bytes)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try nested(bytes, isObject: first == UInt8(ascii: "{"), depth: depth)
            return JSONValue(kind: .nested, start: start, end: index)
        case UInt8(ascii: "n"):
            try word("null", bytes)
            return JSONValue(kind: .null, start: start, end: index)
        case UInt8(ascii: "t"):
            try word("true", bytes)
            return JSONValue(kind: .truth, start: start, end: index)
        case UInt8(ascii: "f"):
            try word("false", bytes)
            return JSONValue(kind: .truth, start: start, end: index)
        default:
            try number(bytes)
            return JSONValue(kind: .number, start: start, end: index)
        }
    }

    private mutating func nested(_ bytes: Span<UInt8>, isObject: Bool, depth: Int) throws(JSONStop) {
        guard depth < Self.depthLimit else { throw .broken(index) }
        index += 1
        let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if try peek(bytes) == close {
            index += 1
            return
        }
        while true {
            if isObject {
                _ = try string(bytes)
                try pass(UInt8(ascii: ":"), bytes)
            }
            _ = try value(bytes, depth: depth + 1)
            if try peek(bytes) == close {
                index += 1
                return
            }
            try pass(UInt8(ascii: ","), bytes)
        }
    }

    private mutating func word(_ word: StaticString, _ bytes: Span<UInt8>) throws(JSONStop) {
        for place in 0..<word.utf8CodeUnitCount {
            guard index < limit else { throw .unfinished }
            guard word.withUTF8Buffer({ $0[place] }) == bytes[index] else { throw .broken(index) }
            index += 1
        }
    }

    private mutating func number(_ bytes: Span<UInt8>) throws(JSONStop) {
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let isZero = index < limit && bytes[index] == 0x30
        let first = index
        try digits(bytes)
        if isZero && index > first + 1 { throw .broken(first + 1) }
        if index < limit, bytes[index] == UInt8(ascii: ".") {
            index += 1
            try digits(bytes)
        }
        if index < limit, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < limit, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
            try digits(bytes)
        }
        if index == limit { throw .unfinished }
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(JSONStop) {
        let start = index
        while index < limit, bytes[index] &- 0x30 <= 9 { index += 1 }
        if index == limit { throw .unfinished }
        if index == start { throw .broken(index) }
    }
}
