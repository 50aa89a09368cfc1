public import FlowFormats
public import FlowModel

/// How input is read.
public struct InputOptions: Sendable {
    /// Threads that decode, 1 or more.
    public var threads = 2
    /// Whether the first broken row ends the reading.
    public var isStrict = false
    /// The name of the format, for files that are not to be recognized.
    public var format: String?
    /// The columns of files of the generic format.
    public var csv = CSVMapping()
    /// Most flows of formats that must be sorted as a whole, in all inputs together.
    public var sortLimit = 5_000_000
    /// Most files open at once: where more overlap in time, the later ones wait.
    package var openFileLimit = 128
    /// Bytes of a file that are read and decoded at once; nil for what is fast. No result depends on it.
    package var chunkLength: Int?
    /// The options' defaults.
    public init() {}
}

/// What was read so far.
public struct InputReport: Sendable {
    /// How many broken rows are told in full.
    public static let exampleLimit = 10
    /// Records read: flows, broken rows and skipped records.
    public var rows = 0
    /// Flows handed on.
    public var flows = 0
    /// Bytes read from disk, before decompression.
    public var bytesRead = 0
    /// Bytes there are to read in all; nil with standard input.
    public var bytesTotal: Int?
    /// Broken rows by reason.
    public var rejected = RejectCounts()
    /// Records that are not flows.
    public var skipped = SkipCounts()
    /// The first broken rows: `file:line: what`.
    public var examples: [String] = []
    /// Files that could not be opened, read to their end or read in time, and why.
    public var problems: [String] = []
    /// What the files carry that is not read.
    public var notes: [String] = []
    /// Names of the formats met.
    public var formats: [String] = []
    /// Nothing read.
    public init() {}
}

/// What ends the reading of the input.
public enum InputError: Error, Equatable, Sendable {
    /// A file and what is wrong with it, `flows.csv: no such file`.
    case unreadable(String)
    /// With `isStrict`: the first broken row, `file:line: what`.
    case brokenRow(String)

    /// The message.
    public var text: String {
        switch self {
        case .unreadable(let text), .brokenRow(let text): text
        }
    }
}
