import ArgumentParser
import FlowEnrich
import FlowFeeds
import FlowReports
import FlowSettings

/// The blocklists of settings and options.
enum BlocklistArguments {
    static let help = ArgumentHelp(
        "A file of addresses and CIDRs to hold hosts against, besides those of the settings; may be repeated.",
        valueName: "file")

    /// Reads the blocklists of `settings` and says on standard error what they hold; nil where there are none.
    static func load(_ settings: Settings) throws -> LoadedBlocklists? {
        guard !settings.blocklists.feeds.isEmpty || !settings.blocklists.files.isEmpty else { return nil }
        let loaded = try LoadedBlocklists(settings.blocklists, home: settings.homeNetworks)
        StandardError.print(BlocklistSummary.lines(loaded))
        return loaded
    }
}
