public import FlowModel

/// Bytes of one format to flows. Pure: no I/O, no clock; no byte of any input traps.
///
/// A value: `FlowFiles` copies it to read stretches of a file in parallel.
public protocol FlowReader: Sendable {
    /// The format it reads.
    static var format: FlowFormat { get }
    /// Whether a file that begins with `head` (up to 64 KiB) is of this format. At most one reader says yes.
    static func recognizes(_ head: Span<UInt8>) -> Bool
    /// A reader at the start of a file.
    init()

    /// Reads whole records from the front of `bytes`, counting broken ones with `batch.reject`.
    ///
    /// Returns: the bytes used; the rest is handed in again with more behind it. A record over 1 MiB is used up as it
    /// comes and counted once, so that a buffer of 1 MiB always gets on.
    /// Throws: only what ends the file, such as a header without the columns needed.
    mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int

    /// Reads what is left at the end of the input: a last record without its newline, or part of one.
    mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError)

    /// Does to the reader what reading `bytes` would, without the rows: takes up directives and headers.
    ///
    /// Called in order over the stretches that copies of this reader read in parallel. Only for formats that split at
    /// newlines.
    mutating func skim(_ bytes: Span<UInt8>) throws(ReadError)

    /// The columns of the header last taken up that are not read though their names mean bytes, packets, a protocol, a
    /// duration, a state or a direction.
    var unusedColumns: [String] { get }
    /// Whether records tell if a connection was answered. Where they do not, 0 bytes received is no sign of silence.
    var tellsAnswers: Bool { get }
}

extension FlowReader {
    public var unusedColumns: [String] { [] }
    public var tellsAnswers: Bool { true }

    /// What a file that begins with `head` carries and this reader leaves out, and whether it tells answers: as
    /// `unusedColumns` and `tellsAnswers` once its header is read.
    public func preview(_ head: Span<UInt8>) -> (unusedColumns: [String], tellsAnswers: Bool) {
        var reader = self
        try? reader.skim(head)
        return (reader.unusedColumns, reader.tellsAnswers)
    }
}

/// The limits all readers share.
public enum ReadLimits {
    /// The longest record, in bytes.
    public static let recordLength = 1 << 20
    /// How much of a file readers look at to recognize it.
    public static let headLength = 1 << 16
}

/// What ends the reading of a file.
public enum ReadError: Error, Equatable {
    /// The header has not the columns that a flow needs; their names.
    case missingColumns([String], line: Int)
    /// The file breaks off or is malformed in a way that leaves nothing to resume at.
    case malformed(String, line: Int)
}
