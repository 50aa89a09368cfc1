/// A template compiled: what its records are, and where in them everything stands.
struct RecordPlan: Sendable {
    /// What records of the template are.
    enum Kind: Sendable {
        case flow
        /// They tell of the exporter: sampling rates, its start.
        case options
        /// Neither: no addresses of both ends, or events without counters.
        case other
    }

    /// Where everything stands, if all fields of variable length were empty and took no byte.
    var layout = RecordLayout()
    var kind = Kind.other
    /// Fields, those that are passed over among them.
    var fieldCount = 0
    /// Bytes of a record; with fields of variable length, of the shortest.
    var length = 0
    /// Bytes in front of each field of variable length, behind the one before; empty where there is none.
    var skips: [Int32] = []

    /// Why the walk over the records of a set ended.
    enum Ending: Equatable {
        /// At the set's end; what is left is padding.
        case done
        /// At the most records allowed, with more to come at an offset.
        case tooMany(at: Int)
        /// In the record at an offset, a field of variable length of which runs beyond the set.
        case broken(at: Int)
    }

    /// Calls `body` with each record of a set between two offsets, and with where in it everything stands. Parameter
    /// limit: the most records. Returns: the records, and why there are no more.
    @inline(__always)
    func forEachRecord(
        _ bytes: RawSpan, from start: Int, to end: Int, limit: Int, _ body: (RecordLayout, Int) -> Void
    ) -> (count: Int, ending: Ending) {
        var cursor = RecordCursor(plan: self)
        var count = 0
        var record = start
        while record &+ length <= end {
            if count == limit { return (count, .tooMany(at: record)) }
            guard let next = cursor.settle(bytes, record, end) else { return (count, .broken(at: record)) }
            body(cursor.layout, record)
            record = next
            count &+= 1
        }
        return (count, .done)
    }
}
