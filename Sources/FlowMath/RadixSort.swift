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
