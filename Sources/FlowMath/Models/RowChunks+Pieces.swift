extension RowChunks {
    /// What `body` makes of each piece of `size` of `count` rows: for what takes so long a row that small pieces share
    /// it better among cores.
    static func pieces<Result>(_ count: Int, of size: Int, _ body: (Range<Int>) -> Result) -> [Result] {
        concurrently((count + size - 1) / size) { piece in
            body(piece * size..<min(count, (piece + 1) * size))
        }
    }
}
