/// Every format there is a reader or a writer for: a new one is a file in `Text/` and a line here.
public enum FormatCatalog {
    /// The readers, in the order they are asked.
    public static let readers: [any FlowReader.Type] = special + [CSVReader.self, PlainCSVReader.self]

    /// The readers of formats that are known by their header, their keys or their messages. After them come a table whose
    /// header has usual names, and last what is known by the shape of its rows alone.
    static let special: [any FlowReader.Type] = [
        ZeekTSVReader.self, ArgusCSVReader.self, SnaCSVReader.self, SnaJSONReader.self,
        NfdumpCSVReader.self, ZeekJSONReader.self, SuricataEVEReader.self, AzureFlowLogReader.self,
        GCPFlowLogReader.self, AWSFlowLogReader.self, AWSLogEventsReader.self, UNSWReader.self, AsaSyslogReader.self,
        CICFlowMeterReader.self, SilkReader.self, PaloAltoReader.self,
    ]
    /// The writers.
    public static let writers: [any FlowWriter.Type] = [
        PlainCSVWriter.self, ZeekTSVWriter.self, ArgusCSVWriter.self, SnaCSVWriter.self, NfdumpCSVWriter.self,
        CSVWriter.self,
    ]

    /// The reader that recognizes `head`, if any.
    public static func reader(recognizing head: Span<UInt8>) -> (any FlowReader.Type)? {
        for reader in readers where reader.recognizes(head) { return reader }
        return nil
    }

    /// A reader for a file that begins with `head`, of the format named, or of the one that recognizes it; nil if there
    /// is none. Parameter mapping: the columns of the generic format; where it names some, a file that has them is read
    /// by it before any other is asked.
    public static func makeReader(
        named name: String?, recognizing head: Span<UInt8>, mapping: CSVMapping
    ) -> (any FlowReader)? {
        var generic = CSVReader(mapping: mapping)
        if let name {
            return name == CSVReader.format.name ? generic : reader(named: name)?.init()
        }
        if !mapping.wanted.isEmpty, generic.accepts(head) { return generic }
        guard let type = reader(recognizing: head) else { return nil }
        if type != CSVReader.self { return type.init() }
        generic.needsBytes = mapping.wanted.isEmpty
        return generic
    }

    /// The reader of the format of that name, if any.
    public static func reader(named name: String) -> (any FlowReader.Type)? {
        readers.first { $0.format.name == name }
    }

    /// The writer of the format of that name, if any.
    public static func writer(named name: String) -> (any FlowWriter.Type)? {
        writers.first { $0.format.name == name }
    }
}
