public import FlowState

/// Text → dense id, bounded: at most 65,535 names of at most 1,024 bytes; beyond that a name is `.none` and counted.
///
/// Ids are given in the order of first appearance, so they do not depend on the hash. Looking a known name up
/// allocates nothing.
public struct NameTable: Sendable, Stateful {
    /// The longest name kept, in bytes; a longer one is cut.
    public static let maximumLength = 1024

    private var bytes: [UInt8] = []
    /// Name `id` is `bytes[ends[id - 1]..<ends[id]]`.
    private var ends: [Int] = [0]
    private var slots: [UInt16] = Array(repeating: 0, count: 64)
    private let limit: Int
    private let seed: UInt64
    /// How often a name was turned away because the table was full.
    public private(set) var unlistedCount = 0

    /// An empty table of at most `limit` names (1 to 65,535).
    public init(limit: Int = 65_535) {
        self.limit = min(max(limit, 1), 65_535)
        seed = HashSeed.process.first
    }

    /// How many names there are; their ids are 1 to `count`.
    public var count: Int { ends.count - 1 }

    /// The id of `name`, new if need be; `.none` for the empty name and when the table is full.
    public mutating func intern(_ name: Span<UInt8>) -> NameID {
        let length = min(name.count, Self.maximumLength)
        if length == 0 { return .none }
        let key = name.extracting(0..<length)
        var slot = Int(truncatingIfNeeded: hash(key)) & (slots.count - 1)
        while slots[slot] != 0 {
            let id = slots[slot]
            if isEqual(Int(id), key) { return NameID(rawValue: id) }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard count < limit else {
            unlistedCount += 1
            return .none
        }
        for index in key.indices { bytes.append(key[index]) }
        ends.append(bytes.count)
        let id = UInt16(count)
        slots[slot] = id
        if count * 2 > slots.count { grow() }
        return NameID(rawValue: id)
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        var names = bytes
        var lengths = zip(ends, ends.dropFirst()).map { UInt16($1 - $0) }
        try state.carry(&names)
        try state.carry(&lengths)
        guard state.isRestoring else { return }
        self = NameTable(limit: limit)
        guard lengths.reduce(0, { $0 + Int($1) }) == names.count else { throw .damaged }
        var start = 0
        for length in lengths {
            _ = intern(names.span.extracting(start..<start + Int(length)))
            start += Int(length)
        }
    }

    /// The id of `name`, new if need be.
    public mutating func intern(_ name: String) -> NameID {
        let bytes = Array(name.utf8)
        return intern(bytes.span)
    }

    /// The name of `id`, "" for `.none` and for ids not given; control characters, line ends among them, as U+FFFD.
    public func name(_ id: NameID) -> String {
        guard id.index >= 1, id.index <= count else { return "" }
        let name = bytes[ends[id.index - 1]..<ends[id.index]]
        // An attacker's to choose: it must not forge lines of a table nor steer a terminal.
        guard name.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return String(decoding: name, as: UTF8.self) }
        let scalars = String(decoding: name, as: UTF8.self).unicodeScalars.map {
            $0.value < 0x20 || $0.value == 0x7f ? "\u{fffd}" : $0
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Forgets every name, keeping the memory.
    public mutating func removeAll() {
        guard count > 0 else { return }
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        ends.append(0)
        for index in slots.indices { slots[index] = 0 }
    }

    /// The bytes of name `id` copied to `output`.
    public func append(_ id: NameID, to output: inout [UInt8]) {
        guard id.index >= 1, id.index <= count else { return }
        output.append(contentsOf: bytes[ends[id.index - 1]..<ends[id.index]])
    }

    /// The id here of name `place` of `other`, new if need be.
    public mutating func intern(_ other: NameTable, _ place: Int) -> NameID {
        guard place >= 1, place <= other.count else { return .none }
        return intern(other.bytes.span.extracting(other.ends[place - 1]..<other.ends[place]))
    }

    private func isEqual(_ id: Int, _ key: Span<UInt8>) -> Bool {
        let start = ends[id - 1]
        guard ends[id] - start == key.count else { return false }
        for index in key.indices where bytes[start + index] != key[index] { return false }
        return true
    }

    private func hash(_ key: Span<UInt8>) -> UInt64 {
        var hash = seed
        for index in key.indices { hash = (hash ^ UInt64(key[index])) &* 0x0000_0100_0000_01b3 }
        return hash ^ hash >> 29
    }

    private mutating func grow() {
        var larger: [UInt16] = Array(repeating: 0, count: slots.count * 2)
        for id in 1...count {
            let key = bytes.span.extracting(ends[id - 1]..<ends[id])
            var slot = Int(truncatingIfNeeded: hash(key)) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = UInt16(id)
        }
        replaceSlots(by: larger)
    }

    private mutating func replaceSlots(by larger: [UInt16]) { slots = larger }
}
