public import FlowModel

/// Settings of blocklists: which there are, and whom none of them may name.
public struct BlocklistSettings: Codable, Sendable, Equatable {
    /// Where copies of feeds are kept; empty means `lapwing/blocklists` in the user's cache.
    public var folder = ""
    /// Feeds that `lapwing blocklist update` fetches and detection uses the copies of.
    public var feeds: [FeedSettings] = []
    /// Files that detection reads where they stand, with the confidence and age of `FeedSettings`' defaults.
    public var files: [String] = []
    /// Addresses and CIDRs that are on no list, whatever the lists say.
    public var allow: [String] = []
    /// The defaults: no blocklists.
    public init() {}

    /// What is wrong with the values; nil when nothing is.
    public var problem: (key: String, text: String)? {
        if let wrong = allow.first(where: { Network($0) == nil }) {
            return ("allow", "\"\(wrong)\" is no address or network such as 198.51.100.0/24")
        }
        var names: Set<String> = []
        for feed in feeds {
            if let text = feed.problem { return ("feeds", text) }
            if !names.insert(feed.name).inserted { return ("feeds", "two feeds are named \"\(feed.name)\"") }
        }
        return nil
    }
}

/// Settings of one feed.
public struct FeedSettings: Codable, Sendable, Equatable, RangedSettings {
    /// What it is called: letters, digits, `.`, `_` and `-`; its copy is named so.
    public var name = ""
    /// Where it is: http, https or file.
    public var url = ""
    /// The chance that who is on it is hostile, 0 to 1.
    public var confidence = 0.5
    /// Days after which what it says begins to fade.
    public var maximumAgeDays = 7.0
    /// Leaves out addresses that the feed has from fewer lists, where it says from how many (ipsum).
    public var minimumCount = 0
    public static let ranges: [String: ClosedRange<Double>] = [
        "confidence": 0...1, "maximumAgeDays": 0.001...36_500, "minimumCount": 0...1_000_000,
    ]
    /// The defaults.
    public init() {}

    /// What is wrong with the values; nil when nothing is.
    var problem: String? {
        let isNamed =
            !name.isEmpty && name.utf8.count <= 64 && !name.hasPrefix(".") && name.utf8.allSatisfy(Self.isPlain)
        guard isNamed else {
            return "a feed's name has 1 to 64 letters, digits, \".\", \"_\" or \"-\", not \"\(name)\""
        }
        guard ["http://", "https://", "file:///"].contains(where: url.hasPrefix) else {
            return "\"\(name)\": the url begins with http://, https:// or file:///, not \"\(url)\""
        }
        return nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
