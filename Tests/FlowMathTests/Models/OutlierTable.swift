@testable import FlowMath

/// Tables that the tests of outlier models share.
enum OutlierTable {
    /// Forty rows: spread, skewed to the left, of few values, constant but for the last, a root; the last row lies out.
    static let forty: FeatureTable = {
        var values: [Double] = []
        for row in 0..<39 {
            let square = row * 104_729 % 37
            values += [
                Double(row * 7_919 % 41) / 4, -Double(square * square) / 10, Double(row * 31 % 5), 3,
                Double(row * 15_485_863 % 1_009).squareRoot(),
            ]
        }
        values += [30, -500, 9, 3, 80]
        return FeatureTable(columns: columns(5), values: values)
    }()

    /// Rows that were not learnt, the first of them ordinary, the last far out.
    static let later = FeatureTable(
        columns: columns(5),
        values: [5, -10, 2, 3, 10, -3, -10, 2, 3, 10, -1, -10, 2, 4, 10, 100, 100, 100, 100, 100])

    /// The rows whose scores are noted.
    static let noted = [0, 1, 7, 20, 38, 39]

    static func columns(_ count: Int) -> [FeatureTable.Column] { (0..<count).map { .init("c\($0)") } }

    /// `count` rows of a few seeded numbers, one in `every` far out.
    static func random(_ count: Int, width: Int = 4, outlierEvery every: Int = 50) -> FeatureTable {
        var generator = SeededGenerator(seed: 7)
        let values = (0..<count * width).map { place in
            let sum = (0..<4).reduce(0.0) { sum, _ in sum + generator.unit() }
            return (place / width) % every == every - 1 ? sum * 3 : sum
        }
        return FeatureTable(columns: columns(width), values: values)
    }
}

/// Whether two lists are the same within a millionth.
func isClose(_ left: [Double], _ right: [Double], within bound: Double = 1e-6) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= bound * max(1, abs($1)) }
}
