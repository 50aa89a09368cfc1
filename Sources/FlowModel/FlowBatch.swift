/// Flows on their way from a reader to the pipeline, with what was wrong in the same stretch of input.
///
/// About 4,096 flows; reused, so that reading allocates nothing once the buffers have grown. `application`, `label`
/// and the groups of its flows index `names` until `FlowNames.adopt` has run, and `dictionary` from then on.
public struct FlowBatch: Sendable {
    /// How many flows a batch is meant for.
    public static let capacity = 4096

    /// The flows, in the order of the input.
    public var flows: [Flow] = []
    /// Names and lists of groups found in this batch.
    public var names = NameTable()
    /// The run's names and lists of groups, as known when the batch was handed on.
    public var dictionary = FlowNames()
    /// Origins of which no flow comes after this batch.
    public var ended: [OriginID] = []
    /// When the batch came in, by the clock of who took it in; nil for files. The one moment that is not event time.
    public var arrival: Timestamp?
    /// Which fields of the flows index `names`.
    public var nameKinds: NameKinds = []
    /// Lines read to make this batch, including blank and broken ones.
    public var lines = 0
    /// Records that are not flows (Argus `man`, ARP, comments that count as rows), by reason.
    public var skipped = SkipCounts()
    /// Broken rows, by reason.
    public private(set) var rejected = RejectCounts()
    /// The first few broken rows of the batch, for the message.
    public private(set) var examples: [Rejection] = []

    /// An empty batch.
    public init() {}

    /// How many examples of broken rows a batch keeps.
    public static let exampleLimit = 4

    /// Empties the batch, keeping its memory.
    public mutating func removeAll() {
        flows.removeAll(keepingCapacity: true)
        names.removeAll()
        // Nobody else may hold the run's names while they grow, or they are copied.
        dictionary = .empty
        ended.removeAll(keepingCapacity: true)
        arrival = nil
        nameKinds = []
        lines = 0
        skipped = SkipCounts()
        rejected = RejectCounts()
        examples.removeAll(keepingCapacity: true)
    }

    /// Counts a broken row. Parameter line: counted from 1 at the start of this batch. Parameter excerpt: what stood
    /// where something else was expected; at most 40 bytes of it are kept.
    public mutating func reject(_ reason: RejectReason, field: FieldName, line: Int, excerpt: Span<UInt8>) {
        rejected.count(reason)
        guard examples.count < Self.exampleLimit else { return }
        var text = ""
        for index in 0..<min(excerpt.count, 40) {
            let byte = excerpt[index]
            // Only what a terminal shows as it is: an escape sequence in a log must not reach one.
            text.unicodeScalars.append(byte >= 0x20 && byte < 0x7f ? Unicode.Scalar(byte) : "\u{fffd}")
        }
        if excerpt.count > 40 { text += "…" }
        examples.append(Rejection(reason: reason, field: field, line: line, excerpt: text))
    }
}

/// Which of a flow's fields index the names of its batch.
public struct NameKinds: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let application = NameKinds(rawValue: 1)
    public static let label = NameKinds(rawValue: 2)
    public static let groups = NameKinds(rawValue: 4)
}
