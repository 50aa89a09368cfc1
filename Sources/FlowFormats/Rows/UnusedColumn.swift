/// A column that is not read though its name means something of a flow.
struct UnusedColumn: Sendable {
    /// As in the header.
    let name: String
    private let meaning: ColumnSet

    /// Nil for a name that means nothing of the kind, or only a statistic of it, such as a rate.
    init?(_ name: Span<UInt8>) {
        var folded: [UInt8] = []
        for index in 0..<min(name.count, 64) { folded.append(name[index] | 0x20) }
        let text = folded.span
        for statistic in [
            "/s", "rate", "mean", "avg", "average", "std", "min", "max", "variance", "iat", "ratio", "per ", "per_",
            "ps",
            "retrans", "missed", "lost", "drop", "rtt", "header", "subflow", "bulk", "segment", "flag", "window", "win",
        ] as [StaticString] where text.contains(statistic) { return nil }
        let meanings: [(StaticString, ColumnSet)] = [
            ("byt", ColumnSet(.bytes, .bytesSent, .bytesReceived)),
            ("octet", ColumnSet(.bytes, .bytesSent, .bytesReceived)),
            ("total length", ColumnSet(.bytes, .bytesSent, .bytesReceived)),
            ("totlen", ColumnSet(.bytes, .bytesSent, .bytesReceived)),
            ("volume", ColumnSet(.bytes, .bytesSent, .bytesReceived)),
            ("packet", ColumnSet(.packets, .packetsSent, .packetsReceived)),
            ("pkt", ColumnSet(.packets, .packetsSent, .packetsReceived)),
            ("proto", ColumnSet(.transport)), ("duration", ColumnSet(.duration, .end)),
            ("elapsed", ColumnSet(.duration, .end)), ("state", ColumnSet(.state, .flagsSent)),
            ("direction", ColumnSet(.direction)), ("orientation", ColumnSet(.direction)),
        ]
        guard let meaning = meanings.first(where: { text.contains($0.0) })?.1 else { return nil }
        self.meaning = meaning
        var bytes: [UInt8] = []
        for index in 0..<min(name.count, 80) { bytes.append(name[index] < 0x20 ? 0x20 : name[index]) }
        self.name = String(decoding: bytes, as: UTF8.self)
    }

    /// Whether what it means is read from other columns.
    func isCovered(by columns: ColumnSet) -> Bool { !meaning.isDisjoint(with: columns) }
}
