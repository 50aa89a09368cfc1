public import FlowEnrich
import FlowFiles
import FlowModel
import Foundation

/// What is known of a feed's copy.
public struct FeedState: Codable, Sendable, Equatable {
    /// Where the copy came from.
    public var url: String
    /// The server's mark of this version; nil without one.
    public var etag: String?
    /// The server's date of this version, as it wrote it; nil without one.
    public var lastModified: String?
    /// Seconds since 1970 when the copy was last known to be current.
    public var updated: Int64
    /// Networks in it.
    public var networks: Int
    /// Why the latest update failed; nil where it did not.
    public var failure: String?
}

/// The folder of copies: for each feed its bytes as they came, and a file of what is known of them.
public struct FeedStore: Sendable {
    /// Most bytes of a feed, as it comes and unpacked.
    public static let sizeLimit = 64 << 20

    /// Its path.
    public let folder: String

    /// The store in `folder`; where that is empty, in the user's cache (`XDG_CACHE_HOME`, `~/.cache`).
    public init(folder: String) {
        if !folder.isEmpty {
            self.folder = folder
            return
        }
        let environment = ProcessInfo.processInfo.environment
        // A relative path is to be passed over (XDG Base Directory Specification).
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        self.folder = (cache ?? NSHomeDirectory() + "/.cache") + "/lapwing/blocklists"
    }

    /// What is known of the copy of a feed; nil where there is none, or one from another place.
    public func state(of feed: FeedSettings) -> FeedState? {
        guard let data = FileManager.default.contents(atPath: statePath(feed)),
            let state = try? JSONDecoder().decode(FeedState.self, from: data), state.url == feed.url,
            FileManager.default.fileExists(atPath: path(feed))
        else { return nil }
        return state
    }

    /// The copy of a feed, read. Throws: the reason, where there is none or it cannot be read.
    public func blocklist(of feed: FeedSettings) throws(FeedError) -> Blocklist {
        guard let state = state(of: feed) else {
            throw FeedError("no copy yet; `lapwing blocklist update` fetches it")
        }
        return try Self.read(path(feed), as: feed, updated: Timestamp(seconds: state.updated))
    }

    /// Takes `body` for the feed's new copy once it turns out to be a blocklist. Returns: it, read. Throws: the reason;
    /// the old copy is then as it was.
    func replace(
        _ feed: FeedSettings, with body: Data, updated: Timestamp, state: (Blocklist) -> FeedState
    ) throws(FeedError) -> Blocklist {
        let temporary = folder + "/.\(feed.name).\(getpid())"
        defer { unlink(temporary) }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try body.write(to: URL(fileURLWithPath: temporary))
        } catch {
            throw FeedError("\(folder): \(error.localizedDescription)")
        }
        let list = try Self.read(temporary, as: feed, updated: updated)
        guard !list.networks.isEmpty else { throw FeedError("there is no address in it") }
        guard list.badCount <= list.networks.count else {
            throw FeedError("\(list.badCount) of its lines have no address: this is no blocklist")
        }
        // The bytes first: with an old state beside them they are only fetched once more.
        guard rename(temporary, path(feed)) == 0 else {
            throw FeedError("\(path(feed)): \(String(cString: strerror(errno)))")
        }
        try save(state(list), of: feed)
        return list
    }

    /// Writes what is known of a copy.
    func save(_ state: FeedState, of feed: FeedSettings) throws(FeedError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            try encoder.encode(state).write(to: URL(fileURLWithPath: statePath(feed)), options: .atomic)
        } catch {
            throw FeedError("\(statePath(feed)): \(error.localizedDescription)")
        }
    }

    /// Reads a file as a feed.
    static func read(_ path: String, as feed: FeedSettings, updated: Timestamp) throws(FeedError) -> Blocklist {
        let bytes: [UInt8]
        do throws(InputError) {
            bytes = try FileBytes.read(path, limit: sizeLimit)
        } catch {
            throw FeedError(error.text)
        }
        let known = Feed(
            name: feed.name, confidence: feed.confidence, updated: updated,
            maximumAge: Int64(feed.maximumAgeDays * 86_400e9))
        return Blocklist(feed: known, text: bytes.span, minimumCount: feed.minimumCount)
    }

    private func path(_ feed: FeedSettings) -> String { folder + "/" + feed.name + ".list" }
    private func statePath(_ feed: FeedSettings) -> String { folder + "/" + feed.name + ".json" }
}

/// Why a feed could not be had.
public struct FeedError: Error, Equatable, Sendable {
    /// The reason.
    public var text: String
    init(_ text: String) { self.text = text }
}
