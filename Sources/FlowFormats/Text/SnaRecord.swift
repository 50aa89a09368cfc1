import FlowModel

/// The columns of a flow search, in the order the exporter writes them.
enum SnaColumn: Int, CaseIterable, Sendable {
    case start, duration, subjectAddress, subjectPort, subjectGroups, subjectBytes, application, totalBytes
    case peerAddress, peerPort, peerGroups, peerBytes, actions

    /// What the header calls it.
    var title: StaticString {
        switch self {
        case .start: "Start"
        case .duration: "Duration"
        case .subjectAddress: "Subject IP Address"
        case .subjectPort: "Subject Port/Protocol"
        case .subjectGroups: "Subject Host Groups"
        case .subjectBytes: "Subject Bytes"
        case .application: "Application"
        case .totalBytes: "Total Bytes"
        case .peerAddress: "Peer IP Address"
        case .peerPort: "Peer Port/Protocol"
        case .peerGroups: "Peer Host Groups"
        case .peerBytes: "Peer Bytes"
        case .actions: "Actions"
        }
    }

    /// Whether there is no flow without it.
    var isNeeded: Bool {
        switch self {
        case .start, .subjectAddress, .subjectPort, .subjectBytes, .peerAddress, .peerPort, .peerBytes: true
        case .duration, .subjectGroups, .application, .totalBytes, .peerGroups, .actions: false
        }
    }

    /// The column of that title, case aside. Parameter guess: tried first, for records mostly keep one order.
    static func titled(_ title: Span<UInt8>, guess: SnaColumn? = nil) -> SnaColumn? {
        if let guess, title.isEqual(to: guess.title) { return guess }
        for column in allCases where title.isEqual(to: column.title) { return column }
        return nil
    }

    /// What a message calls it.
    var field: FieldName {
        switch self {
        case .start: .time
        case .duration: .duration
        case .subjectAddress: .source
        case .subjectPort: .sourcePort
        case .subjectBytes: .bytesSent
        case .totalBytes: .totalBytes
        case .peerAddress: .destination
        case .peerPort: .destinationPort
        case .peerBytes: .bytesReceived
        case .subjectGroups, .peerGroups, .application, .actions: .row
        }
    }
}

/// Where the fields of one record begin and end in the bytes it was found in.
struct SnaRecord: Sendable {
    private var starts: InlineArray<13, Int32> = InlineArray(repeating: 0)
    private var ends: InlineArray<13, Int32> = InlineArray(repeating: 0)
    private var present: UInt16 = 0
    private var escaped: UInt16 = 0

    /// Whether some field is written with escapes.
    var hasEscapes: Bool { escaped != 0 }

    mutating func clear() {
        present = 0
        escaped = 0
    }

    mutating func set(_ column: SnaColumn, _ start: Int, _ end: Int, isEscaped: Bool) {
        let bit = UInt16(1) << UInt16(column.rawValue)
        starts[column.rawValue] = Int32(truncatingIfNeeded: start)
        ends[column.rawValue] = Int32(truncatingIfNeeded: end)
        present |= bit
        escaped = isEscaped ? escaped | bit : escaped & ~bit
    }

    mutating func unset(_ column: SnaColumn) {
        present &= ~(UInt16(1) << UInt16(column.rawValue))
        escaped &= present
    }

    func isSet(_ column: SnaColumn) -> Bool { present >> UInt16(column.rawValue) & 1 == 1 }

    /// A field, empty where there is none.
    @_lifetime(copy bytes)
    func field(_ column: SnaColumn, of bytes: Span<UInt8>) -> Span<UInt8> {
        guard isSet(column) else { return bytes.extracting(0..<0) }
        return bytes.extracting(Int(starts[column.rawValue])..<Int(ends[column.rawValue]))
    }

    /// Moves the fields to `buffer`, those with escapes by way of `decode`.
    mutating func move(
        from bytes: Span<UInt8>, to buffer: inout [UInt8], decode: (Span<UInt8>, inout [UInt8]) -> Void
    ) {
        buffer.removeAll(keepingCapacity: true)
        for column in SnaColumn.allCases where isSet(column) {
            let start = buffer.count
            let field = field(column, of: bytes)
            if escaped >> UInt16(column.rawValue) & 1 == 1 {
                decode(field, &buffer)
            } else {
                for index in field.indices { buffer.append(field[index]) }
            }
            set(column, start, buffer.count, isEscaped: false)
        }
    }
}
