/// What a host is known by: its address, and the site whose private addresses those are.
///
/// A public address means the same host wherever it is seen, so it is of the main site.
public struct HostKey: Hashable, Sendable, BitwiseCopyable, Codable {
    /// The address.
    public var address: IPAddress
    /// The site; the main one for a public address.
    public var site: SiteID

    /// The first half of the address with the site in it, for hashes.
    public var high: UInt64 { address.high ^ UInt64(site.rawValue) << 48 }

    /// The host of an address, as seen from a site.
    public init(_ address: IPAddress, site: SiteID = .main) {
        self.address = address
        self.site = site == .main || address.isPublic ? .main : site
    }
}

extension Flow {
    /// What the source is known by.
    public var sourceKey: HostKey { HostKey(source, site: site) }
    /// What the destination is known by.
    public var destinationKey: HostKey { HostKey(destination, site: site) }
}
