/// Undoes one kind of compression, a piece at a time.
protocol Decompressor: AnyObject {
    /// What it is called in messages.
    static var name: String { get }
    /// What every file of its kind begins with.
    static var magic: [UInt8] { get }
    /// At the start of a file; nil if memory is short.
    init?()
    /// Whether the bytes taken so far end inside compressed data.
    var isInside: Bool { get }
    /// Decompresses from the front of `source` to the front of `target`.
    func step(_ source: UnsafeMutableBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>)
        -> DecompressionStep
}

/// What one step of a decompressor did.
struct DecompressionStep {
    /// Bytes used of the source.
    var taken: Int
    /// Bytes written to the target, good also where the step met damage behind them.
    var given: Int
    /// Whether the data that follows is damaged, or a checksum is wrong: there must be no further step.
    var isDamaged = false
}
