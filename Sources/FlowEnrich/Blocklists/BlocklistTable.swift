public import FlowModel

/// Several blocklists laid over each other: which feeds an address is on. Cost of a look-up: `DisjointRanges`.
///
/// Addresses that are not public, our own and allowed ones are on no list, whatever the feeds say.
public struct BlocklistTable: Sendable {
    /// Why a network of a feed was passed over, in whole or where it overlaps.
    public enum Exemption: Int, Sendable, CaseIterable {
        /// Private, loopback, multicast or reserved.
        case special
        /// In the home networks.
        case home
        /// In the allow-list.
        case allowed

        fileprivate var bit: UInt64 { 1 << UInt64(61 + rawValue) }
    }

    /// The feeds, by their bit in a set.
    public let feeds: [Feed]
    /// How many networks of each feed meet an exemption, by `Exemption`.
    public private(set) var exemptCounts: [[Int]]
    private let v4: DisjointRanges<UInt32>
    private let v6: DisjointRanges<UInt128>

    /// Lays at most 60 lists over each other. Parameters home and allowed: win over every list. Cost: O(n log n).
    public init(_ lists: [Blocklist], home: [Network], allowed: [Network]) {
        let lists = Array(lists.prefix(HostListings.feedLimit))
        feeds = lists.map(\.feed)
        let exempt = [Self.special, home, allowed]
        let exemptions = Exemption.allCases.map { (exempt[$0.rawValue], $0.bit) }
        let exemptV4 = DisjointRanges(exemptions.map { (ranges: $0.compactMap(\.v4Range), bit: $1) })
        let exemptV6 = DisjointRanges(exemptions.map { (ranges: $0.compactMap(\.v6Range), bit: $1) })
        exemptCounts = lists.map { list in
            var counts = Exemption.allCases.map { _ in 0 }
            for network in list.networks {
                let met = network.v4Range.map(exemptV4.firstSet) ?? network.v6Range.map(exemptV6.firstSet) ?? 0
                if let first = Exemption.allCases.first(where: { $0.bit & met != 0 }) { counts[first.rawValue] += 1 }
            }
            return counts
        }
        let all = lists.enumerated().map { ($1.networks, UInt64(1) << UInt64($0)) } + exemptions
        let excluded = Exemption.allCases.reduce(0) { $0 | $1.bit }
        v4 = DisjointRanges(all.map { (ranges: $0.compactMap(\.v4Range), bit: $1) }, without: excluded)
        v6 = DisjointRanges(all.map { (ranges: $0.compactMap(\.v6Range), bit: $1) }, without: excluded)
    }

    /// How many separate ranges the lists come to.
    public var rangeCount: Int { v4.count + v6.count }

    /// The feeds that `address` is on, a bit each, in the order of `feeds`.
    public func set(of address: IPAddress) -> UInt64 {
        if let address = address.v4 { return v4.set(at: address) }
        return v6.set(at: UInt128(address.high) << 64 | UInt128(address.low))
    }

    /// Marks the ends of `flows` in `range` that lie outside and are on a list; `listings` remembers hosts.
    public func enrich(_ flows: inout [Flow], _ range: Range<Int>, _ listings: inout HostListings) {
        var flows = flows.mutableSpan
        for index in range {
            let flow = flows[index]
            if !flow.traits.contains(.sourceIsHome),
                listings.set(of: flow.sourceHost, look: { set(of: flow.source) }) != 0
            {
                flows[index].traits.insert(.sourceIsListed)
            }
            if !flow.traits.contains(.destinationIsHome),
                listings.set(of: flow.destinationHost, look: { set(of: flow.destination) }) != 0
            {
                flows[index].traits.insert(.destinationIsListed)
            }
        }
    }

    /// What `IPAddress.scope` says is not public.
    private static let special = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
        "192.168.0.0/16", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/16", "2001:db8::/32", "fc00::/7",
        "fe00::/7",
    ].compactMap { Network($0) }
}

extension Network {
    /// From the first to the last address of an IPv4 network; nil for IPv6.
    fileprivate var v4Range: ClosedRange<UInt32>? {
        guard bits >= 96, let first = base.v4 else { return nil }
        return first...first | (bits >= 128 ? 0 : .max >> UInt32(bits - 96))
    }

    /// From the first to the last address of an IPv6 network; nil for IPv4.
    fileprivate var v6Range: ClosedRange<UInt128>? {
        guard bits < 96 || base.v4 == nil else { return nil }
        let first = UInt128(base.high) << 64 | UInt128(base.low)
        return first...first | (bits >= 128 ? 0 : .max >> UInt128(bits))
    }
}
