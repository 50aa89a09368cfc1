import ArgumentParser
import FlowEnrich
import FlowFeeds
import FlowModel
import FlowOutput
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
                switch FeedUpdate(store, limits: limits, now: now).update(feed) {
                case .updated(let list): output.write(BlocklistArguments.line(list) + "; new\n")
                case .unchanged(let state):
                    output.write("blocklist \(feed.name): \(Quantity.count(state.networks, "network")); unchanged\n")
                case .failed(let error, let kept):
                    hasFailed = true
                    let copy =
                        kept.map { "; the copy of \(BlocklistCommand.age($0, at: now)) ago stays" }
                        ?? "; there is no copy"
                    StandardError.print("blocklist \(feed.name): \(error.text)\(copy)")
                }
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
                StandardError.print("lapwing: no blocklists: name some in the settings, or with --blocklist")
                throw ExitCode(2)
            }
            let listings = HostListings(feeds: loaded.table.feeds)
            var output = OutputStream()
            for address in addresses {
                let feeds = listings.feeds(in: loaded.table.set(of: address))
                output.write(json ? Self.json(address, feeds) : Array(Self.text(address, feeds).utf8))
            }
            output.flush()
        }

        private static func text(_ address: IPAddress, _ feeds: [Feed]) -> String {
            let now = Timestamp.now
            let entries = feeds.map { feed in
                "\(feed.name) (confidence \(Quantity.short(feed.confidence)), \(BlocklistCommand.age(feed.age(at: now))) old)"
            }
            return "\(address)  \(entries.isEmpty ? "on no list" : entries.joined(separator: ", "))\n"
        }

        private static func json(_ address: IPAddress, _ feeds: [Feed]) -> [UInt8] {
            let now = Timestamp.now
            var json = JSONText()
            json.object { json in
                json.field("address", address.description)
                json.key("feeds")
                json.array(feeds) { json, feed in
                    json.object { json in
                        json.field("name", feed.name)
                        json.field("confidence", feed.confidence)
                        json.field("updated", feed.updated.description)
                        json.field("ageSeconds", Int(feed.age(at: now) / 1_000_000_000))
                    }
                }
            }
            json.newline()
            return json.bytes
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
            var output = OutputStream()
            for feed in settings.blocklists.feeds {
                let state = store.state(of: feed)
                output.write(json ? Self.json(feed, state) : Array(Self.text(feed, state).printable.utf8))
            }
            output.flush()
        }

        private static func text(_ feed: FeedSettings, _ state: FeedState?) -> String {
            var text = "\(feed.name)  confidence \(Quantity.short(feed.confidence))  "
            if let state {
                let now = Timestamp.now
                text += "\(Quantity.count(state.networks, "network")), \(BlocklistCommand.age(state, at: now)) old"
                if BlocklistCommand.isStale(feed, state, at: now) { text += ", stale" }
                if let failure = state.failure { text += ", the latest update failed: \(failure)" }
            } else {
                text += "no copy"
            }
            return text + "  \(feed.url)\n"
        }

        private static func json(_ feed: FeedSettings, _ state: FeedState?) -> [UInt8] {
            let now = Timestamp.now
            var json = JSONText()
            json.object { json in
                json.field("name", feed.name)
                json.field("url", feed.url)
                json.field("confidence", feed.confidence)
                json.field("maximumAgeDays", feed.maximumAgeDays)
                guard let state else { return }
                json.field("networks", state.networks)
                json.field("updated", Timestamp(seconds: state.updated).description)
                json.field("ageSeconds", Int(now.nanoseconds / 1_000_000_000).subtractingClamped(Int(state.updated)))
                json.field("isStale", BlocklistCommand.isStale(feed, state, at: now))
                if let failure = state.failure { json.field("failure", failure) }
            }
            json.newline()
            return json.bytes
        }
    }

    static func age(_ state: FeedState, at now: Timestamp) -> String {
        age(now.nanoseconds.subtractingClamped(Timestamp(seconds: state.updated).nanoseconds))
    }

    static func age(_ nanoseconds: Int64) -> String { Quantity.microseconds(Double(nanoseconds) / 1000) }

    private static func isStale(_ feed: FeedSettings, _ state: FeedState, at now: Timestamp) -> Bool {
        Double(now.nanoseconds) - Double(state.updated) * 1e9 > feed.maximumAgeDays * 86_400e9
    }
}

extension Timestamp {
    /// The clock on the wall, to the second: for the age of copies, never for flows.
    static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
