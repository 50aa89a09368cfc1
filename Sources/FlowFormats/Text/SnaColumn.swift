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
