/// Finds where everything stands in a record.
struct RecordCursor {
    /// Of the record settled last.
    private(set) var layout: RecordLayout
    private let plan: RecordPlan

    init(plan: RecordPlan) {
        self.plan = plan
        layout = plan.layout
    }

    /// Walks over the fields of variable length (RFC 7011, 7) and moves the places behind each by what it took.
    /// Returns: where the next record starts; nil where a field runs beyond `end`.
    mutating func settle(_ bytes: RawSpan, _ record: Int, _ end: Int) -> Int? {
        // What the fields of variable length took so far, their lengths among it.
        var shift = 0
        // Bytes of all other fields so far.
        var fixed = 0
        for segment in plan.skips.indices {
            fixed += Int(plan.skips[segment])
            var place = record + shift + fixed
            guard place < end else { return nil }
            var length = Int(bytes.uint8(at: place))
            place += 1
            if length == 255 {
                guard place + 2 <= end else { return nil }
                length = Int(bytes.uint16(at: place))
                place += 2
            }
            guard place + length <= end else { return nil }
            shift = place + length - record - fixed
            move(segment + 1, by: shift + fixed)
        }
        let next = record + shift + plan.length - plan.skips.count
        return next <= end ? next : nil
    }

    private mutating func move(_ segment: Int, by distance: Int) {
        let places = plan.layout.places
        for index in places.indices where Int(places[index].segment) == segment {
            layout.places[index].end = places[index].end &+ Int32(clamping: distance)
        }
    }
}
