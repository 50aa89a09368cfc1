/// Goes from record to record of a set, and says where in each the fields of its template stand.
struct RecordCursor {
    /// The plan with the places of the present record.
    private(set) var plan: RecordPlan
    /// Where the present record starts.
    private(set) var record = 0
    /// Where the next one starts, in bytes from the start of the datagram.
    private(set) var next: Int
    /// Whether a field of variable length ran beyond the set.
    private(set) var isBroken = false
    private let end: Int
    private let places: RecordPlan.Places

    init(plan: RecordPlan, from start: Int, to end: Int) {
        self.plan = plan
        places = plan.places
        next = start
        self.end = end
    }

    /// Goes on to the next record. Returns: false at the end of the set; what is left there is padding.
    @inline(__always)
    mutating func advance(_ bytes: RawSpan) -> Bool {
        guard next &+ plan.length <= end else { return false }
        record = next
        if plan.skips.isEmpty {
            next = record &+ plan.length
            return true
        }
        return settle(bytes)
    }

    /// Walks over the fields of variable length (RFC 7011, 7) and moves the places behind each.
    private mutating func settle(_ bytes: RawSpan) -> Bool {
        var shift = 0
        // Where the fixed fields behind the last field of variable length start, were all of these empty.
        var fixed = 0
        for segment in plan.skips.indices {
            fixed += Int(plan.skips[segment])
            var place = record + shift + fixed
            guard place < end else { return fail() }
            var length = Int(bytes.uint8(at: place))
            place += 1
            if length == 255 {
                guard place + 2 <= end else { return fail() }
                length = Int(bytes.uint16(at: place))
                place += 2
            }
            guard place + length <= end else { return fail() }
            shift = place + length - record - fixed
            move(behind: segment + 1, by: shift + fixed)
        }
        next = record + shift + plan.length - plan.skips.count
        return next <= end ? true : fail()
    }

    private mutating func fail() -> Bool {
        isBroken = true
        next = end
        return false
    }

    private mutating func move(behind segment: Int, by distance: Int) {
        for index in places.indices where Int(places[index].segment) == segment {
            plan.places[index].end = places[index].end &+ Int32(clamping: distance)
        }
    }
}
