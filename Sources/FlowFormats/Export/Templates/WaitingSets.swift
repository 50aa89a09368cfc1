/// Sets of data that came before their template, in a room of fixed size.
struct WaitingSets: Sendable {
    /// A set, and what is needed to decode it later.
    struct Entry: Sendable {
        /// The set from its header on, behind four bytes of what stood before it: a plan reads eight bytes that end
        /// where a field ends.
        var bytes: [UInt8]
        var time: MessageTime
    }

    /// Whose template is waited for.
    struct Key: Hashable, Sendable {
        var exporter: Int
        var template: UInt16
    }

    private let limits: ExportLimits
    private var entries: [Key: [Entry]] = [:]
    private var byteCount = 0
    /// Sets that wait.
    private(set) var count = 0

    init(limits: ExportLimits) { self.limits = limits }

    /// Keeps a set, that is `bytes[start..<end]` with its header of four bytes. Returns: false where there is no room.
    mutating func keep(_ bytes: RawSpan, _ start: Int, _ end: Int, _ time: MessageTime, for key: Key) -> Bool {
        let length = end - start + 4
        guard start >= 4, byteCount + length <= limits.waitingBytes else { return false }
        let waiting = entries[key]?.count ?? 0
        guard waiting < limits.waitingSets, waiting > 0 || entries.count < limits.awaitedTemplates else { return false }
        var copy: [UInt8] = []
        copy.reserveCapacity(length)
        for place in start - 4..<end { copy.append(bytes.uint8(at: place)) }
        entries[key, default: []].append(Entry(bytes: copy, time: time))
        byteCount += length
        count += 1
        return true
    }

    /// Takes out the sets that wait for a template, in the order in which they came.
    mutating func take(_ key: Key) -> [Entry] {
        guard !entries.isEmpty, let taken = entries.removeValue(forKey: key) else { return [] }
        count -= taken.count
        byteCount -= taken.reduce(0) { $0 + $1.bytes.count }
        return taken
    }

    /// Throws out what waits for an exporter's templates. Returns: the sets lost.
    mutating func forget(exporter: Int) -> Int {
        let keys = entries.keys.filter { $0.exporter == exporter }
        return keys.reduce(0) { $0 + take($1).count }
    }
}
