/// A template compiled: where in a record each thing stands that a flow has a place for.
///
/// Nothing is done a field. A number is the eight bytes that end where its field ends, masked to the field's length; of a
/// field that the template lacks the mask is 0. Whatever else the template has costs nothing. Where fields of variable
/// length stand in between, the places behind them are moved by what these took (`RecordCursor`).
struct RecordPlan: Sendable {
    /// Where one number ends.
    struct Place: BitwiseCopyable, Sendable {
        /// In bytes from the start of its segment.
        var end: Int32 = 0
        /// How many fields of variable length stand in front of it.
        var segment: Int32 = 0
        /// The bits that are its own.
        var mask: UInt64 = 0
    }

    /// What records of the template are.
    enum Kind: Sendable {
        case flow
        /// They tell of the exporter: sampling rates, its start.
        case options
        /// Neither: no addresses of both ends, or events without counters.
        case other
    }

    /// Which addresses stand in a record.
    enum Family: Sendable { case v4, v6, both }

    typealias Places = InlineArray<36, Place>

    var places = Places(repeating: Place())
    /// The fields the template has.
    var present: RecordFields = []
    var startUnit = TimeUnit.none
    var endUnit = TimeUnit.none
    var durationUnit = TimeUnit.none
    var observedUnit = TimeUnit.none
    var family = Family.v4
    var kind = Kind.other
    /// Whether only the sum of both ways is stated (ASA before 8.4).
    var bytesAreTotal = false
    /// Fields, those that are passed over among them.
    var fieldCount = 0
    /// Bytes of a record; with fields of variable length, of the shortest.
    var length = 0
    /// Bytes in front of each field of variable length, behind the one before; empty where there is none.
    var skips: [Int32] = []

    /// The number of a field of the record at `record`; 0 for one that the template lacks.
    @inline(__always)
    func value(_ field: RecordField, _ bytes: RawSpan, _ record: Int) -> UInt64 {
        let place = places[field.rawValue]
        return bytes.uint64(at: record &+ Int(place.end) &- 8) & place.mask
    }

    @inline(__always)
    func has(_ field: RecordField) -> Bool { present.rawValue & 1 << UInt64(field.rawValue) != 0 }
}
