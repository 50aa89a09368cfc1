import FlowModel

/// The columns of a flow search of Cisco Secure Network Analytics, in CSV and in JSON.
enum SnaColumn: Int, CaseIterable, Sendable {
    case start, duration, subject, subjectPort, subjectGroups, subjectBytes, application, totalBytes
    case peer, peerPort, peerGroups, peerBytes, actions

    /// The name in the header.
    var name: StaticString {
        switch self {
        case .start: "Start"
        case .duration: "Duration"
        case .subject: "Subject IP Address"
        case .subjectPort: "Subject Port/Protocol"
        case .subjectGroups: "Subject Host Groups"
        case .subjectBytes: "Subject Bytes"
        case .application: "Application"
        case .totalBytes: "Total Bytes"
        case .peer: "Peer IP Address"
        case .peerPort: "Peer Port/Protocol"
        case .peerGroups: "Peer Host Groups"
        case .peerBytes: "Peer Bytes"
        case .actions: "Actions"
        }
    }

    /// The column of that name.
    init?(name: Span<UInt8>) {
        for column in SnaColumn.allCases where name.isEqual(to: column.name) {
            self = column
            return
        }
        return nil
    }

    /// Without these there is no flow.
    static let needed: [SnaColumn] = [.start, .subject, .subjectPort, .peer, .peerPort, .subjectBytes, .peerBytes]
}

/// The fields of one record, as places in the bytes of a stretch, or of a buffer for those with escapes.
struct SnaRecord: Sendable {
    private var starts = Array(repeating: 0, count: SnaColumn.allCases.count)
    private var ends = Array(repeating: -1, count: SnaColumn.allCases.count)

    mutating func clear() {
        for index in ends.indices { ends[index] = -1 }
    }

    mutating func set(_ column: SnaColumn, _ range: Range<Int>) {
        starts[column.rawValue] = range.lowerBound
        ends[column.rawValue] = range.upperBound
    }

    func has(_ column: SnaColumn) -> Bool { ends[column.rawValue] >= 0 }

    @_lifetime(copy bytes)
    func field(_ column: SnaColumn, of bytes: Span<UInt8>) -> Span<UInt8> {
        let end = ends[column.rawValue]
        return end < 0 ? bytes.extracting(0..<0) : bytes.extracting(starts[column.rawValue]..<end)
    }

    /// The flow, or a rejection, of the record whose fields lie in `bytes`. Parameter line: where it began.
    func read(_ bytes: Span<UInt8>, times: inout CivilTimeParser, line: Int, into batch: inout FlowBatch) {
        var name = FieldName.time
        var column = SnaColumn.start
        do throws(FieldError) {
            let start = try times.parse(field(.start, of: bytes).trimmed)
            (name, column) = (.duration, .duration)
            let duration = try SnaFields.duration(field(.duration, of: bytes).trimmed)
            (name, column) = (.source, .subject)
            let source = try Field.address(field(.subject, of: bytes).trimmed)
            (name, column) = (.destination, .peer)
            let destination = try Field.address(field(.peer, of: bytes).trimmed)
            (name, column) = (.sourcePort, .subjectPort)
            let (sourcePort, transport) = try SnaFields.port(field(.subjectPort, of: bytes).trimmed)
            (name, column) = (.destinationPort, .peerPort)
            let (destinationPort, _) = try SnaFields.port(field(.peerPort, of: bytes).trimmed)
            (name, column) = (.bytesSent, .subjectBytes)
            let sent = try SnaFields.bytes(field(.subjectBytes, of: bytes).trimmed)
            (name, column) = (.bytesReceived, .peerBytes)
            let received = try SnaFields.bytes(field(.peerBytes, of: bytes).trimmed)
            (name, column) = (.totalBytes, .totalBytes)
            let total = try SnaFields.bytes(field(.totalBytes, of: bytes).trimmed)
            var flow = Flow(
                source: source, destination: destination, start: start, duration: duration, transport: transport,
                sourcePort: sourcePort, destinationPort: destinationPort, bytesSent: sent, bytesReceived: received)
            flow.reportedBytes = total
            batch.nameKinds.formUnion([.groups, .application])
            flow.sourceGroups.rawValue = batch.names.intern(field(.subjectGroups, of: bytes).trimmed).rawValue
            flow.destinationGroups.rawValue = batch.names.intern(field(.peerGroups, of: bytes).trimmed).rawValue
            flow.application = batch.names.intern(field(.application, of: bytes).trimmed)
            batch.flows.append(flow)
        } catch {
            let text = field(column, of: bytes)
            let hasNul = text.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : error.reason, field: name, line: line, excerpt: text)
        }
    }
}

/// What Cisco writes for people, as numbers.
enum SnaFields {
    private static func isNone(_ text: Span<UInt8>) -> Bool { text.isEmpty || text.isEqual(to: "--") }

    /// `7hr 57min 56s`, `2day 3hr`, `20s`; `--` is 0. Nanoseconds.
    static func duration(_ text: Span<UInt8>) throws(FieldError) -> Int64 {
        if isNone(text) { return 0 }
        var total: UInt64 = 0
        var index = 0
        while index < text.count {
            if text[index] == 0x20 {
                index += 1
                continue
            }
            let digits = index
            while index < text.count, text[index] &- 0x30 <= 9 { index += 1 }
            let number = text.extracting(digits..<index)
            if number.isEmpty {
                throw FieldError(text[index] == UInt8(ascii: "-") ? .negativeNumber : .badDuration)
            }
            while index < text.count, text[index] == 0x20 { index += 1 }
            let letters = index
            while index < text.count, text[index] | 0x20 >= 0x61, text[index] | 0x20 <= 0x7a { index += 1 }
            let seconds = try self.seconds(text.extracting(letters..<index))
            let (product, overflow) = try Field.unsigned(number).multipliedReportingOverflow(by: seconds)
            let (sum, carry) = total.addingReportingOverflow(product)
            if overflow || carry { throw FieldError(.numberTooLarge) }
            total = sum
        }
        let (nanoseconds, overflow) = total.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow, let value = Int64(exactly: nanoseconds) else { throw FieldError(.numberTooLarge) }
        return value
    }

    private static func seconds(_ unit: Span<UInt8>) throws(FieldError) -> UInt64 {
        if unit.isEqual(to: "s") || unit.isEqual(to: "sec") { return 1 }
        if unit.isEqual(to: "min") || unit.isEqual(to: "m") { return 60 }
        if unit.isEqual(to: "hr") || unit.isEqual(to: "h") { return 3600 }
        if unit.isEqual(to: "day") || unit.isEqual(to: "days") || unit.isEqual(to: "d") { return 86_400 }
        throw FieldError(.badDuration)
    }

    /// `424.39 M`, `62.75 K`, `1.2 G`, `320 `; `--` is 0. Exact: 424.39 M is 424,390,000.
    static func bytes(_ text: Span<UInt8>) throws(FieldError) -> UInt64 {
        if isNone(text) { return 0 }
        if text[0] == UInt8(ascii: "-") { throw FieldError(text.count > 1 ? .negativeNumber : .badNumber) }
        var index = 0
        var mantissa: UInt64 = 0
        var decimals = 0
        var digits = 0
        var seenPoint = false
        while index < text.count {
            let digit = text[index] &- 0x30
            if digit <= 9 {
                let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
                if overflow || carry { throw FieldError(.numberTooLarge) }
                mantissa = sum
                digits += 1
                if seenPoint { decimals += 1 }
            } else if text[index] == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else if text[index] != UInt8(ascii: ",") || seenPoint {
                break
            }
            index += 1
        }
        if digits == 0 { throw FieldError(.badNumber) }
        var power = try self.power(text.extracting(index..<text.count).trimmed) - decimals
        while power < 0, mantissa > 0 {
            mantissa /= 10
            power += 1
        }
        while power > 0, mantissa > 0 {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            if overflow { throw FieldError(.numberTooLarge) }
            mantissa = product
            power -= 1
        }
        return mantissa
    }

    private static func power(_ unit: Span<UInt8>) throws(FieldError) -> Int {
        if unit.isEmpty || unit.isEqual(to: "B") { return 0 }
        if unit.isEqual(to: "K") || unit.isEqual(to: "KB") { return 3 }
        if unit.isEqual(to: "M") || unit.isEqual(to: "MB") { return 6 }
        if unit.isEqual(to: "G") || unit.isEqual(to: "GB") { return 9 }
        if unit.isEqual(to: "T") || unit.isEqual(to: "TB") { return 12 }
        if unit.isEqual(to: "P") || unit.isEqual(to: "PB") { return 15 }
        throw FieldError(.badNumber)
    }

    /// `50928/TCP`, or a protocol alone; a name we do not know is `unknown`.
    static func port(_ text: Span<UInt8>) throws(FieldError) -> (UInt16, Transport) {
        if let slash = text.first(UInt8(ascii: "/"), from: 0) {
            let name = text.extracting(slash + 1..<text.count).trimmed
            return (try Field.port(text.extracting(0..<slash).trimmed), Transport(text: name) ?? .unknown)
        }
        if text.isEmpty { throw FieldError(.badPort) }
        // A number alone would be a port without a protocol.
        if text[0] &- 0x30 <= 9, text.count <= 5 { return (try Field.port(text), .unknown) }
        if text[0] == UInt8(ascii: "-"), !isNone(text) { throw FieldError(.badPort) }
        return (0, Transport(text: text) ?? .unknown)
    }
}
