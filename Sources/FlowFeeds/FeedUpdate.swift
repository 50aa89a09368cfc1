public import FlowEnrich
public import FlowModel
import Foundation

/// Brings the copies of feeds up to date, one at a time.
public struct FeedUpdate: Sendable {
    /// What became of a feed.
    public enum Outcome: Sendable {
        /// There is a new copy.
        case updated(Blocklist)
        /// The copy is current.
        case unchanged(FeedState)
        /// The feed could not be had; the last good copy stays, where there is one.
        case failed(FeedError, kept: FeedState?)
    }

    private let store: FeedStore
    private let limits: DownloadLimits
    private let now: Timestamp

    /// An update of the copies in `store`. Parameter now: the moment of it.
    public init(_ store: FeedStore, limits: DownloadLimits = DownloadLimits(), now: Timestamp) {
        self.store = store
        self.limits = limits
        self.now = now
    }

    /// Asks for `feed` unless its copy is current. What went wrong is remembered beside the copy.
    public func update(_ feed: FeedSettings) -> Outcome {
        var kept = store.state(of: feed)
        do throws(FeedError) {
            switch try ask(feed, unlike: kept) {
            case .unchanged:
                guard var state = kept else { throw FeedError("the server says \"unchanged\" of what was never had") }
                state.updated = seconds
                state.failure = nil
                try store.save(state, of: feed)
                return .unchanged(state)
            case .body(let body, let etag, let lastModified):
                let list = try store.replace(feed, with: body, updated: now) { list in
                    FeedState(
                        url: feed.url, etag: etag, lastModified: lastModified, updated: seconds,
                        networks: list.networks.count)
                }
                return .updated(list)
            }
        } catch {
            if kept != nil {
                kept?.failure = error.text
                // What cannot be noted down is still told.
                if let kept { try? store.save(kept, of: feed) }
            }
            return .failed(error, kept: kept)
        }
    }

    private var seconds: Int64 { now.nanoseconds / 1_000_000_000 }

    private func ask(_ feed: FeedSettings, unlike state: FeedState?) throws(FeedError) -> Download.Answer {
        guard let url = URL(string: feed.url) else { throw FeedError("no URL: \(feed.url)") }
        return url.isFileURL
            ? try read(url.path, unlike: state) : try Download.get(url, unlike: state, limits: limits)
    }

    /// A file's time of change stands for the server's date.
    private func read(_ path: String, unlike state: FeedState?) throws(FeedError) -> Download.Answer {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let changed = (attributes[.modificationDate] as? Date).map { "\($0.timeIntervalSince1970)" }
            if let changed, changed == state?.lastModified { return .unchanged }
            guard attributes[.type] as? FileAttributeType == .typeRegular else { throw FeedError("\(path): no file") }
            guard attributes[.size] as? Int ?? 0 <= limits.bytes else {
                throw FeedError("more than \(limits.bytes) bytes")
            }
            return .body(try Data(contentsOf: URL(fileURLWithPath: path)), etag: nil, lastModified: changed)
        } catch let error as FeedError {
            throw error
        } catch {
            throw FeedError("\(path): \(error.localizedDescription)")
        }
    }
}
