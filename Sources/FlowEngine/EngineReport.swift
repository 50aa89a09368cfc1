public import FlowIncidents
public import FlowModel

/// What an engine has processed and what it had to leave out.
public struct EngineReport: Sendable {
    /// Flows processed.
    public var flows: Int
    /// Windows closed.
    public var windows: Int
    /// Flows that came after their window had closed: seen by detectors, but in no window.
    public var late: Int
    /// Flows dated more than an hour ahead that no others agreed with: likewise.
    public var ahead: Int
    /// Records equal in every field to a recent one; they are counted, not dropped.
    public var duplicates: Int
    /// Hosts in the table.
    public var hosts: Int
    /// Addresses turned away because the table was full.
    public var unlistedHosts: Int
    /// Hosts let go to make room.
    public var forgottenHosts: Int
    /// Of these, hosts that something was found about: what detectors knew of them is lost, the findings are not.
    public var forgottenSubjects: Int
    /// Pairs turned away because the table was full.
    public var unlistedPairs: Int
    /// Flows that a window had no room for.
    public var windowOverflow: Int
    /// Findings by detector.
    public var findings: [DetectorName: Int]
    /// Findings about hosts that the ensemble had no room for.
    public var findingOverflow: Int
    /// How often a detector had no room for something to follow.
    public var detectorOverflow: [DetectorName: Int]
    /// The suppressions that hid something or have expired.
    public var suppressions: [SuppressionCount]
    /// Look-ups that met damage in a geo file.
    public var damagedPlaces: Int
    /// The kinds of geo files that knew nothing of any address.
    public var silentGeoFiles: [String]
    /// The start of the first flow, and the latest start.
    public var firstStart: Timestamp?
    /// The latest start of a flow.
    public var lastStart: Timestamp?

    /// Days the flows cover, 0 or more.
    public var days: Double {
        guard let firstStart, let lastStart else { return 0 }
        return max(0, (Double(lastStart.nanoseconds) - Double(firstStart.nanoseconds)) / 86_400e9)
    }
}
