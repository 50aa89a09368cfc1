import FlowEnrich
import FlowIncidents
import FlowModel
import FlowSettings

/// Findings to incidents: what suppressions hide is left out, the rest is weighed.
struct IncidentStage {
    private(set) var ensemble: Ensemble
    private var suppressions: Suppressions
    /// The names of sites, by `SiteID`; empty for the main one.
    private let siteNames: [String]
    /// What would be, were one rule more in the settings.
    private var preview: (rule: Suppressions, ensemble: Ensemble)?

    init(_ plan: EnginePlan) {
        let settings = plan.settings
        siteNames = [""] + settings.sites.map(\.name)
        ensemble = Ensemble(settings.ensemble, calibration: plan.calibration)
        suppressions = Suppressions(settings.suppressions.compactMap { try? SuppressionRule($0) })
        preview = plan.preview.map {
            (Suppressions([$0]), Ensemble(settings.ensemble, calibration: plan.calibration))
        }
    }

    /// Weighs a finding, and says it where somebody wants to hear it.
    mutating func take(_ finding: Finding, into output: inout EngineOutput) {
        guard !suppressions.hides(finding) else { return }
        let standing = ensemble.add(finding)
        if output.wantsFindings { output.findings.append((finding, standing)) }
        if preview?.rule.hides(finding) == false { preview?.ensemble.add(finding) }
    }

    /// The incidents so far, worst first, with the names of their sites, and how many hosts stay below the least probability.
    var ranked: (listed: [Incident], weakerCount: Int) {
        var ranked = ensemble.incidents()
        for index in ranked.listed.indices {
            let site = ranked.listed[index].host.site.index
            if site < siteNames.count { ranked.listed[index].site = siteNames[site] }
        }
        return ranked
    }

    /// What a suppression tried without hiding anything would have hidden, how much it would have, had it not expired,
    /// and the incidents there would be with it.
    var previewed: (hidden: [DetectorName: Int], expired: Int, incidents: [Incident])? {
        preview.map { ($0.rule.hidden, $0.rule.expiredCount, $0.ensemble.incidents().listed) }
    }

    /// The rules that hid something or, by `now`, have expired.
    func suppressionReport(now: Timestamp?) -> [SuppressionCount] { suppressions.report(now: now) }
}
