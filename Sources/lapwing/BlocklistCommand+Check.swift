import ArgumentParser
import FlowEnrich
import FlowFeeds
import FlowModel
import FlowReports
import FlowSettings

extension BlocklistCommand {
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
}
