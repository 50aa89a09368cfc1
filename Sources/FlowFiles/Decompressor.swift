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
    /// Decompresses from the front of `source` to the front of `target`. Returns: the bytes taken from one and given to
    /// the other; nil where the data is damaged. What was given before stays good.
    func step(_ source: UnsafeMutableBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>)
        -> (taken: Int, given: Int)?
}
