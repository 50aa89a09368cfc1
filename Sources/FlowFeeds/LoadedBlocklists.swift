public import FlowEnrich
import FlowModel
import Foundation

/// The blocklists of the settings, read and laid over each other.
public struct LoadedBlocklists: Sendable {
    /// Which feeds an address is on.
    public let table: BlocklistTable
    /// What was read, in the order of `table.feeds`.
    public let lists: [Blocklist]
    /// Feeds whose copy could not be read, and why.
    public let missing: [(feed: FeedSettings, error: FeedError)]

    /// Reads the copies of the feeds, and the files. Parameter home: networks that are ours. Throws: `.text` for a file
    /// that cannot be read; a feed without a copy is only `missing`.
    public init(_ settings: BlocklistSettings, home: [String]) throws(FeedError) {
        let store = FeedStore(folder: settings.folder)
        var lists: [Blocklist] = []
        var missing: [(FeedSettings, FeedError)] = []
        for feed in settings.feeds {
            do throws(FeedError) { lists.append(try store.blocklist(of: feed)) } catch { missing.append((feed, error)) }
        }
        for file in settings.files {
            var feed = FeedSettings()
            feed.name = URL(fileURLWithPath: file).lastPathComponent
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            // A file may be dated beyond what a number of seconds holds.
            let seconds = Int64(min(9e18, max(-9e18, changed)))
            lists.append(try FeedStore.read(file, as: feed, updated: Timestamp(seconds: seconds)))
        }
        guard lists.count <= HostListings.feedLimit else {
            throw FeedError("more than \(HostListings.feedLimit) blocklists")
        }
        table = BlocklistTable(
            lists, home: home.compactMap { Network($0) }, allowed: settings.allow.compactMap { Network($0) })
        self.lists = lists
        self.missing = missing
    }
}
