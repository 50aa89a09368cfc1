/// The columns of a flow search of Cisco Secure Network Analytics.
enum SnaColumns {
    /// Their titles in the order that the exporter writes them.
    static let inOrder: [(StaticString, Column)] = [
        ("Start", .start), ("Duration", .duration), ("Subject IP Address", .source),
        ("Subject Port/Protocol", .sourcePort), ("Subject Host Groups", .sourceGroups), ("Subject Bytes", .bytesSent),
        ("Application", .application), ("Total Bytes", .bytes), ("Peer IP Address", .destination),
        ("Peer Port/Protocol", .destinationPort), ("Peer Host Groups", .destinationGroups),
        ("Peer Bytes", .bytesReceived), ("Actions", .marker),
    ]
    static let names = ColumnNames(
        inOrder + [
            ("Subject Orientation", .direction), ("Flow Action", .action), ("Subject Packets", .packetsSent),
            ("Peer Packets", .packetsReceived),
        ])

    /// Those without which there is no flow.
    static let needed = ColumnSet(
        .start, .source, .sourcePort, .bytesSent, .destination, .destinationPort, .bytesReceived)
}
