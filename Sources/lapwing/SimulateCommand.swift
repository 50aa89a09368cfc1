import ArgumentParser
import FlowFormats
import FlowModel
import FlowReports
import FlowSimulation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Makes the traffic of a small organization, with attacks and the truth beside it.",
        discussion: "Attacks: \(AttackCatalog.summary)")

    @Option(help: "Decides everything: the same seed gives the same flows.") var seed: UInt64 = 1
    @Option(help: "How long: 90s, 10m, 2h, 1d.") var duration = "2h"
    @Option(help: "Mean flows a second over the whole time, attacks aside.") var rate = 30.0
    @Option(help: "Stop after this many flows.") var flows: Int?
    @Option(help: "When it begins: 2026-01-05T09:00:00Z, 2026-01-05, or seconds since 1970.")
    var start = "2026-01-05T09:00:00Z"
    @Option(help: "How many desktops.") var hosts = 60
    @Option(help: "An attack, such as port-scan:targets=15,rate=5; may be given again.") var attack: [String] = []
    @Option(help: "The format: \(SimulateCommand.formats.joined(separator: ", ")).") var format = "plain-csv"
    @Option(help: ArgumentHelp("Where the flows go; standard output by default.", valueName: "file")) var output:
        String?
    @Option(help: ArgumentHelp("Where the truth goes, as JSON.", valueName: "file")) var truth: String?

    private static var formats: [String] { FormatCatalog.writers.map { $0.format.name } }

    func validate() throws {
        guard let seconds = SimulationTime.seconds(duration), seconds > 0 else {
            throw ValidationError("--duration takes a time such as 90s, 10m, 2h or 1d.")
        }
        guard rate > 0, rate <= 1e6 else { throw ValidationError("--rate takes a number above 0, up to 1000000.") }
        guard Timestamp(text: start) != nil else {
            throw ValidationError("--start takes a time such as 2026-01-05T09:00:00Z, not \"\(start)\".")
        }
        if let flows, flows < 1 { throw ValidationError("--flows takes a number from 1 up.") }
        guard (4...50_000).contains(hosts) else { throw ValidationError("--hosts takes a number from 4 to 50000.") }
        guard FormatCatalog.writer(named: format) != nil else {
            let known = Self.formats.joined(separator: ", ")
            throw ValidationError("--format: no \"\(format)\" to write; there are \(known).")
        }
    }

    func run() throws {
        var configuration = Simulator.Configuration()
        configuration.seed = seed
        configuration.seconds = SimulationTime.seconds(duration) ?? 7200
        configuration.rate = rate
        configuration.hosts = hosts
        configuration.start = Timestamp(text: start) ?? configuration.start
        var simulator = try Simulator(configuration, attacks: attack)
        guard let writer = FormatCatalog.writer(named: format)?.init() else { return }
        var stream = try OutputStream(path: output)
        var simulation = SimulationWriter(writer)
        let written = simulation.write(&simulator, limit: flows ?? .max) { stream.write($0) }
        stream.flush()
        guard let truth else { return }
        try OutputFile.write(SimulationTruth.json(simulator.truth, seed: seed, flows: written), to: truth)
    }
}
