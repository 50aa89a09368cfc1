import FlowModel

/// One end of a connection.
struct AsaEnd {
    var address: IPAddress
    var port: UInt16
}

/// How a message writes an end; a user in parentheses may stand behind each.
enum AsaEndForm {
    /// `10.0.0.1/443`.
    case plain
    /// `inside:10.0.0.1/443`, or without a port. The interface's name may hold blanks.
    case afterInterface
    /// `inside/10.0.0.1(443)`.
    case inAccessList
}

/// The text of a message behind its number, read from left to right.
struct AsaMessage: ~Escapable {
    let text: Span<UInt8>
    private(set) var place = 0
    /// What is being read, for the message about a broken row.
    private(set) var field = FieldName.row

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) { self.text = text }

    /// What is left.
    var rest: Span<UInt8> {
        @_lifetime(copy self) get { text.extracting(place..<text.count) }
    }

    /// Goes on behind the next `words`.
    mutating func skip(past words: StaticString) throws(FieldError) {
        guard let found = text.first(words, from: place) else { throw FieldError(.tooFewFields) }
        place = found + words.utf8CodeUnitCount
    }

    /// The number of a connection, behind that word.
    mutating func connection() throws(FieldError) -> UInt64 {
        try skip(past: "connection ")
        field = .row
        let word = text.word(from: place)
        let number = try Field.unsigned(text.extracting(word))
        place = word.upperBound
        return number
    }

    /// The first word before `end` that names a protocol: `Deny inbound UDP from`, `Deny protocol 47 src`.
    mutating func transport(before end: StaticString) -> Transport {
        let limit = text.first(end, from: place) ?? text.count
        var isNumberExpected = false
        while true {
            let range = text.word(from: place)
            guard !range.isEmpty, range.upperBound <= limit else { return .unknown }
            place = range.upperBound
            let word = text.extracting(range)
            // `message repeated 2 times: [Deny inbound UDP` is no IGMP.
            if isNumberExpected || word[0] &- 0x30 > 9, let transport = Transport(text: word) { return transport }
            isNumberExpected = word.isEqual(to: "protocol")
        }
    }

    /// The source, or the first end of two.
    mutating func source(_ form: AsaEndForm) throws(FieldError) -> AsaEnd {
        try end(form, address: .source, port: .sourcePort)
    }

    /// The destination, or the second end of two.
    mutating func destination(_ form: AsaEndForm) throws(FieldError) -> AsaEnd {
        try end(form, address: .destination, port: .destinationPort)
    }

    private mutating func end(
        _ form: AsaEndForm, address: FieldName, port: FieldName
    ) throws(FieldError) -> AsaEnd {
        field = address
        if form != .plain {
            try skipInterface(to: form == .afterInterface ? UInt8(ascii: ":") : UInt8(ascii: "/"))
        }
        var high = place
        while high < text.count, text[high] != 0x20, text[high] != UInt8(ascii: "(") { high += 1 }
        var ports = high..<high
        if form == .inAccessList {
            guard high < text.count, let close = text.first(UInt8(ascii: ")"), from: high) else {
                throw FieldError(.badPort)
            }
            ports = high + 1..<close
        } else {
            var slash = high
            while slash > place, text[slash - 1] != UInt8(ascii: "/") { slash -= 1 }
            if slash > place {
                ports = slash..<high
                high = slash - 1
            }
        }
        var low = place
        if low < high - 1, text[low] == UInt8(ascii: "["), text[high - 1] == UInt8(ascii: "]") {
            low += 1
            high -= 1
        }
        let host = try Self.address(text.extracting(low..<high))
        field = port
        let number = ports.isEmpty ? 0 : try Self.port(text.extracting(ports))
        place = ports.upperBound
        return AsaEnd(address: host, port: number)
    }

    /// An address; a virtual context may stand before the interface: `v1:outside:10.0.0.1`.
    private static func address(_ text: Span<UInt8>) throws(FieldError) -> IPAddress {
        if let address = IPAddress(text: text) { return address }
        var low = text.count
        while low > 0, text[low - 1] != UInt8(ascii: ":") { low -= 1 }
        return try Field.address(text.extracting(low..<text.count))
    }

    private mutating func skipInterface(to sign: UInt8) throws(FieldError) {
        guard let found = text.first(sign, from: place) else { throw FieldError(.badAddress) }
        place = found + 1
    }

    /// The names that the firewall writes for ports of its own services (710003).
    private static let services: [(name: StaticString, port: UInt16)] = [
        ("ssh", 22), ("telnet", 23), ("tacacs", 49), ("domain", 53), ("tftp", 69), ("www", 80), ("http", 80),
        ("ntp", 123), ("snmp", 161), ("snmptrap", 162), ("bgp", 179), ("https", 443), ("isakmp", 500), ("syslog", 514),
        ("rip", 520), ("radius", 1645), ("radius-acct", 1646),
    ]

    private static func port(_ text: Span<UInt8>) throws(FieldError) -> UInt16 {
        for service in services where text.isEqual(to: service.name) { return service.port }
        return try Field.port(text)
    }

    /// ICMP's `type 8, code 0` as type × 256 + code; 0 where there is none.
    mutating func typeAndCode() throws(FieldError) -> UInt16 {
        field = .destinationPort
        guard let type = try number(after: "type ") else { return 0 }
        return UInt16(type) << 8 | UInt16(try number(after: "code ") ?? 0)
    }

    private mutating func number(after word: StaticString) throws(FieldError) -> UInt8? {
        guard let found = text.first(word, from: place) else { return nil }
        place = found + word.utf8CodeUnitCount
        var end = place
        while end < text.count, text[end] &- 0x30 <= 9 { end += 1 }
        guard let number = UInt8(exactly: try Field.unsigned(text.extracting(place..<end))) else {
            throw FieldError(.numberTooLarge)
        }
        return number
    }

    /// `duration 0:00:30 bytes 2436`: nanoseconds and bytes; what is left is the reason.
    mutating func durationAndBytes() throws(FieldError) -> (duration: Int64, bytes: UInt64) {
        field = .duration
        try skip(past: " duration ")
        var word = text.word(from: place)
        let duration = try Field.clock(text.extracting(word))
        field = .totalBytes
        try skip(past: " bytes ")
        word = text.word(from: place)
        let bytes = try Field.unsigned(text.extracting(word))
        place = word.upperBound
        return (duration, bytes)
    }

    /// The flags behind `flags`: `SYN ACK`; 0 where there are none.
    mutating func flags() -> UInt8 {
        guard let found = text.first(" flags ", from: place) else { return 0 }
        place = found + 7
        var flags: UInt8 = 0
        while true {
            let word = text.word(from: place)
            guard word.count == 3 else { return flags }
            let flag = TCPFlag.of(text[word.lowerBound])
            if flag == 0 { return flags }
            flags |= flag
            place = word.upperBound
        }
    }
}
