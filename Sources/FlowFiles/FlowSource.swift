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
    /// The options' defaults.
    public init() {}
}

/// What was read so far.
public struct InputReport: Sendable {
    /// Lines (or records) read.
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
}

/// Files, folders, globs and standard input as batches of flows, in order.
public final class FlowSource {
    /// The tables that the flows' ids point into.
    public private(set) var names = FlowNames()
    /// What was read so far.
    public private(set) var report = InputReport()
    /// In which order the flows of the last batch come.
    public private(set) var order = FlowOrder.byStart

    /// Opens the inputs named by `arguments`: files, folders, globs, `-` for standard input.
    public init(arguments: [String], options: InputOptions) throws(InputError) {
    }

    /// Replaces `batch` by the next flows. Returns: false at the end of the input.
    public func next(into batch: inout FlowBatch) throws(InputError) -> Bool {
        batch.removeAll()
        return false
    }
}
