public import FlowEnrich
public import FlowFeeds
public import FlowModel
import FlowOutput

/// What `blocklist` prints: how an update went, how the copies of feeds are, which feeds an address is on.
public struct FeedReport {
    private let now: Timestamp

    /// A report. Parameter now: the time on the clock, for the age of copies.
    public init(now: Timestamp) { self.now = now }

    /// How the update of a feed went, and whether it failed.
    public func line(_ outcome: FeedUpdate.Outcome, of feed: FeedSettings) -> (text: String, isFailure: Bool) {
        switch outcome {
        case .updated(let list): return (BlocklistSummary.line(list) + "; new", false)
        case .unchanged(let state):
            return ("blocklist \(feed.name): \(Quantity.count(state.networks, "network")); unchanged", false)
        case .failed(let error, let kept):
            let copy = kept.map { "; the copy of \(age(of: $0)) ago stays" } ?? "; there is no copy"
            return ("blocklist \(feed.name): \(error.text)\(copy)", true)
        }
    }

    // MARK: Feeds

    /// A feed and its copy. Parameter state: nil where there is no copy.
    public func text(_ feed: FeedSettings, _ state: FeedState?) -> String {
        var text = "\(feed.name)  confidence \(Quantity.short(feed.confidence))  "
        if let state {
            text += "\(Quantity.count(state.networks, "network")), \(age(of: state)) old"
            if isStale(feed, state) { text += ", stale" }
            if let failure = state.failure { text += ", the latest update failed: \(failure)" }
        } else {
            text += "no copy"
        }
        return text + "  \(feed.url)\n"
    }

    /// The same as one line of JSON; names are a promise.
    public func json(_ feed: FeedSettings, _ state: FeedState?) -> [UInt8] {
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
            json.field("isStale", isStale(feed, state))
            if let failure = state.failure { json.field("failure", failure) }
        }
        json.newline()
        return json.bytes
    }

    // MARK: Addresses

    /// An address and the feeds it is on.
    public func text(_ address: IPAddress, on feeds: [Feed]) -> String {
        let entries = feeds.map { feed in
            "\(feed.name) (confidence \(Quantity.short(feed.confidence)), \(Self.age(feed.age(at: now))) old)"
        }
        return "\(address)  \(entries.isEmpty ? "on no list" : entries.joined(separator: ", "))\n"
    }

    /// The same as one line of JSON; names are a promise.
    public func json(_ address: IPAddress, on feeds: [Feed]) -> [UInt8] {
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

    private func age(of state: FeedState) -> String {
        Self.age(now.nanoseconds.subtractingClamped(Timestamp(seconds: state.updated).nanoseconds))
    }

    private static func age(_ nanoseconds: Int64) -> String { Quantity.microseconds(Double(nanoseconds) / 1000) }

    private func isStale(_ feed: FeedSettings, _ state: FeedState) -> Bool {
        Double(now.nanoseconds) - Double(state.updated) * 1e9 > feed.maximumAgeDays * 86_400e9
    }
}
