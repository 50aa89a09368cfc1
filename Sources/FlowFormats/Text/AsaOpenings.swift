import FlowModel

/// Which end opened a connection, remembered from its Built message until its Teardown message comes.
///
/// Room for 65,536 connections in sets of eight; in a full set the oldest goes. What it says depends on the messages
/// alone. Takes 1 MiB once the first connection is put in.
struct AsaOpenings: Sendable {
    private static let setCount = 8192
    private static let setSize = 8

    /// A connection by its hash; `mark` is twice its serial number, and one more where it is outbound; 0 is empty.
    private struct Entry {
        var key: UInt64 = 0
        var mark: UInt64 = 0
    }

    private var entries: [Entry] = []
    private var serial: UInt64 = 0

    /// What names a connection in its two messages. Parameter number: its number, or ICMP's type and code.
    static func key(_ number: UInt64, _ transport: Transport, _ first: AsaEnd, _ second: AsaEnd) -> UInt64 {
        var key = number
        func mix(_ word: UInt64) {
            let product = (key ^ word ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
            key = product.high ^ product.low
        }
        mix(first.address.high)
        mix(first.address.low)
        mix(second.address.high)
        mix(second.address.low)
        mix(UInt64(transport.rawValue) << 32 | UInt64(first.port) << 16 | UInt64(second.port))
        return key
    }

    /// Remembers a connection.
    mutating func put(_ key: UInt64, isOutbound: Bool) {
        if entries.isEmpty { entries = Array(repeating: Entry(), count: Self.setCount * Self.setSize) }
        let places = Self.places(of: key)
        var place = places.lowerBound
        for other in places {
            if entries[other].key == key && entries[other].mark != 0 {
                place = other
                break
            }
            if entries[other].mark < entries[place].mark { place = other }
        }
        serial += 1
        entries[place] = Entry(key: key, mark: serial << 1 | (isOutbound ? 1 : 0))
    }

    /// Whether a connection is outbound, and forgets it; nil if it is not known.
    mutating func take(_ key: UInt64) -> Bool? {
        guard !entries.isEmpty else { return nil }
        for place in Self.places(of: key) where entries[place].key == key && entries[place].mark != 0 {
            let isOutbound = entries[place].mark & 1 == 1
            entries[place].mark = 0
            return isOutbound
        }
        return nil
    }

    private static func places(of key: UInt64) -> Range<Int> {
        let start = Int(key % UInt64(setCount)) * setSize
        return start..<start + setSize
    }
}
