import ArgumentParser

@main
struct Lapwing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lapwing", abstract: "Finds anomalies in network flows and explains them.", subcommands: [])
}
