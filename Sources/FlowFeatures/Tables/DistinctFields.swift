import FlowMath

/// Counts distinct values and combinations of fields, row by row, exactly: keys of 64 bits are gathered, and sorted in
/// place at the end. What repeats is thrown out on the way, so memory goes by the distinct ones, 8 to 16 bytes each.
struct DistinctFields: Sendable {
    /// Distinct counts of a row.
    struct Counts: Sendable, Equatable {
        /// Combinations of all fields.
        var combinations: UInt32 = 0
        /// Values of the first field.
        var first: UInt32 = 0
        /// Values of the second field.
        var second: UInt32 = 0
    }

    /// Row (24 bits), first field, second field, the rest: 40 bits these three.
    private var keys: [UInt64] = []
    private let secondBits: UInt64
    private let restBits: UInt64
    private let limit: Int
    /// Repeats are thrown out when there are so many keys.
    private var compactAt: Int
    private var isFull = false
    /// Keys that there was no room for.
    private(set) var uncounted = 0

    /// Nothing counted. The widths of the fields are at most 40 bits together. Parameter limit: of keys gathered; when
    /// half of them are distinct, no more are taken.
    init(secondBits: Int, restBits: Int, limit: Int) {
        self.secondBits = UInt64(secondBits)
        self.restBits = UInt64(restBits)
        self.limit = max(1, limit)
        compactAt = min(1 << 20, self.limit)
    }

    /// Adds a combination to a row.
    mutating func add(row: Int, first: UInt64, second: UInt64, rest: UInt64) {
        // When full, never again: all may be distinct, and a sort a flow is a standstill.
        if !isFull, keys.count >= compactAt { compact() }
        guard !isFull else {
            uncounted += 1
            return
        }
        keys.append(UInt64(row) << 40 | first << (secondBits + restBits) | second << restBits | rest)
    }

    @inline(never)
    private mutating func compact() {
        keys.sortDistinctInPlace()
        // Sorting again is worth it only when much has come since.
        if keys.count > compactAt / 2 {
            isFull = compactAt >= limit
            compactAt = min(compactAt * 2, limit)
        }
    }

    /// The counts of rows 0 ..< `rowCount`; nothing is kept.
    mutating func takeCounts(rowCount: Int) -> [Counts] {
        keys.sortDistinctInPlace()
        var counts = Array(repeating: Counts(), count: rowCount)
        // By value of the second field the last row that has it, counted from 1.
        var rows = Array(repeating: UInt32(0), count: 1 << Int(secondBits))
        var start = 0
        while start < keys.count {
            let row = keys[start] >> 40
            var end = start
            var first: UInt32 = 0
            var last = UInt64.max
            var second: UInt32 = 0
            while end < keys.count, keys[end] >> 40 == row {
                let fields = keys[end] & (1 << 40 - 1)
                if fields >> (secondBits + restBits) != last { first &+= 1 }
                last = fields >> (secondBits + restBits)
                let value = Int(fields >> restBits & (1 << secondBits - 1))
                if rows[value] != UInt32(row) + 1 { second &+= 1 }
                rows[value] = UInt32(row) + 1
                end += 1
            }
            counts[Int(row)] = Counts(combinations: UInt32(end - start), first: first, second: second)
            start = end
        }
        keys = []
        return counts
    }
}
