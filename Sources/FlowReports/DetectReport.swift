public import FlowEngine
import FlowIncidents
import FlowModel
import FlowOutput

/// What is reported about a detection besides its incidents: home taken for granted, limits met, suppressions, findings.
public struct DetectReport {
    private let report: EngineReport
    private let inferredHome: String?

    /// A report. Parameter inferredHome: the network taken for home; nil where the settings name it.
    public init(_ report: EngineReport, inferredHome: String?) {
        self.report = report
        self.inferredHome = inferredHome
    }

    /// One line each, without what is zero.
    public var lines: [String] {
        var lines: [String] = []
        if let inferredHome {
            lines.append("home network taken to be \(inferredHome), which most flows share; set it with --home")
        }
        let counts: [(Int, String)] = [
            (report.late, "late flows (seen, but in no window)"),
            (report.ahead, "flows dated over an hour ahead of all others (seen, but in no window)"),
            (report.duplicates, "duplicate records (equal to a recent one; counted, not dropped)"),
            (report.forgottenHosts, "hosts let go to make room (limits.hosts)"),
            (report.forgottenSubjects, "of these with findings, which are kept"),
            (report.unlistedHosts, "addresses turned away by the full host table (limits.hosts)"),
            (report.unlistedPairs, "pairs turned away by the full pair table (limits.pairs)"),
            (report.windowOverflow, "flows left out of full windows"),
            (report.findingOverflow, "findings about more hosts than are tracked"),
            (report.damagedPlaces, "look-ups that met damage in a geo file; their countries are not known"),
        ]
        for (count, text) in counts where count > 0 { lines.append("\(count) \(text)") }
        for kind in report.silentGeoFiles {
            lines.append("geo file \(kind) knew no country or autonomous system of any host")
        }
        for name in DetectorName.allCases {
            guard let count = report.detectorOverflow[name] else { continue }
            lines.append("\(count) times \(name.rawValue) had no room for something to follow")
        }
        for count in report.suppressions {
            let name = "suppression \(count.number) (\(count.rule)): \(count.rule.settings.reason)"
            if count.hidden > 0 { lines.append("\(Quantity.count(count.hidden, "finding")) hidden by \(name)") }
            guard let expires = count.rule.expires,
                count.expired > 0 || report.lastStart.map({ $0 >= expires }) ?? false
            else { continue }
            lines.append(
                "expired on \(expires), and \(Quantity.count(count.expired, "finding")) no longer hidden: \(name)")
        }
        let found = DetectorName.allCases.compactMap { name in
            report.findings[name].map { "\(name.rawValue) \($0)" }
        }
        if !found.isEmpty {
            lines.append("findings in \(report.windows) windows: \(found.joined(separator: ", "))")
        }
        return lines
    }
}
