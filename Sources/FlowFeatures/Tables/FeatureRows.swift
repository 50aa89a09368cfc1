public import FlowMath
public import FlowModel

/// Rows of features with what names them: keys that are no numbers stand beside the table, not in it.
public struct FeatureRows: Sendable {
    /// What the rows are about, in the order they are written.
    public var keys: [KeyColumn]
    /// The numbers, in the same order of rows.
    public var table: FeatureTable
}

/// A key of each row.
public struct KeyColumn: Sendable {
    /// Keys by row.
    public enum Values: Sendable {
        /// Moments; nil for a row that stands for several windows.
        case times([Timestamp?])
        /// Addresses.
        case addresses([IPAddress])
        /// The networks that addresses lie in, with the length of the prefix for either family.
        case networks([IPAddress], v4: Int, v6: Int)
        /// Ports.
        case ports([UInt16])
        /// Protocols.
        case transports([Transport])
        /// States of connections.
        case states([ConnectionState])
    }

    /// Its name, as in docs/features.md: `source`.
    public var name: String
    /// Its values.
    public var values: Values

    init(_ name: String, _ values: Values) {
        self.name = name
        self.values = values
    }

    /// The address and its supernets: three steps, /8, /16, /24 of IPv4 and /32, /48, /64 of IPv6.
    static func endpoint(_ name: String, _ addresses: [IPAddress]) -> [KeyColumn] {
        [
            KeyColumn(name, .addresses(addresses)),
            KeyColumn(name + "_cidr8", .networks(addresses, v4: 8, v6: 32)),
            KeyColumn(name + "_cidr16", .networks(addresses, v4: 16, v6: 48)),
            KeyColumn(name + "_cidr24", .networks(addresses, v4: 24, v6: 64)),
        ]
    }
}
