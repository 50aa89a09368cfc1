import ArgumentParser
import FlowEnrich
import FlowFeeds
import FlowModel
import FlowReports
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

    struct Update: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Fetches the feeds of the settings that have changed; a feed that fails keeps its last good copy.",
            discussion: "Exit codes: 0 all feeds are current, 2 usage or settings, 3 a feed could not be had.")

        @OptionGroup var options: Options

        @Option(help: ArgumentHelp("Seconds without a byte after which a server is given up.", valueName: "seconds"))
        var timeout = 30.0

        func validate() throws {
            guard (0.1...3600).contains(timeout) else { throw ValidationError("--timeout takes 0.1 to 3600.") }
        }

        func run() throws {
            let settings = try options.load()
            if settings.blocklists.feeds.isEmpty {
                StandardError.print("no feeds: name some under blocklists.feeds in a file for --settings")
            }
            let store = FeedStore(folder: settings.blocklists.folder)
            var limits = DownloadLimits()
            limits.silenceSeconds = timeout
            var hasFailed = false
            var output = OutputStream()
            for feed in settings.blocklists.feeds {
                let now = Timestamp.now
                let outcome = FeedUpdate(store, limits: limits, now: now).update(feed)
                let (text, isFailure) = FeedReport(now: now).line(outcome, of: feed)
                hasFailed = hasFailed || isFailure
                if isFailure { StandardError.print(text) } else { output.write(text + "\n") }
                output.flush()
            }
            if hasFailed { throw ExitCode(3) }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says which blocklists addresses are on.")

        @OptionGroup var options: Options

        @Option(name: .customLong("blocklist"), help: BlocklistArguments.help)
        var blocklists: [String] = []

        @Flag(help: "Print JSON Lines, an address a line.")
        var json = false

        @Argument(help: "Addresses, IPv4 or IPv6.")
        var addresses: [String]

        func run() throws {
            let addresses = try addresses.map { text in
                guard let address = IPAddress(text) else { throw ValidationError("\"\(text)\" is no address.") }
                return address
            }
            var settings = try options.load()
            settings.blocklists.files += blocklists
            guard let loaded = try BlocklistArguments.load(settings) else {
                let message = "lapwing: no blocklists: name some in the settings, or with --blocklist"
                throw Failure(message: message, code: 2)
            }
            let listings = HostListings(feeds: loaded.table.feeds)
            let report = FeedReport(now: .now)
            var output = OutputStream()
            for address in addresses {
                let feeds = listings.feeds(in: loaded.table.set(of: address))
                output.write(json ? report.json(address, on: feeds) : Array(report.text(address, on: feeds).utf8))
            }
            output.flush()
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the feeds of the settings and how their copies stand.")

        @OptionGroup var options: Options

        @Flag(help: "Print JSON Lines, a feed a line.")
        var json = false

        func run() throws {
            let settings = try options.load()
            let store = FeedStore(folder: settings.blocklists.folder)
            StandardError.print("copies are kept in \(store.folder)")
            let report = FeedReport(now: .now)
            var output = OutputStream()
            for feed in settings.blocklists.feeds {
                let state = store.state(of: feed)
                output.write(json ? report.json(feed, state) : Array(report.text(feed, state).printable.utf8))
            }
            output.flush()
        }
    }
}

extension Timestamp {
    /// The clock on the wall, to the second: for the age of copies, never for flows.
    fileprivate static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
