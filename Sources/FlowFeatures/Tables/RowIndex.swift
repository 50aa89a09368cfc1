import FlowModel

/// Key of 64 bits → row, bounded. Rows are numbered in the order of first appearance. Cost: one hash, two cache lines.
struct RowIndex: Sendable {
    /// Row + 1; 0 when empty.
    private var slots: [UInt32] = Array(repeating: 0, count: 4096)
    private let limit: Int
    private let seed = HashSeed.process
    /// The keys by row.
    private(set) var keys: [UInt64] = []

    /// No rows, of at most `limit`.
    init(limit: Int) { self.limit = min(max(1, limit), Endpoints.limit) }

    /// The row of a key, new if need be; nil when there is no room.
    mutating func row(_ key: UInt64) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: seed.hash(key, key)) & mask
        while slots[slot] != 0 {
            let row = Int(slots[slot]) - 1
            if keys[row] == key { return row }
            slot = (slot + 1) & mask
        }
        guard keys.count < limit else { return nil }
        keys.append(key)
        slots[slot] = UInt32(keys.count)
        if keys.count * 2 > slots.count { grow() }
        return keys.count - 1
    }

    @inline(never)
    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for row in keys.indices {
            var slot = Int(truncatingIfNeeded: seed.hash(keys[row], keys[row])) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(row + 1)
        }
    }
}

/// Windows numbered in the order of first appearance.
struct WindowNumbers: Sendable {
    private let length: Int64
    private let limit: Int
    /// The starts, by number.
    private(set) var starts: [Timestamp] = []
    private var numbers: [Timestamp: Int] = [:]
    /// The window of the flow before: flows come in stretches of one.
    private var last = 0

    /// No windows yet. Parameter length: of each, nanoseconds, at least a millisecond. Parameter limit: of windows.
    init(length: Int64, limit: Int) {
        self.length = max(1_000_000, length)
        self.limit = limit
    }

    /// The number of the window that a moment falls into, new if need be; nil when there is no room.
    mutating func number(of time: Timestamp) -> Int? {
        let start = Timestamp(nanoseconds: EventClock.floor(time.nanoseconds, to: length))
        if last < starts.count, starts[last] == start { return last }
        if let known = numbers[start] {
            last = known
        } else {
            guard starts.count < limit else { return nil }
            last = starts.count
            numbers[start] = last
            starts.append(start)
        }
        return last
    }

    /// The start of the window so many after another.
    func start(_ steps: Int, after start: Timestamp) -> Timestamp {
        // The product alone may lie beyond what 64 bits hold where the sum does not.
        Timestamp(nanoseconds: start.nanoseconds &+ length &* Int64(steps))
    }

    /// How many windows lie from one to another, both counted.
    func span(_ first: Timestamp, _ last: Timestamp) -> Int64 {
        last.nanoseconds / length - first.nanoseconds / length + 1
    }
}
