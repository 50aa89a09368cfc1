public import FlowDetect
public import FlowEnrich
public import FlowFormats
public import FlowIncidents
public import FlowModel

/// Everything that can be set, with its defaults; a YAML file overlays it.
public struct Settings: Codable, Sendable, Equatable, RangedSettings {
    /// Networks that are ours, as CIDRs; empty means the private ranges, or the prefixes most flows share.
    public var homeNetworks: [String] = []
    /// Parts of the network whose private addresses others use too; without any all of it is one.
    public var sites: [SiteSettings] = []
    /// The bounds of the tables that grow with the traffic.
    public var limits = Limits()
    /// The columns of files of the generic format.
    public var csv = CSVMapping()
    /// Blocklists.
    public var blocklists = BlocklistSettings()
    /// Where hosts outside are.
    public var geo = GeoSettings()
    /// Windows of event time.
    public var windowSeconds = 10.0
    /// The detectors.
    public var detectors = DetectorSettings()
    /// Findings to incidents.
    public var ensemble = EnsembleSettings()
    /// Findings that are known and wanted.
    public var suppressions: [Suppression] = []
    public static let ranges: [String: ClosedRange<Double>] = ["windowSeconds": 0.001...86_400]
    /// The defaults.
    public init() {}

    /// The bounds of the tables that grow with the traffic.
    public struct Limits: Codable, Sendable, Equatable, RangedSettings {
        /// Most hosts kept at a time.
        public var hosts = 1_000_000
        /// Most (source, destination) pairs kept at a time.
        public var pairs = 4_000_000
        public static let ranges: [String: ClosedRange<Double>] = ["hosts": 1...100_000_000, "pairs": 1...100_000_000]
        /// The defaults.
        public init() {}
    }
}
