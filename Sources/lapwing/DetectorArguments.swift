import ArgumentParser
import FlowDetect
import FlowIncidents
import FlowModel
import FlowSettings

/// Which detectors run and how, laid over the settings.
struct DetectorArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run only these detectors, with commas: \(DetectorName.listed).", valueName: "names"))
    var only: String?

    @Option(help: ArgumentHelp("Leave these detectors out, by name, with commas.", valueName: "names"))
    var without: String?

    @Option(help: ArgumentHelp("Length of a window of event time (default: 10 s).", valueName: "seconds"))
    var window: Double?

    @Option(help: ArgumentHelp("Incidents printed at most, for each day of input (default: 10).", valueName: "count"))
    var budget: Int?

    @Option(help: "Which of Tukey's fences pair-outlier holds pairs against: inner (1.5) or outer (3, the default).")
    var fence: String?

    @Option(
        help: ArgumentHelp(
            "What pair-outlier compares, with commas: connections, destinationPorts, bytesSent, bytesReceived.",
            valueName: "names"))
    var features: String?

    @Option(help: ArgumentHelp("Networks that are home, as CIDRs with commas.", valueName: "networks"))
    var home: String?

    func validate() throws {
        try ArgumentValues.checkWindow(window)
        if let budget, budget < 0 { throw ValidationError("--budget takes a count, 0 or more.") }
    }

    /// Lays the options over settings.
    func apply(to settings: inout Settings) throws {
        if let window { settings.windowSeconds = window }
        if let budget { settings.ensemble.budgetPerDay = budget }
        if let fence {
            let named: [PairOutlierSettings.Fence] = try ArgumentValues.list(fence, option: "--fence")
            settings.detectors.pairOutlier.fence = named.first ?? .outer
        }
        if let features {
            settings.detectors.pairOutlier.features = try ArgumentValues.list(features, option: "--features")
        }
        if let home { settings.homeNetworks = home.split(separator: ",").map(String.init) }
        if let only {
            let names: [DetectorName] = try ArgumentValues.list(only, option: "--only")
            for name in DetectorName.allCases { settings.detectors.enable(name, names.contains(name)) }
        }
        if let without {
            let names: [DetectorName] = try ArgumentValues.list(without, option: "--without")
            for name in names { settings.detectors.enable(name, false) }
        }
    }
}
