/// Sorts columns of a table, one after the other in the same memory: by radix, since comparing costs several times as
/// much at a million rows.
///
/// The leading bits of a value and its row share a word, so that a pass moves eight bytes a row; what those bits do not
/// tell apart is compared. −0 and 0 are the same value; rows of equal values keep their order.
final class ColumnSorter {
    /// How many rows there are.
    let count: Int
    private let rowBits: UInt64
    private let column: UnsafeMutablePointer<Double>
    private var words: UnsafeMutablePointer<UInt64>
    /// Where the words go next; in the end the bits of the values, in order.
    private var spare: UnsafeMutablePointer<UInt64>

    private static let digitBits: UInt64 = 11

    /// Memory for columns of `count` rows: 24 bytes a row.
    init(count: Int) {
        self.count = count
        rowBits = UInt64(Int.bitWidth - max(1, count).leadingZeroBitCount)
        column = .allocate(capacity: count)
        words = .allocate(capacity: count)
        spare = .allocate(capacity: count)
    }

    deinit {
        column.deallocate()
        words.deallocate()
        spare.deallocate()
    }

    /// The value at a rank, ascending.
    @inline(__always)
    func value(_ rank: Int) -> Double { Double(bitPattern: spare[rank]) }

    /// The row of the value at a rank.
    @inline(__always)
    func row(_ rank: Int) -> Int { Int(words[rank] & (1 << rowBits - 1)) }

    /// Adds to the sum of each row what `change` makes of its value, given in ascending order. Adding is a
    /// loop of its own: alone it waits for many rows at once.
    func add(to sums: inout [Double], _ change: (Double) -> Double) {
        var last = Double.nan
        var share = 0.0
        for rank in 0..<count {
            let value = value(rank)
            if value != last { share = change(value) }
            last = value
            column[rank] = share
        }
        sums.withUnsafeMutableBufferPointer { sums in
            guard let sums = sums.baseAddress else { return }
            for rank in 0..<count { sums[row(rank)] += column[rank] }
        }
    }

    /// Sorts a column of row-major values, of which there are `count` rows. Cost: O(n).
    func sort(_ values: UnsafeBufferPointer<Double>, column index: Int, width: Int) {
        var low = UInt64.max
        var high = UInt64.min
        for row in 0..<count {
            let value = values[row &* width &+ index] + 0
            let key = Self.key(value)
            column[row] = value
            spare[row] = key
            low = min(low, key)
            high = max(high, key)
        }
        guard low < high else {
            for row in 0..<count {
                words[row] = UInt64(row)
                spare[row] = column[row].bitPattern
            }
            return
        }
        let usedBits = UInt64(64 - (high - low).leadingZeroBitCount)
        let keyBits = 64 - rowBits
        let dropped = usedBits > keyBits ? usedBits - keyBits : 0
        for row in 0..<count { words[row] = ((spare[row] &- low) &>> dropped) &<< rowBits | UInt64(row) }
        for shift in stride(from: rowBits, to: min(64, rowBits + usedBits), by: Int(Self.digitBits)) { pass(shift) }
        gather()
        if dropped > 0 { repair() }
    }

    /// Bits that order as values do.
    @inline(__always)
    private static func key(_ value: Double) -> UInt64 {
        let bits = value.bitPattern
        return bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) >> 63) | 1 << 63)
    }

    /// Orders the words by one digit, keeping the order of equal ones.
    private func pass(_ shift: UInt64) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << Int(Self.digitBits)) { places in
            let mask: UInt64 = 1 << Self.digitBits - 1
            places.initialize(repeating: 0)
            for rank in 0..<count { places[Int(words[rank] &>> shift & mask)] &+= 1 }
            var place = 0
            for digit in places.indices {
                let filling = places[digit]
                if filling == count { return }
                places[digit] = place
                place += filling
            }
            for rank in 0..<count {
                let word = words[rank]
                let digit = Int(word &>> shift & mask)
                spare[places[digit]] = word
                places[digit] &+= 1
            }
            swap(&words, &spare)
        }
    }

    private func gather() {
        for rank in 0..<count { spare[rank] = column[row(rank)].bitPattern }
    }

    /// Orders what the words' leading bits do not tell apart.
    private func repair() {
        var start = 0
        while start < count {
            let key = words[start] >> rowBits
            var end = start + 1
            var isSorted = true
            while end < count, words[end] >> rowBits == key {
                if value(end) < value(end - 1) { isSorted = false }
                end += 1
            }
            if !isSorted {
                var run = UnsafeMutableBufferPointer(start: words + start, count: end - start)
                run.sort { left, right in
                    let leftRow = Int(left & (1 << rowBits - 1))
                    let rightRow = Int(right & (1 << rowBits - 1))
                    return (column[leftRow], leftRow) < (column[rightRow], rightRow)
                }
                for rank in start..<end { spare[rank] = column[row(rank)].bitPattern }
            }
            start = end
        }
    }
}
