import ArgumentParser
import FlowDetect
import FlowEngine
import FlowEvaluation
import FlowFeeds
import FlowSettings

/// What an engine runs by, besides its input and its settings: models, and what is known of hosts outside.
struct PlanArguments: ParsableArguments {
    @OptionGroup var models: ModelArguments
    @OptionGroup var enrichment: EnrichmentArguments

    /// A plan: the files that the settings name, opened. Parameter apply: lays further options over the settings.
    func plan(for input: InputArguments, apply: (inout Settings) throws -> Void) throws -> EnginePlan {
        var settings = try input.loadSettings()
        enrichment.add(to: &settings)
        try apply(&settings)
        try SettingsArguments.check(settings)
        var plan = EnginePlan(settings: settings)
        plan.filter = try input.flowFilter()
        plan.threads = min(plan.threads, input.threads ?? plan.threads)
        plan.blocklists = try BlocklistArguments.load(settings)?.table
        plan.models = try models.load(settings)
        plan.geo = try EnrichmentArguments.openGeo(settings.geo)
        plan.calibration = try CalibrationFile.chosen(by: settings.ensemble)
        return plan
    }
}
