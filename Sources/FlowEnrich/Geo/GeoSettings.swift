/// Settings of where hosts outside are.
public struct GeoSettings: Codable, Sendable, Equatable {
    /// MaxMind files with the country or the autonomous system of addresses; of several that say the same, the first
    /// counts.
    public var files: [String] = []
    /// The defaults: no files.
    public init() {}
}
