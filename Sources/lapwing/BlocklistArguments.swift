import ArgumentParser
import FlowEnrich
import FlowFeeds
import FlowModel
import FlowOutput
import FlowSettings

/// The blocklists of settings and options, read; what is to be said of them goes to standard error.
enum BlocklistArguments {
    static let help = ArgumentHelp(
        "A file of addresses and CIDRs to hold hosts against, besides those of the settings; may be repeated.",
        valueName: "file")

    /// The blocklists of `settings`; nil where there are none. A file that cannot be read is said and ends with 3.
    static func load(_ settings: Settings) throws -> LoadedBlocklists? {
        guard !settings.blocklists.feeds.isEmpty || !settings.blocklists.files.isEmpty else { return nil }
        do throws(FeedError) {
            let loaded = try LoadedBlocklists(settings.blocklists, home: settings.homeNetworks)
            for (feed, error) in loaded.missing { StandardError.print("blocklist \(feed.name): \(error.text)") }
            for (index, list) in loaded.lists.enumerated() {
                StandardError.print(line(list, exempt: loaded.table.exemptCounts[index]))
            }
            return loaded
        } catch {
            StandardError.print("lapwing: \(error.text)")
            throw ExitCode(3)
        }
    }

    /// What a list holds, and what of it was passed over.
    static func line(_ list: Blocklist, exempt: [Int] = []) -> String {
        var parts = [Quantity.count(list.networks.count, "network")]
        let reasons = ["private, multicast or reserved", "at home", "allowed"]
        for (count, reason) in zip(exempt, reasons) where count > 0 { parts.append("\(count) \(reason) ignored") }
        if list.rareCount > 0 { parts.append("\(list.rareCount) on too few lists ignored") }
        if list.tooWideCount > 0 { parts.append("\(list.tooWideCount) far too wide ignored") }
        if list.overflowCount > 0 { parts.append("\(list.overflowCount) above the limit of a feed ignored") }
        if list.badCount > 0 {
            let first = list.badLines.first.map { ", the first line \($0.number), \"\($0.excerpt)\"" } ?? ""
            parts.append("\(Quantity.count(list.badCount, "line")) without an address\(first)")
        }
        return "blocklist \(list.feed.name): " + parts.joined(separator: "; ")
    }
}
