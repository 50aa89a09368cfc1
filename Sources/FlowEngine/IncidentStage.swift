import FlowEnrich
import FlowIncidents
import FlowModel
import FlowSettings

/// Findings to incidents: what suppressions hide is left out, the rest is weighed.
struct IncidentStage {
    private(set) var ensemble: Ensemble
    private var suppressions: Suppressions
    /// What would be, were one rule more in the settings.
    private var preview: (rule: Suppressions, ensemble: Ensemble)?

    init(_ plan: EnginePlan) {
        let settings = plan.settings
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

    /// What a suppression tried without hiding anything would have hidden, how much it would have, had it not expired,
    /// and the incidents there would be with it.
    var previewed: (hidden: [DetectorName: Int], expired: Int, incidents: [Incident])? {
        preview.map { ($0.rule.hidden, $0.rule.expiredCount, $0.ensemble.incidents().listed) }
    }

    /// The rules that hid something or, by `now`, have expired.
    func suppressionReport(now: Timestamp?) -> [SuppressionCount] { suppressions.report(now: now) }
}
