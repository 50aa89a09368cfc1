import FlowDetect
import FlowEnrich
import FlowFeatures
import FlowModel
import FlowSettings

/// Addresses to dense ids, pairs to ids, once a flow; what lists and maps say of hosts, once a host.
struct InterningStage {
    /// Share of the host table from which hosts are let go at a window's end, and down to which.
    private static let fullShare = 0.9
    private static let targetShare = 0.75
    /// Share of it that is kept for hosts that something was found about, the most likely of them.
    private static let subjectShare = 0.25

    var tables: FlowTables
    private let hostLimit: Double
    private let blocklists: BlocklistTable?
    let geo: GeoDatabase?
    private var duplicates = DuplicateCounter()
    private(set) var flowCount = 0
    private(set) var forgottenCount = 0
    /// Of the hosts let go, those that something was found about.
    private(set) var forgottenSubjectCount = 0

    init(_ plan: EnginePlan) {
        let limits = plan.settings.limits
        tables = FlowTables(hosts: limits.hosts, pairs: limits.pairs)
        hostLimit = Double(limits.hosts)
        blocklists = plan.blocklists
        geo = plan.geo
        if let blocklists { tables.listings = HostListings(feeds: blocklists.feeds) }
    }

    /// Records equal in every field to a recent one.
    var duplicateCount: Int { duplicates.count }

    /// Gives ids to the flows in a range.
    mutating func intern(_ flows: inout [Flow], _ range: Range<Int>) {
        flowCount += range.count
        for index in range { duplicates.add(flows[index]) }
        tables.intern(&flows, range)
        blocklists?.enrich(&flows, range, &tables.listings)
        geo?.locate(flows.span, range, &tables.places)
    }

    /// Makes room in the host table: the least recently seen hosts go, but not those that are most likely the source of an
    /// incident. Returns: the hosts that went; nil where there was room. `forget` them everywhere, then here.
    mutating func letGo(keeping busy: () -> HostSet, subjects: () -> [HostKey]) -> HostSet? {
        guard Double(tables.hosts.count) > hostLimit * Self.fullShare else { return nil }
        var kept = busy()
        let subjects = subjects().compactMap { tables.hosts.find($0) }
        for host in subjects.prefix(Int(hostLimit * Self.subjectShare)) { kept.insert(host) }
        let gone = tables.hosts.forgetLeastRecent(keeping: kept, target: Int(hostLimit * Self.targetShare))
        guard gone.count > 0 else { return nil }
        forgottenCount += gone.count
        forgottenSubjectCount += subjects.count { gone.contains($0) }
        return gone
    }

    /// Drops what is known of hosts that went.
    mutating func forget(_ gone: HostSet) { tables.forget(gone) }
}
