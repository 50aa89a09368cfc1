/// Where in a record each thing stands that a flow has a place for.
///
/// Nothing is done a field. A number is the eight bytes that end where its field ends, masked to the field's length; of a
/// field that the template lacks the mask is 0. Whatever else the template has costs nothing.
struct RecordLayout: BitwiseCopyable, Sendable {
    /// Where one number ends.
    struct Place: BitwiseCopyable, Sendable {
        /// In bytes from the start of its segment.
        var end: Int32 = 0
        /// How many fields of variable length stand in front of it.
        var segment: Int32 = 0
        /// The bits that are its own.
        var mask: UInt64 = 0
    }

    /// Which addresses stand in a record.
    enum Family: BitwiseCopyable, Sendable { case v4, v6, both }

    /// A place for each `RecordField`.
    var places = InlineArray<36, Place>(repeating: Place())
    /// The fields the template has.
    var present: RecordFields = []
    var startUnit = TimeUnit.none
    var endUnit = TimeUnit.none
    var durationUnit = TimeUnit.none
    var observedUnit = TimeUnit.none
    var family = Family.v4
    /// Whether only the sum of both ways is stated (ASA before 8.4).
    var bytesAreTotal = false

    /// Whether anything is said of the way back.
    var hasWayBack = false
    /// Whether records can be events that are no flows.
    var hasEvents = false
    /// Whether there is any field that few templates have.
    var hasRareFields = false

    /// The number of a field of the record at `record`; 0 for one that the template lacks.
    ///
    /// Unchecked: whoever walks over records (`RecordPlan.forEachRecord`) has made sure that the record lies wholly in
    /// `bytes`, and places end in their record. At least eight bytes stand in front of the first record of a set.
    @inline(__always)
    func value(_ field: RecordField, _ bytes: RawSpan, _ record: Int) -> UInt64 {
        let place = places[field.rawValue]
        let offset = record &+ Int(place.end) &- 8
        assert(offset >= 0 && offset + 8 <= bytes.byteCount)
        return UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
            & place.mask
    }

    /// Whether a time counts from the start of the exporter.
    var statesUptime: Bool { startUnit == .uptime || endUnit == .uptime }

    @inline(__always)
    func has(_ field: RecordField) -> Bool { present.rawValue & 1 << UInt64(field.rawValue) != 0 }
}
