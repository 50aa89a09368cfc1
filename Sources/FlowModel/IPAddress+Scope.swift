/// Where an address is meant to be seen.
public enum AddressScope: UInt8, Sendable {
    /// Reachable from the whole internet.
    case `public`
    /// RFC 1918, carrier-grade NAT (RFC 6598), IPv6 unique local (RFC 4193).
    case `private`
    /// One link only: 169.254/16, fe80::/10, and loopback.
    case link
    /// 224/4 and ff00::/8.
    case multicast
    /// 255.255.255.255, and x.y.z.255 is not known to be one.
    case broadcast
    /// 0.0.0.0/8, `::`, documentation and reserved ranges.
    case reserved
}

extension IPAddress {
    /// The scope of the address by the IANA special-purpose registries (RFC 6890). Cost: a few comparisons.
    public var scope: AddressScope {
        if let v4 { return Self.scope(ofV4: v4) }
        if high == 0 && low <= 1 { return low == 1 ? .link : .reserved }
        switch high >> 56 {
        case 0xff: return .multicast
        case 0xfc, 0xfd: return .private
        case 0xfe: return high >> 54 & 0x3 == 0x2 ? .link : .reserved
        default: return high >> 32 == 0x2001_0db8 ? .reserved : .public
        }
    }

    /// Whether the scope is `.private` or `.link`. Cost: that of a few comparisons without a branch; `scope` jumps.
    @inlinable public var isPrivateOrLink: Bool {
        guard isV4 else { return scope == .private || scope == .link }
        let v4 = UInt32(truncatingIfNeeded: low)
        var found: UInt8 = v4 >> 24 == 10 ? 1 : 0
        found |= v4 >> 20 == 0xac1 ? 1 : 0
        found |= v4 >> 16 == 0xc0a8 ? 1 : 0
        found |= v4 >> 22 == 0x191 ? 1 : 0
        found |= v4 >> 16 == 0xa9fe ? 1 : 0
        found |= v4 >> 24 == 127 ? 1 : 0
        return found != 0
    }

    /// Whether the scope is `.public`. Cost: as `isPrivateOrLink`.
    @inlinable public var isPublic: Bool {
        guard isV4 else { return scope == .public }
        let v4 = UInt32(truncatingIfNeeded: low)
        var special: UInt8 = v4 >> 29 == 7 ? 1 : 0
        special |= v4 >> 24 == 0 ? 1 : 0
        special |= v4 >> 8 == 0xc0_0002 ? 1 : 0
        special |= v4 >> 8 == 0xc6_3364 ? 1 : 0
        special |= v4 >> 8 == 0xcb_0071 ? 1 : 0
        return special == 0 && !isPrivateOrLink
    }

    /// Whether the scope is `.multicast`. Cost: one comparison.
    @inlinable public var isMulticast: Bool { isV4 ? low >> 28 & 0xf == 0xe : high >> 56 == 0xff }

    private static func scope(ofV4 v4: UInt32) -> AddressScope {
        switch v4 >> 24 {
        case 10: return .private
        case 127: return .link
        case 0: return .reserved
        case 100: return v4 >> 22 == 0x191 ? .private : .public
        case 169: return v4 >> 16 == 0xa9fe ? .link : .public
        case 172: return v4 >> 20 == 0xac1 ? .private : .public
        case 192:
            if v4 >> 16 == 0xc0a8 { return .private }
            return v4 >> 8 == 0xc00002 ? .reserved : .public
        case 198: return v4 >> 8 == 0xc63364 ? .reserved : .public
        case 203: return v4 >> 8 == 0xcb0071 ? .reserved : .public
        case 224...239: return .multicast
        case 240...255: return v4 == .max ? .broadcast : .reserved
        default: return .public
        }
    }
}
