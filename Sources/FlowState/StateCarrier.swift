/// Carries what a run has learnt into bytes and back: the same calls, in the same order, save and restore.
///
/// Tables of plain values go as they lie in memory, so a million hosts take milliseconds; the size of each element goes
/// with them, so another build's state is an error and not nonsense. The bytes end in a checksum: they are guarded
/// against damage, not against malice, as the program itself is.
public struct StateCarrier: Sendable {
    /// What is wrong with bytes that were to be restored.
    public enum Failure: Error, Equatable {
        /// They end early, go on too long, or their checksum is wrong.
        case damaged
        /// They were saved by a build whose tables look different.
        case otherBuild
    }

    /// Whether values are read, not written.
    public let isRestoring: Bool
    private var bytes: [UInt8] = []
    private var position = 0

    /// A carrier that saves.
    public init() { isRestoring = false }

    /// A carrier that restores what `finished` gave.
    public init(restoring bytes: [UInt8]) throws(Failure) {
        isRestoring = true
        guard bytes.count >= 8 else { throw .damaged }
        let sum = bytes.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.bytes = Array(bytes.dropLast(8))
        guard Self.checksum(self.bytes) == sum else { throw .damaged }
    }

    /// All that was saved, with its checksum.
    public var finished: [UInt8] {
        let sum = Self.checksum(bytes)
        return bytes + (0..<8).map { UInt8(truncatingIfNeeded: sum >> ($0 * 8)) }
    }

    /// Throws unless everything was restored.
    public func expectEnd() throws(Failure) {
        guard position == bytes.count else { throw .damaged }
    }

    /// Carries one plain value.
    public mutating func carry<T: BitwiseCopyable>(_ value: inout T) throws(Failure) {
        var one = [value]
        try carry(&one)
        guard let restored = one.first, one.count == 1 else { throw .damaged }
        value = restored
    }

    /// Carries a table of plain values.
    public mutating func carry<T: BitwiseCopyable>(_ values: inout [T]) throws(Failure) {
        let stride = MemoryLayout<T>.stride
        guard isRestoring else {
            append(UInt64(stride))
            append(UInt64(values.count))
            values.withUnsafeBytes { bytes.append(contentsOf: $0) }
            return
        }
        guard try number() == UInt64(stride) else { throw .otherBuild }
        let count = try number()
        guard count <= UInt64((bytes.count - position) / max(1, stride)) else { throw .damaged }
        let length = Int(count) * stride
        let start = position
        values = Array(unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
            bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[start..<start + length]))
            }
            initialized = Int(count)
        }
        position += length
    }

    /// Carries a table by plain keys. What order it has is not kept.
    public mutating func carry<K: BitwiseCopyable & Hashable, V: BitwiseCopyable>(
        _ table: inout [K: V]
    ) throws(Failure) {
        var keys = Array(table.keys)
        var values = Array(table.values)
        try carry(&keys)
        try carry(&values)
        guard keys.count == values.count else { throw .damaged }
        if isRestoring { table = Dictionary(zip(keys, values)) { _, last in last } }
    }

    /// Carries something with parts of its own.
    public mutating func carry<T: Stateful>(_ value: inout T) throws(Failure) { try value.carry(&self) }

    /// Carries a list of things with parts. Parameter empty: what each is restored over.
    public mutating func carry<T: Stateful>(_ values: inout [T], empty: @autoclosure () -> T) throws(Failure) {
        var count = values.count
        try carry(&count)
        if isRestoring {
            // Every part takes a byte at least, so damage cannot ask for more than there is.
            guard count >= 0, count <= bytes.count - position else { throw .damaged }
            values = (0..<count).map { _ in empty() }
        }
        for index in values.indices { try values[index].carry(&self) }
    }

    private mutating func append(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func number() throws(Failure) -> UInt64 {
        guard bytes.count - position >= 8 else { throw .damaged }
        var number: UInt64 = 0
        for index in (position..<position + 8).reversed() { number = number << 8 | UInt64(bytes[index]) }
        position += 8
        return number
    }

    /// FNV-1a by words of eight bytes: damage, not malice.
    private static func checksum(_ bytes: [UInt8]) -> UInt64 {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
        bytes.withUnsafeBytes { raw in
            var index = 0
            while index + 8 <= raw.count {
                sum =
                    (sum ^ UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
                    &* 0x0000_0100_0000_01b3
                sum ^= sum >> 29
                index += 8
            }
            while index < raw.count {
                sum = (sum ^ UInt64(raw[index])) &* 0x0000_0100_0000_01b3
                index += 1
            }
        }
        return sum
    }
}

/// Something whose state has parts.
public protocol Stateful {
    /// Carries the parts, in one order for both ways.
    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure)
}
