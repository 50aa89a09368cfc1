/// What is wrong with a datagram, and where.
public struct DecodeError: Error, Equatable {
    /// The kinds of faults.
    public enum Reason: Int, Sendable, CaseIterable {
        case unknownVersion, cutShort, badSetLength, badTemplate, tooManyFields, recordTooLong, tooManyTemplates
        case tooManyValues, badVariableField, badSample, badAgent

        /// What is wrong, as a person says it.
        public var text: String {
            switch self {
            case .unknownVersion: "not NetFlow v5, v7 or v9, IPFIX or sFlow v5"
            case .cutShort: "ends before what its header announces"
            case .badSetLength: "a set whose length does not fit the message"
            case .badTemplate: "a malformed template"
            case .tooManyFields: "a template of more fields than allowed"
            case .recordTooLong: "a template of records over 64 KiB"
            case .tooManyTemplates: "more templates of one exporter than allowed"
            case .tooManyValues: "more values in one message than allowed"
            case .badVariableField: "a field of variable length that runs beyond its set"
            case .badAgent: "an agent's address of no known kind"
            case .badSample: "a sample whose length does not fit the datagram"
            }
        }
    }

    /// What is wrong.
    public var reason: Reason
    /// Where, in bytes from the start of the datagram.
    public var offset: Int

    /// A fault at a place.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// `byte 24: a malformed template`.
    public var text: String { "byte \(offset): \(reason.text)" }
}
