import FlowModel

/// What a field of a record holds, whatever its format calls it.
enum Column: Int, CaseIterable, Sendable {
    case start, end, duration
    case source, sourcePort, destination, destinationPort, transport
    /// Bytes of both ways together.
    case bytes
    case bytesSent, bytesReceived
    /// Packets of both ways together.
    case packets
    case packetsSent, packetsReceived
    case flagsSent, flagsReceived
    /// How the connection stood, in the format's own words.
    case state
    /// Zeek's letters for what happened in a connection.
    case history
    /// Which end opened the connection: an arrow of Argus, a role.
    case direction
    /// What a firewall did with it.
    case action
    case icmpType, icmpCode
    case sourceGroups, destinationGroups, application, label, labelDetail
    /// Which kind of record it is, where a log holds several.
    case kind
    /// Whether the exporter has data for the record.
    case status
    /// The ends of the packet where the exporter also names those of its interface.
    case packetSource, packetDestination
    /// Which end's host wrote the record, and whether the source's host writes one too.
    case reporter, sourceInstance
    /// An object of JSON whose members are columns too.
    case inside
    /// Tells a record of the format; its value is not read.
    case marker

    /// What a message calls it.
    var field: FieldName {
        switch self {
        case .start: .time
        case .end, .duration: .duration
        case .source, .packetSource: .source
        case .sourcePort: .sourcePort
        case .destination, .packetDestination: .destination
        case .destinationPort, .icmpType, .icmpCode: .destinationPort
        case .transport: .transport
        case .bytes: .totalBytes
        case .bytesSent: .bytesSent
        case .bytesReceived: .bytesReceived
        case .packets: .packets
        case .packetsSent: .packetsSent
        case .packetsReceived: .packetsReceived
        case .state, .action: .state
        default: .row
        }
    }
}

/// Some columns.
struct ColumnSet: OptionSet, Sendable {
    let rawValue: UInt64
    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(_ columns: Column...) { rawValue = columns.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }

    /// Whether records with these columns tell if a connection was answered.
    var tellAnswers: Bool {
        !isDisjoint(with: ColumnSet(.bytesReceived, .packetsReceived, .flagsReceived, .state, .history))
            || contains(.bytes) && contains(.bytesSent)
    }

    /// The first of the columns.
    var first: Column? { rawValue == 0 ? nil : Column(rawValue: rawValue.trailingZeroBitCount) }

    @inline(__always)
    func contains(_ column: Column) -> Bool { rawValue &>> UInt64(truncatingIfNeeded: column.rawValue) & 1 == 1 }
}

/// The names that a format has for its columns, in a header or as keys of an object, case aside.
struct ColumnNames: Sendable {
    private let names: [(name: StaticString, column: Column)]

    init(_ names: [(StaticString, Column)]) { self.names = names.map { (name: $0.0, column: $0.1) } }

    /// The column of that name, if any. Parameter guess: where to look first, for records mostly keep one order.
    @inline(__always)
    func column(_ name: Span<UInt8>, guess: inout Int) -> Column? {
        if guess < names.count, name.isEqual(to: names[guess].name) {
            let column = names[guess].column
            guess += 1
            return column
        }
        return search(name, &guess)
    }

    @inline(never)
    private func search(_ name: Span<UInt8>, _ guess: inout Int) -> Column? {
        for step in names.indices {
            let place = guess + step < names.count ? guess + step : guess + step - names.count
            if name.isEqual(to: names[place].name) {
                guess = place + 1 < names.count ? place + 1 : 0
                return names[place].column
            }
        }
        return nil
    }

    /// The column that a header calls by that name, if any; Amazon's console writes `${srcaddr}`.
    func column(_ name: Span<UInt8>) -> Column? {
        var guess = 0
        let isPlaceholder = name.count > 3 && name[0] == UInt8(ascii: "$")
        return column(isPlaceholder ? name.extracting(2..<name.count - 1) : name, guess: &guess)
    }

    /// What a message calls the columns: the first name of each.
    func text(_ columns: ColumnSet) -> [String] {
        var texts: [String] = []
        var left = columns
        for (name, column) in names where left.contains(column) {
            texts.append(name.description)
            left.subtract(ColumnSet(column))
        }
        return texts
    }
}
