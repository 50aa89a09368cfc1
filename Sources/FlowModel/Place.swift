/// Whose an address is: a country and an autonomous system, as far as they are known.
public struct Place: Hashable, Sendable, Codable, BitwiseCopyable, CustomStringConvertible {
    /// Number of the autonomous system; 0 where it is not known.
    public var autonomousSystem: UInt32
    /// The two letters of the country (ISO 3166-1), the first in the upper byte; 0 where it is not known.
    public var country: UInt16

    /// A place of its country and autonomous system.
    public init(country: UInt16 = 0, autonomousSystem: UInt32 = 0) {
        self.country = country
        self.autonomousSystem = autonomousSystem
    }

    /// Nothing is known.
    public static let unknown = Place()

    /// The two letters of the country; empty where it is not known.
    public var countryCode: String {
        country == 0 ? "" : String(decoding: [UInt8(country >> 8), UInt8(country & 0xff)], as: UTF8.self)
    }

    /// `AU, AS64500`; empty where nothing is known.
    public var description: String {
        [countryCode, autonomousSystem == 0 ? "" : "AS\(autonomousSystem)"].filter { !$0.isEmpty }
            .joined(separator: ", ")
    }
}

/// The place of each host met outside, by `HostID`: an address is looked up once, not once a flow. Memory: 8 bytes a host;
/// nothing while none was met.
public struct HostPlaces: Sendable {
    private struct Entry {
        var place = Place.unknown
        var isKnown = false
    }

    private var entries: [Entry] = []

    /// Nothing looked up yet.
    public init() {}

    /// Whether nothing was ever looked up.
    public var isEmpty: Bool { entries.isEmpty }

    /// The place of `host`; unknown for hosts that were not met.
    public subscript(host: HostID) -> Place { host.index < entries.count ? entries[host.index].place : .unknown }

    /// Finds the place of `host` by `look` the first time.
    public mutating func meet(_ host: HostID, look: () -> Place) {
        guard host != .unlisted else { return }
        if host.index >= entries.count {
            entries.append(contentsOf: repeatElement(Entry(), count: host.index + 1 - entries.count))
        }
        if !entries[host.index].isKnown { entries[host.index] = Entry(place: look(), isKnown: true) }
    }

    /// Drops what is known of hosts whose ids will be reused.
    public mutating func forget(_ hosts: HostSet) {
        for index in entries.indices where hosts.contains(HostID(rawValue: UInt32(index))) { entries[index] = Entry() }
    }
}
