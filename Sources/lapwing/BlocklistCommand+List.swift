import FlowEnrich
import ArgumentParser
import FlowFeeds
import FlowModel
import FlowReports
import FlowSettings

extension BlocklistCommand {
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
