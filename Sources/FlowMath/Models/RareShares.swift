/// Sums of −ln of shares of rows, a sum a row: kept as products, so that a row takes one logarithm and not one a column.
struct RareShares {
    private var products: [Double]
    /// What was taken out of products before they became too small; none at first.
    private var sums: [Double] = []
    /// No product is smaller.
    private var least = 1.0

    /// Sums of nothing, for so many rows.
    init(count: Int) { products = Array(repeating: 1, count: count) }

    /// Multiplies the products of rows by shares of `least` or more: `body` is to change each row once.
    mutating func take(least share: Double, _ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
        if least * share < .leastNormalMagnitude {
            sums = scores()
            products = Array(repeating: 1, count: products.count)
            least = 1
        }
        least *= share
        products.withUnsafeMutableBufferPointer { body($0) }
    }

    /// The sums.
    consuming func scores() -> [Double] {
        products.withUnsafeMutableBufferPointer { products in
            nonisolated(unsafe) let products = products
            RowChunks.forEach(products.count) { rows in
                for row in rows { products[row] = (sums.isEmpty ? 0 : sums[row]) - logarithm(products[row]) }
            }
        }
        return products
    }
}
