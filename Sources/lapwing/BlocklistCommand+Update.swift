import FlowEnrich
import ArgumentParser
import FlowFeeds
import FlowModel
import FlowReports
import FlowSettings
import Foundation

extension BlocklistCommand {
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
}
