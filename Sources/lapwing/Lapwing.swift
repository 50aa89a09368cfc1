import ArgumentParser
import Foundation

@main
struct Lapwing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lapwing", abstract: "Finds anomalies in network flows and explains them.",
        discussion: "Exit codes: 0 done, 1 incidents found with --fail-on, 2 usage or settings, 3 input unreadable.",
        subcommands: [
            DetectCommand.self, EvaluateCommand.self, ExploreCommand.self, GroupsCommand.self, PlotCommand.self,
            ShowCommand.self, FeaturesCommand.self, ClusterCommand.self, TrainCommand.self,
            SimulateCommand.self, BlocklistCommand.self, SettingsCommand.self,
        ])

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Failure.of(error)?.end()
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            // argument-parser ends a usage error with 64; ours is 2.
            Failure(message: fullMessage(for: error), code: 2).end()
        }
    }
}
