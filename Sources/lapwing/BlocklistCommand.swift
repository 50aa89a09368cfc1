import FlowEnrich
import ArgumentParser
import FlowModel
import FlowSettings
import Foundation

struct BlocklistCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blocklist", abstract: "Fetches blocklists, looks addresses up in them, lists them.",
        discussion: """
            Feeds are named in the settings (blocklists.feeds); none is fetched but by "update". docs/blocklists.md \
            names good ones.
            """,
        subcommands: [Update.self, Check.self, List.self])

    /// What the three have in common.
    struct Options: ParsableArguments {
        @Option(help: ArgumentHelp("Settings in YAML, which name the feeds.", valueName: "file"))
        var settings: String?

        @Option(
            help: ArgumentHelp(
                "Where copies are kept, instead of blocklists.folder and the user's cache.", valueName: "folder"))
        var folder: String?

        func load() throws -> Settings {
            var settings = try SettingsArguments.load(self.settings)
            if let folder { settings.blocklists.folder = folder }
            return settings
        }
    }
}

extension Timestamp {
    /// The clock on the wall, to the second: for the age of copies, never for flows.
    static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
