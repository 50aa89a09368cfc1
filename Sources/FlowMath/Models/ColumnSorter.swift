/// Sorts columns of a table, one after the other in the same memory, on all cores: by radix, since comparing costs
/// several times as much at a million rows.
///
/// The leading bits of the values deal rows to buckets of a few thousand, none of which parts equal values; each is then
/// put in order where a core's cache holds it. −0 and 0 are the same value; rows of equal values keep their order.
final class ColumnSorter {
    /// A value and where it stands.
    struct Entry {
        /// Bits that order as values do.
        fileprivate var key: UInt64
        /// Its row.
        let row: Int

        /// The value.
        var value: Double {
            @inline(__always) get { Double(bitPattern: key ^ ((key >> 63) &- 1 | 1 << 63)) }
        }
    }

    private let values: UnsafeBufferPointer<Double>
    private let width: Int
    private let count: Int
    /// The keys of columns that were copied out together: a row's values share a line of the cache.
    private let keys: UnsafeMutablePointer<UInt64>
    private var copied = 0..<0
    private var spans: [ClosedRange<UInt64>] = []
    private let entries: UnsafeMutablePointer<Entry>
    private let parts: Int
    /// The buckets of the column sorted last, ascending.
    private var buckets: [Range<Int>] = []

    private static let columnsAtOnce = 4
    private static let bucketRows = 2_048
    private static let cellBits = 15

    /// Memory for a column of at least one row: 16 bytes a row, and 8 for each of up to four columns copied at once.
    init(_ values: UnsafeBufferPointer<Double>, width: Int) {
        self.values = values
        self.width = width
        count = values.count / width
        // Few rows are dealt faster than counts are added up.
        parts = count < 1 << 16 ? 1 : 8
        keys = .allocate(capacity: count * min(width, Self.columnsAtOnce))
        entries = .allocate(capacity: count)
    }

    deinit {
        keys.deallocate()
        entries.deallocate()
    }

    /// Sorts a column, and calls `body` with each bucket once it is in order. Cost: O(n).
    func sort<Result>(_ column: Int, _ body: (UnsafeBufferPointer<Entry>) -> Result) -> [Result] {
        if !copied.contains(column) { copy(column..<min(width, column + Self.columnsAtOnce)) }
        deal(keys + (column - copied.lowerBound) * count, spans[column - copied.lowerBound])
        return RowChunks.concurrently(buckets.count) { index in
            let bucket = UnsafeMutableBufferPointer(rebasing: rows(buckets[index]))
            Self.order(bucket)
            return body(UnsafeBufferPointer(bucket))
        }
    }

    /// Calls `body` with the place and the rows of each bucket of the column sorted last.
    func forEachBucket<Result>(_ body: (Int, UnsafeBufferPointer<Entry>) -> Result) -> [Result] {
        RowChunks.concurrently(buckets.count) { body($0, UnsafeBufferPointer(rebasing: rows(buckets[$0]))) }
    }

    private func rows(_ range: Range<Int>) -> Slice<UnsafeMutableBufferPointer<Entry>> {
        UnsafeMutableBufferPointer(start: entries, count: count)[range]
    }

    /// Copies the keys of columns, and learns what they span.
    private func copy(_ columns: Range<Int>) {
        let found = RowChunks.map(count) { rows in
            columns.map { column in
                let keys = keys + (column - columns.lowerBound) * count
                var low = UInt64.max
                var high = UInt64.min
                for row in rows {
                    let bits = (values[row &* width &+ column] + 0).bitPattern
                    let key = bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) >> 63) | 1 << 63)
                    keys[row] = key
                    low = min(low, key)
                    high = max(high, key)
                }
                return low...high
            }
        }
        spans = columns.indices.map { index in
            let index = index - columns.lowerBound
            return found.dropFirst().reduce(found[0][index]) { span, piece in
                min(span.lowerBound, piece[index].lowerBound)...max(span.upperBound, piece[index].upperBound)
            }
        }
        copied = columns
    }

    /// Deals the rows to buckets.
    private func deal(_ keys: UnsafeMutablePointer<UInt64>, _ span: ClosedRange<UInt64>) {
        let low = span.lowerBound
        let usedBits = 64 - (span.upperBound - low).leadingZeroBitCount
        let shift = UInt64(max(0, usedBits - Self.cellBits))
        guard count > Self.bucketRows, usedBits > 0 else {
            for row in 0..<count { entries[row] = Entry(key: keys[row], row: row) }
            buckets = [0..<count]
            return
        }
        let cells = Int((span.upperBound - low) >> shift) + 1
        let counts = RowChunks.concurrently(parts) { part in
            var counts = [Int](repeating: 0, count: cells)
            counts.withUnsafeMutableBufferPointer { counts in
                for row in rows(of: part) { counts[Int((keys[row] &- low) &>> shift)] &+= 1 }
            }
            return counts
        }
        var places = gather(counts, cells)
        let bucketOf = places.bucketOf
        places.starts.withUnsafeMutableBufferPointer { starts in
            nonisolated(unsafe) let starts = starts
            bucketOf.withUnsafeBufferPointer { bucketOf in
                _ = RowChunks.concurrently(parts) { part in
                    let first = part &* buckets.count
                    for row in rows(of: part) {
                        let key = keys[row]
                        let place = first &+ Int(bucketOf[Int((key &- low) &>> shift)])
                        entries[starts[place]] = Entry(key: key, row: row)
                        starts[place] &+= 1
                    }
                }
            }
        }
    }

    private func rows(of part: Int) -> Range<Int> { count * part / parts..<count * (part + 1) / parts }

    /// Joins cells that follow each other into buckets. Returns: of each cell its bucket; of each part and bucket where
    /// its rows go.
    private func gather(_ counts: [[Int]], _ cells: Int) -> (bucketOf: [UInt16], starts: [Int]) {
        var bucketOf = [UInt16](repeating: 0, count: cells)
        buckets = []
        var start = 0
        var end = 0
        for cell in 0..<cells {
            let filling = counts.reduce(0) { $0 + $1[cell] }
            if end > start, end - start + filling > Self.bucketRows {
                buckets.append(start..<end)
                start = end
            }
            bucketOf[cell] = UInt16(buckets.count)
            end += filling
        }
        buckets.append(start..<end)
        var starts = [Int](repeating: 0, count: parts * buckets.count)
        for part in 0..<parts {
            for cell in 0..<cells { starts[part * buckets.count + Int(bucketOf[cell])] += counts[part][cell] }
        }
        for (index, bucket) in buckets.enumerated() {
            var place = bucket.lowerBound
            for part in 0..<parts {
                let filling = starts[part * buckets.count + index]
                starts[part * buckets.count + index] = place
                place += filling
            }
        }
        return (bucketOf, starts)
    }

    /// Puts a bucket in order: dealt once more to about as many cells as there are rows, then by insertion.
    private static func order(_ bucket: UnsafeMutableBufferPointer<Entry>) {
        var low = UInt64.max
        var high = UInt64.min
        for entry in bucket {
            low = min(low, entry.key)
            high = max(high, entry.key)
        }
        guard low < high else { return }
        let usedBits = 64 - (high - low).leadingZeroBitCount
        let shift = UInt64(max(0, usedBits - min(16, Int.bitWidth - bucket.count.leadingZeroBitCount)))
        let cells = Int((high - low) >> shift) + 1
        withUnsafeTemporaryAllocation(of: Entry.self, capacity: bucket.count) { spare in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: cells) { ends in
                ends.initialize(repeating: 0)
                for entry in bucket { ends[Int((entry.key &- low) &>> shift)] &+= 1 }
                var end = 0
                var fullest = 0
                for cell in 0..<cells {
                    let filling = ends[cell]
                    ends[cell] = end
                    end &+= filling
                    fullest = max(fullest, filling)
                }
                for entry in bucket {
                    let cell = Int((entry.key &- low) &>> shift)
                    spare.initializeElement(at: ends[cell], to: entry)
                    ends[cell] &+= 1
                }
                if fullest > 32 { sortCells(spare, ends) }
                insert(spare, into: bucket)
            }
        }
    }

    /// Puts in order what is too much for insertion.
    private static func sortCells(_ rows: UnsafeMutableBufferPointer<Entry>, _ ends: UnsafeMutableBufferPointer<Int>) {
        var start = 0
        for end in ends {
            if end - start > 32 { rows[start..<end].sort { ($0.key, $0.row) < ($1.key, $1.row) } }
            start = end
        }
    }

    private static func insert(
        _ rows: UnsafeMutableBufferPointer<Entry>, into bucket: UnsafeMutableBufferPointer<Entry>
    ) {
        for place in rows.indices {
            let entry = rows[place]
            var free = place
            while free > 0, bucket[free &- 1].key > entry.key {
                bucket[free] = bucket[free &- 1]
                free &-= 1
            }
            bucket[free] = entry
        }
    }
}
