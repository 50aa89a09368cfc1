/// Why a row was not read.
public enum RejectReason: Int, Sendable, CaseIterable {
    case tooFewFields, badTime, timeOutOfRange, badAddress, badPort, badNumber, negativeNumber, numberTooLarge
    case unknownProtocol, badDuration, lineTooLong, nulByte, badQuoting, badJSON, missingField
    case cutOff

    /// What is wrong, as a person says it.
    public var text: String {
        switch self {
        case .tooFewFields: "too few fields"
        case .badTime: "not a time"
        case .timeOutOfRange: "time outside 1678 to 2261"
        case .badAddress: "not an IPv4 or IPv6 address"
        case .badPort: "not a port (0 to 65535)"
        case .badNumber: "not a number"
        case .negativeNumber: "negative number"
        case .numberTooLarge: "number too large"
        case .unknownProtocol: "unknown protocol"
        case .badDuration: "not a duration"
        case .lineTooLong: "line over 1 MiB"
        case .nulByte: "NUL byte"
        case .badQuoting: "quotes that do not match"
        case .badJSON: "not valid JSON"
        case .missingField: "missing field"
        case .cutOff: "cut off where the file breaks off"
        }
    }
}

/// Why a record that is well formed is not a flow.
public enum SkipReason: Int, Sendable, CaseIterable {
    /// Argus management records.
    case management
    /// ARP, LLC, IPX and other records that are not IP.
    case notIP
    /// Events of other kinds in the same log: alerts, DNS, TLS.
    case otherEvent
    /// Records of an interval in which nothing was seen or kept (AWS NODATA, SKIPDATA).
    case noData
    /// Begins of connections whose end is a record too.
    case begin
    /// Records of the destination's host where the source's has written the same.
    case seenTwice

    /// What was skipped, as a person says it.
    public var text: String {
        switch self {
        case .management: "management records"
        case .notIP: "records that are not IP (ARP, LLC, IPX)"
        case .otherEvent: "events that are not flows"
        case .noData: "records of intervals without data"
        case .begin: "begins of connections, told by their ends"
        case .seenTwice: "records of the destination that the source has written too"
        }
    }
}

/// The part of a row that a message is about.
public enum FieldName: String, Sendable {
    case row
    case time = "start time"
    case duration
    case transport = "protocol"
    case state
    case source = "source address"
    case sourcePort = "source port"
    case destination = "destination address"
    case destinationPort = "destination port"
    case bytesSent = "bytes sent"
    case bytesReceived = "bytes received"
    case totalBytes = "total bytes"
    case packets
    case packetsSent = "packets sent"
    case packetsReceived = "packets received"
    case header
}

/// One broken row.
public struct Rejection: Sendable, Equatable {
    /// What is wrong.
    public var reason: RejectReason
    /// Where in the row.
    public var field: FieldName
    /// The line, from 1; counted from the start of the batch, or of the file once a source has handed it on.
    public var line: Int
    /// What stood there: printable, at most 41 characters.
    public var excerpt: String

    /// `source address: not an IPv4 or IPv6 address, found "300.1.1.1"`.
    public var text: String {
        let place = field == .row ? "" : field.rawValue + ": "
        return place + reason.text + (excerpt.isEmpty ? "" : ", found \"\(excerpt)\"")
    }
}

/// How many rows were rejected, by reason.
public struct RejectCounts: Sendable, Equatable {
    private var counts: [Int] = []

    /// No rows.
    public init() {}

    /// Adds `count` rows.
    public mutating func count(_ reason: RejectReason, _ count: Int = 1) {
        if counts.isEmpty { counts = Array(repeating: 0, count: RejectReason.allCases.count) }
        counts[reason.rawValue] += count
    }

    /// Adds the counts of `other`.
    public mutating func add(_ other: RejectCounts) {
        for reason in RejectReason.allCases where other[reason] > 0 { count(reason, other[reason]) }
    }

    /// The rows rejected for `reason`.
    public subscript(reason: RejectReason) -> Int { counts.isEmpty ? 0 : counts[reason.rawValue] }

    /// All rows rejected.
    public var total: Int { counts.reduce(0, +) }
}

/// How many records were skipped, by reason.
public struct SkipCounts: Sendable, Equatable {
    private var counts: [Int] = []

    /// No records.
    public init() {}

    /// Adds `count` records.
    public mutating func count(_ reason: SkipReason, _ count: Int = 1) {
        if counts.isEmpty { counts = Array(repeating: 0, count: SkipReason.allCases.count) }
        counts[reason.rawValue] += count
    }

    /// Adds the counts of `other`.
    public mutating func add(_ other: SkipCounts) {
        for reason in SkipReason.allCases where other[reason] > 0 { count(reason, other[reason]) }
    }

    /// The records skipped for `reason`.
    public subscript(reason: SkipReason) -> Int { counts.isEmpty ? 0 : counts[reason.rawValue] }

    /// All records skipped.
    public var total: Int { counts.reduce(0, +) }
}
