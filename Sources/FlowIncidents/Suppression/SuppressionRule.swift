import FlowEnrich
import FlowFormats
public import FlowModel

/// A suppression made ready to be held against findings.
public struct SuppressionRule: Sendable {
    private static let day: Int64 = 86_400_000_000_000

    /// The settings it was made of.
    public let settings: Suppression
    /// From this moment on it hides nothing.
    public let expires: Timestamp?
    /// The group's name in lower case; empty means any.
    let group: String

    private let host: Network?
    private let peer: Network?
    private let detector: DetectorName?
    private let port: UInt16?
    private let time: Time

    private enum Time {
        case any
        /// Between two moments.
        case moments(Timestamp, Timestamp)
        /// Between two times of day, in nanoseconds; the second may be the next day's.
        case daily(Int64, Int64)
    }

    /// Makes a rule of its settings; the reason is not looked at. Throws: what is wrong with them.
    public init(_ settings: Suppression) throws(SuppressionError) {
        self.settings = settings
        guard !settings.conditions.isEmpty else {
            throw SuppressionError(
                key: "", text: "hides everything; give it a host, group, detector, peer, port or time")
        }
        host = try Self.network(settings.host, key: "host")
        peer = try Self.network(settings.peer, key: "peer")
        group = settings.group.lowercased()
        detector = DetectorName(rawValue: settings.detector)
        if detector == nil, !settings.detector.isEmpty {
            let names = DetectorName.allCases.map(\.rawValue).joined(separator: ", ")
            throw SuppressionError(key: "detector", text: "takes one of \(names), not \"\(settings.detector)\"")
        }
        port = UInt16(settings.port)
        if port == nil, !settings.port.isEmpty {
            throw SuppressionError(key: "port", text: "takes a port, 0 to 65535, not \"\(settings.port)\"")
        }
        expires = try Self.moment(settings.expires, key: "expires")
        time = try Self.time(settings)
    }

    private static func network(_ text: String, key: String) throws(SuppressionError) -> Network? {
        if text.isEmpty { return nil }
        guard let network = Network(text) else {
            throw SuppressionError(key: key, text: "takes an address or a network, not \"\(text)\"")
        }
        return network
    }

    private static func moment(_ text: String, key: String) throws(SuppressionError) -> Timestamp? {
        if text.isEmpty { return nil }
        // Seconds since 1970 would be taken for what was meant as a time of day: `from: 900`.
        guard Double(text) == nil, let moment = Timestamp(text: text) else {
            let time = key == "expires" ? "" : ", or a time of day such as 09:00"
            throw SuppressionError(key: key, text: "takes a date such as 2026-12-31\(time), not \"\(text)\"")
        }
        return moment
    }

    private static func time(_ settings: Suppression) throws(SuppressionError) -> Time {
        if settings.from.isEmpty, settings.until.isEmpty { return .any }
        let (start, end) = (timeOfDay(settings.from), timeOfDay(settings.until))
        if start != nil || end != nil {
            guard start != nil || settings.from.isEmpty, end != nil || settings.until.isEmpty else {
                throw SuppressionError(key: "until", text: "and \"from\" take both a time of day, or both a date")
            }
            guard start != end else { throw SuppressionError(key: "until", text: "must differ from \"from\"") }
            return .daily(start ?? 0, end ?? day)
        }
        let from = try moment(settings.from, key: "from") ?? Timestamp(nanoseconds: .min)
        let until = try moment(settings.until, key: "until") ?? Timestamp(nanoseconds: .max)
        guard from < until else { throw SuppressionError(key: "until", text: "must lie behind \"from\"") }
        return .moments(from, until)
    }

    /// Nanoseconds since midnight of `22:00` or `22:00:30`.
    private static func timeOfDay(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 }) else { return nil }
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.count == parts.count, (0...23).contains(numbers[0]),
            numbers.dropFirst().allSatisfy({ (0...59).contains($0) })
        else { return nil }
        return (numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)) * 1_000_000_000
    }

    /// Whether every condition holds, the expiry aside.
    func matches(_ finding: Finding) -> Bool {
        if let host, !host.contains(finding.subject) { return false }
        if let detector, detector != finding.detector { return false }
        if let peer, !Self.all(finding.peers, { peer.contains($0) }) { return false }
        if let port, !Self.all(finding.ports, { $0 == port }) { return false }
        if !group.isEmpty, finding.subjectGroups?.contains(where: { $0.lowercased() == group }) != true { return false }
        switch time {
        case .any: return true
        case .moments(let from, let until): return finding.span.start >= from && finding.span.end <= until
        case .daily(let from, let until): return Self.lies(finding.span, from: from, until: until)
        }
    }

    private static func all<Value>(_ values: [Value], _ isRight: (Value) -> Bool) -> Bool {
        !values.isEmpty && values.allSatisfy(isRight)
    }

    private static func lies(_ span: Window, from: Int64, until: Int64) -> Bool {
        let length = until > from ? until - from : until - from + day
        let time = (span.start.nanoseconds % day + day) % day
        let since = (time - from + day) % day
        return since <= length && span.end.nanoseconds.subtractingClamped(span.start.nanoseconds) <= length - since
    }
}

extension SuppressionRule: CustomStringConvertible {
    /// `host=10.0.0.5 detector=beaconing`.
    public var description: String {
        settings.conditions.map { key, value in
            key + "=" + (value.contains(" ") ? "\"\(value)\"" : value)
        }.joined(separator: " ")
    }
}
