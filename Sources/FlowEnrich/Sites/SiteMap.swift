public import FlowModel
import Glibc

/// Settings of a site: a part of the network with private addresses of its own, which others may use too.
public struct SiteSettings: Codable, Sendable, Equatable {
    /// What people call it.
    public var name = ""
    /// The exporters that stand there, as addresses or CIDRs.
    public var exporters: [String] = []
    /// The files that come from there, as paths in which * and ? stand for anything.
    public var files: [String] = []
    /// A site without a name.
    public init() {}
}

/// Which site an origin's flows are of: the first that names its exporter or its file, else the main one.
public struct SiteMap: Sendable {
    private var sites: [(exporters: [Network], files: [String])]

    /// The sites of the settings; what is no network is passed over.
    public init(_ settings: [SiteSettings] = []) {
        sites = settings.map { ($0.exporters.compactMap { Network($0) }, $0.files) }
    }

    /// The site of an origin: 1 and up, in the settings' order; 0 for the main one.
    public func site(of origin: FlowOrigin) -> SiteID {
        let place = sites.firstIndex { site in
            if let exporter = origin.exporter { return site.exporters.contains { $0.contains(exporter) } }
            return site.files.contains { fnmatch($0, origin.name, 0) == 0 }
        }
        return place.map { SiteID(rawValue: UInt16(truncatingIfNeeded: $0 + 1)) } ?? .main
    }

    /// What is wrong with settings, and where; nil when nothing is.
    public static func problem(in settings: [SiteSettings]) -> (key: String, text: String)? {
        guard settings.count < Int(UInt16.max) else { return ("sites", "takes at most 65534 sites") }
        for (index, site) in settings.enumerated() {
            let path = "sites[\(index + 1)]"
            if site.name.isEmpty { return (path + ".name", "is required") }
            if let exporter = site.exporters.first(where: { Network($0) == nil }) {
                return (path + ".exporters", "takes addresses and networks, not \"\(exporter)\"")
            }
        }
        return nil
    }
}
