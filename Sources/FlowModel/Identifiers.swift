/// Dense id of a host in a `HostTable`. 0 is "unlisted": the table was full; it is never a subject.
public struct HostID: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let unlisted = HostID(rawValue: 0)
    /// The id as an array index.
    public var index: Int { Int(rawValue) }
}

/// Dense id of a (source, destination) pair in a `PairTable`. 0 is "unlisted".
public struct PairID: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let unlisted = PairID(rawValue: 0)
    /// The id as an array index.
    public var index: Int { Int(rawValue) }
}

/// Dense id of a text in a `NameTable`. 0 is "none": no name was given, or the table was full.
public struct NameID: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let none = NameID(rawValue: 0)
    /// The id as an array index.
    public var index: Int { Int(rawValue) }
}

/// Dense id of a list of host groups in a `GroupTable`. 0 is the empty list.
public struct GroupSetID: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let none = GroupSetID(rawValue: 0)
    /// The id as an array index.
    public var index: Int { Int(rawValue) }
}

/// Dense id of an origin among those of a run, in the order in which they were registered.
public struct OriginID: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The run's first origin, often its only one.
    public static let first = OriginID(rawValue: 0)
    /// The id as an array index.
    public var index: Int { Int(rawValue) }
}

/// Dense id of a site: a part of the network with private addresses of its own. 0 is the one there is by default.
public struct SiteID: Hashable, Sendable, BitwiseCopyable, Codable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The site of everything that the settings give no other.
    public static let main = SiteID(rawValue: 0)
    /// The id as an array index.
    public var index: Int { Int(rawValue) }
}
