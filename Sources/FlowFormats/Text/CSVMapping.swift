/// Which columns of a delimited file hold what: the settings of the generic reader.
///
/// A column is named as in the header (case aside), or by its number from 1; empty means that the usual names are tried,
/// or, in a file without header, that there is none.
public struct CSVMapping: Codable, Equatable, Sendable {
    /// The character between fields; empty means comma, semicolon, tab or bar, whichever fits the header.
    public var delimiter = ""
    /// Whether the first line names the columns.
    public var hasHeader = true
    /// What durations are in: s, ms, us or ns.
    public var durationUnit = "s"
    /// The column of each field.
    public var columns = Columns()
    /// The defaults.
    public init() {}

    /// The column of each field.
    public struct Columns: Codable, Equatable, Sendable {
        /// When a flow began: a civil time, or seconds, milliseconds, microseconds or nanoseconds since 1970.
        public var start = ""
        /// When it ended, where there is no duration.
        public var end = ""
        /// How long it lasted.
        public var duration = ""
        /// The address of the side that opened it.
        public var source = ""
        /// Its port.
        public var sourcePort = ""
        /// The other address.
        public var destination = ""
        /// The other port.
        public var destinationPort = ""
        /// The IP protocol by name or number.
        public var `protocol` = ""
        /// How the connection stood, in the words of plain-csv.
        public var state = ""
        /// Bytes both ways, where they are not told apart.
        public var bytes = ""
        /// Bytes source → destination.
        public var bytesSent = ""
        /// Bytes destination → source.
        public var bytesReceived = ""
        /// Packets source → destination.
        public var packetsSent = ""
        /// Packets destination → source.
        public var packetsReceived = ""
        /// TCP flags source → destination: letters, or a number.
        public var flagsSent = ""
        /// TCP flags destination → source.
        public var flagsReceived = ""
        /// Host groups of the source, with commas.
        public var sourceGroups = ""
        /// Host groups of the destination.
        public var destinationGroups = ""
        /// What the exporter calls the application.
        public var application = ""
        /// The label of a labelled data set.
        public var label = ""
        /// The defaults.
        public init() {}
    }

    /// What is wrong with the values, if anything, and with which key.
    public var problem: (key: String, text: String)? {
        if delimiter.utf8.count > 1 || delimiter == "\"" { return ("delimiter", "takes one character, as in \";\"") }
        if Self.scales[durationUnit] == nil { return ("durationUnit", "takes s, ms, us or ns") }
        return nil
    }

    /// The power of ten of nanoseconds in a unit of duration.
    static let scales = ["s": 9, "ms": 6, "us": 3, "ns": 0]

    /// The columns asked for, each with its name.
    var wanted: [(column: Column, name: String)] {
        [
            (.start, columns.start), (.end, columns.end), (.duration, columns.duration), (.source, columns.source),
            (.sourcePort, columns.sourcePort), (.destination, columns.destination),
            (.destinationPort, columns.destinationPort), (.transport, columns.protocol), (.state, columns.state),
            (.bytes, columns.bytes), (.bytesSent, columns.bytesSent), (.bytesReceived, columns.bytesReceived),
            (.packetsSent, columns.packetsSent), (.packetsReceived, columns.packetsReceived),
            (.flagsSent, columns.flagsSent), (.flagsReceived, columns.flagsReceived),
            (.sourceGroups, columns.sourceGroups), (.destinationGroups, columns.destinationGroups),
            (.application, columns.application), (.label, columns.label),
        ].filter { !$0.1.isEmpty }
    }

    /// Whether the settings leave a column to its usual names.
    func isUnset(_ column: Column) -> Bool { !wanted.contains { $0.column == column } }
}
