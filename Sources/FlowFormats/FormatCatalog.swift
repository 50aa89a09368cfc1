/// Every format there is a reader or a writer for: a new one is a file in `Text/` and a line here.
public enum FormatCatalog {
    /// The readers, in the order they are asked.
    public static let readers: [any FlowReader.Type] = [
        PlainCSVReader.self, ZeekTSVReader.self, ArgusCSVReader.self, SnaCSVReader.self, SnaJSONReader.self,
        NfdumpCSVReader.self, ZeekJSONReader.self, SuricataEVEReader.self, AzureFlowLogReader.self,
        GCPFlowLogReader.self, AWSFlowLogReader.self, UNSWReader.self,
    ]
    /// The writers.
    public static let writers: [any FlowWriter.Type] = [
        PlainCSVWriter.self, ZeekTSVWriter.self, ArgusCSVWriter.self, SnaCSVWriter.self, NfdumpCSVWriter.self,
    ]

    /// The reader that recognizes `head`, if any.
    public static func reader(recognizing head: Span<UInt8>) -> (any FlowReader.Type)? {
        for reader in readers where reader.recognizes(head) { return reader }
        return nil
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
