/// Centres side by side, four to a vector, so that a row is held against four at once.
struct CenterLanes {
    /// The nearest centre of a row.
    struct Nearest {
        var center: Int32
        var squared: Double
        /// The squared distance of the second nearest.
        var second: Double
    }

    let width: Int
    /// Column after column of the first four centres, then of the next; infinite where there is none.
    private(set) var lanes: [SIMD4<Double>]

    init(_ centers: [Double], width: Int) {
        self.width = width
        let count = centers.count / width
        lanes = Array(repeating: SIMD4(repeating: .infinity), count: (count + 3) / 4 * width)
        for center in 0..<count {
            for column in 0..<width {
                lanes[center / 4 * width + column][center % 4] = centers[center * width + column]
            }
        }
    }

    /// The nearest centres of the row at `row`.
    @inline(__always)
    static func nearest(
        _ lanes: UnsafeBufferPointer<SIMD4<Double>>, _ row: UnsafePointer<Double>, width: Int
    ) -> Nearest {
        var nearest = Nearest(center: 0, squared: .infinity, second: .infinity)
        var first = 0
        while first < lanes.count {
            let sum = squares(lanes, first, row, width)
            for lane in 0..<4 {
                if sum[lane] < nearest.squared {
                    nearest.second = nearest.squared
                    nearest.squared = sum[lane]
                    nearest.center = Int32(truncatingIfNeeded: first / width * 4 + lane)
                } else if sum[lane] < nearest.second {
                    nearest.second = sum[lane]
                }
            }
            first += width
        }
        return nearest
    }

    /// Squared distances of the row from the four centres whose columns begin at `first`.
    @inline(__always)
    static func squares(
        _ lanes: UnsafeBufferPointer<SIMD4<Double>>, _ first: Int, _ row: UnsafePointer<Double>, _ width: Int
    ) -> SIMD4<Double> {
        var sum = SIMD4<Double>.zero
        for column in 0..<width {
            let difference = lanes[first + column] - SIMD4(repeating: row[column])
            sum += difference * difference
        }
        return sum
    }

    /// The nearest centre of each of the rows that follow each other in `values`.
    func nearest(_ values: [Double]) -> [Nearest] {
        [Nearest](unsafeUninitializedCapacity: values.count / width) { buffer, filled in
            let target = buffer
            lanes.withUnsafeBufferPointer { lanes in
                values.withUnsafeBufferPointer { values in
                    guard let base = values.baseAddress else { return }
                    RowChunks.forEach(values.count / width) { rows in
                        for row in rows { target[row] = Self.nearest(lanes, base + row * width, width: width) }
                    }
                }
            }
            filled = values.count / width
        }
    }
}
