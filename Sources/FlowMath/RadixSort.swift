/// Sorts whole numbers a byte at a time; bytes that all of them share cost nothing. Parameter scratch: kept by the
/// caller, so that many sorts allocate once. Cost: O(n) for each byte in which they differ.
public func radixSort(_ values: inout [UInt64], scratch: inout [UInt64]) {
    guard values.count > 256 else {
        values.sort()
        return
    }
    var shared: (all: UInt64, any: UInt64) = (.max, 0)
    for value in values {
        shared.all &= value
        shared.any |= value
    }
    let differing = shared.all ^ shared.any
    if scratch.count < values.count { scratch = Array(repeating: 0, count: values.count) }
    if scratch.count > values.count { scratch.removeLast(scratch.count - values.count) }
    for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xff != 0 {
        var places = InlineArray<256, Int>(repeating: 0)
        for value in values { places[Int(value >> shift & 0xff)] += 1 }
        var start = 0
        for digit in places.indices {
            let count = places[digit]
            places[digit] = start
            start += count
        }
        for value in values {
            let digit = Int(value >> shift & 0xff)
            scratch[places[digit]] = value
            places[digit] += 1
        }
        swap(&values, &scratch)
    }
}

extension [UInt64] {
    /// Sorts, then keeps one of each. Parameter scratch: kept by the caller, so that many sorts allocate once.
    public mutating func sortDistinct(scratch: inout [UInt64]) {
        radixSort(&self, scratch: &scratch)
        guard var last = first else { return }
        var kept = 1
        for index in 1..<count {
            let value = self[index]
            if value == last { continue }
            self[kept] = value
            kept += 1
            last = value
        }
        removeLast(count - kept)
    }
}

extension [UInt64] {
    /// Sorts in place, then keeps one of each: for so many that there is no room for a second copy, which `radixSort`
    /// takes. Cost: O(n) a byte, from the highest on. Source: McIlroy, Bostic and McIlroy 1993, *Engineering radix sort*.
    public mutating func sortDistinctInPlace() {
        let kept = withUnsafeMutableBufferPointer { values in
            flagSort(values, 0..<values.count, shift: 56)
            var kept = 0
            for place in values.indices where place == 0 || values[place] != values[kept - 1] {
                values[kept] = values[place]
                kept += 1
            }
            return kept
        }
        removeLast(count - kept)
    }
}

/// Puts each value where its byte belongs, then sorts those with the same byte by the next.
private func flagSort(_ values: UnsafeMutableBufferPointer<UInt64>, _ range: Range<Int>, shift: UInt64) {
    guard range.count > 48 else { return insertionSort(values, range) }
    var ends = InlineArray<256, Int>(repeating: 0)
    for place in range { ends[Int(values[place] >> shift & 0xff)] += 1 }
    var next = InlineArray<256, Int>(repeating: 0)
    var start = range.lowerBound
    for digit in 0..<256 {
        next[digit] = start
        start += ends[digit]
        ends[digit] = start
    }
    for digit in 0..<256 {
        while next[digit] < ends[digit] {
            var value = values[next[digit]]
            // Carries a value to its place and goes on with what stood there, until what belongs here comes.
            while Int(value >> shift & 0xff) != digit {
                let other = Int(value >> shift & 0xff)
                swap(&value, &values[next[other]])
                next[other] += 1
            }
            values[next[digit]] = value
            next[digit] += 1
        }
    }
    guard shift > 0 else { return }
    start = range.lowerBound
    for digit in 0..<256 {
        flagSort(values, start..<ends[digit], shift: shift - 8)
        start = ends[digit]
    }
}

private func insertionSort(_ values: UnsafeMutableBufferPointer<UInt64>, _ range: Range<Int>) {
    for place in range.dropFirst() {
        let value = values[place]
        var hole = place
        while hole > range.lowerBound, values[hole - 1] > value {
            values[hole] = values[hole - 1]
            hole -= 1
        }
        values[hole] = value
    }
}
