public import FlowEnrich
public import FlowFeeds
import FlowModel
import FlowOutput

/// What is reported about blocklists that were read: how many networks each has, and what of it is left out.
public enum BlocklistSummary {
    /// One line for each feed that could not be read, then one for each list.
    public static func lines(_ loaded: LoadedBlocklists) -> [String] {
        loaded.missing.map { feed, error in "blocklist \(feed.name): \(error.text)" }
            + zip(loaded.lists, loaded.table.exemptCounts).map { line($0, exempt: $1) }
    }

    /// One list. Parameter exempt: how many of its networks are private or reserved, at home, and allowed.
    public static func line(_ list: Blocklist, exempt: [Int] = []) -> String {
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
