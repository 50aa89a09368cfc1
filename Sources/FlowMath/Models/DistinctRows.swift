/// The rows of a table without their repetitions, each with its weight: tables of traffic repeat themselves.
struct DistinctRows {
    let columnCount: Int
    /// Row after row, in the order of first appearance.
    private(set) var values: [Double] = []
    /// How many rows, or how much weight of them, each stands for.
    private(set) var weights: [Double] = []
    /// For each row of the table, the distinct row that it equals.
    private(set) var indices: [Int32] = []

    var count: Int { weights.count }

    /// Cost: O(n d). The table is checked before.
    init(_ table: FeatureTable) {
        let width = table.columns.count
        columnCount = width
        let rows = table.rowCount
        let hashes = Self.hashes(of: table)
        // Half empty, so that the walks stay short.
        var bits = 4
        while 1 << bits < rows * 2 { bits += 1 }
        var slots = [UInt64](repeating: .max, count: 1 << bits)
        indices = Array(repeating: 0, count: rows)
        var firsts: [Int32] = []
        var sums: [Double] = []
        table.values.withUnsafeBufferPointer { values in
            slots.withUnsafeMutableBufferPointer { slots in
                indices.withUnsafeMutableBufferPointer { indices in
                    let mask = slots.count - 1
                    for row in 0..<rows {
                        let weight = table.weights?[row] ?? 1
                        // A slot holds the upper half of the hash and the index of the distinct row.
                        let tag = hashes[row] & 0xffff_ffff_0000_0000
                        var slot = Int(truncatingIfNeeded: hashes[row]) & mask
                        while true {
                            let held = slots[slot]
                            if held == .max {
                                slots[slot] = tag | UInt64(firsts.count)
                                indices[row] = Int32(firsts.count)
                                firsts.append(Int32(row))
                                sums.append(weight)
                                break
                            }
                            let index = Int(held & 0xffff_ffff)
                            if held & 0xffff_ffff_0000_0000 == tag,
                                Self.equal(values, Int(firsts[index]) * width, row * width, width)
                            {
                                indices[row] = Int32(index)
                                sums[index] += weight
                                break
                            }
                            slot = (slot + 1) & mask
                        }
                    }
                }
            }
        }
        weights = sums
        values = [Double](unsafeUninitializedCapacity: firsts.count * width) { target, filled in
            table.values.withUnsafeBufferPointer { source in
                for (index, row) in firsts.enumerated() {
                    // Adding 0 makes −0 a 0.
                    for column in 0..<width {
                        target[index * width + column] = source[Int(row) * width + column] + 0
                    }
                }
            }
            filled = firsts.count * width
        }
    }

    /// Gives the values away.
    mutating func takeValues() -> [Double] {
        defer { values = [] }
        return values
    }

    /// Gives the indices away.
    mutating func takeIndices() -> [Int32] {
        defer { indices = [] }
        return indices
    }

    private static func equal(_ values: UnsafeBufferPointer<Double>, _ left: Int, _ right: Int, _ width: Int) -> Bool {
        for column in 0..<width where values[left + column] != values[right + column] { return false }
        return true
    }

    private static func hashes(of table: FeatureTable) -> [UInt64] {
        let width = table.columns.count
        return [UInt64](unsafeUninitializedCapacity: table.rowCount) { hashes, filled in
            let target = hashes
            table.values.withUnsafeBufferPointer { values in
                RowChunks.forEach(table.rowCount) { rows in
                    for row in rows {
                        var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
                        for column in 0..<width {
                            hash = (hash ^ (values[row * width + column] + 0).bitPattern) &* 0xbf58_476d_1ce4_e5b9
                            hash ^= hash >> 32
                        }
                        target[row] = hash &* 0x94d0_49bb_1331_11eb ^ hash >> 29
                    }
                }
            }
            filled = table.rowCount
        }
    }
}
