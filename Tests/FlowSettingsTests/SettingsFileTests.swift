import FlowDetect
import FlowEnrich
import FlowIncidents
import FlowModel
import FlowSettings
import Foundation
import Testing

private func error(_ yaml: String) -> String? {
    do throws(SettingsError) {
        _ = try Settings.load(yaml: yaml)
        return nil
    } catch {
        return error.description
    }
}

@Test func `settings are the defaults overlaid with what is written`() throws {
    #expect(try Settings.load(yaml: "").windowSeconds == Settings().windowSeconds)
    let settings = try Settings.load(yaml: "windowSeconds: 30\nlimits: {hosts: 7}\nhomeNetworks: [10.0.0.0/8]\n")
    #expect(settings.windowSeconds == 30)
    #expect(settings.limits.hosts == 7)
    #expect(settings.limits.pairs == Settings().limits.pairs)
    #expect(settings.homeNetworks == ["10.0.0.0/8"])
}

@Test func `suppressions are read as they are written, numbers and times too`() throws {
    let yaml = """
        suppressions:
        - {host: 10.0.0.5, port: 443, from: 22:00, until: 06:00, expires: 2027-01-01, reason: backup}
        - {group: Web Servers, detector: flood, reason: "load test"}
        """
    let settings = try Settings.load(yaml: yaml)
    #expect(settings.suppressions.map(\.port) == ["443", ""] && settings.suppressions[0].from == "22:00")
    #expect(settings.suppressions[0].expires == "2027-01-01" && settings.suppressions[1].group == "Web Servers")
    #expect(try Settings.load(yaml: settings.yaml()) == settings)
}

@Test func `settings printed are settings read`() throws {
    let text = try Settings().yaml()
    #expect(try Settings.load(yaml: text).yaml() == text)
}

@Test(arguments: [
    ("windowSecond: 5", ":1: unknown key \"windowSecond\"; the nearest is \"windowSeconds\""),
    ("limits:\n  host: 5", ":2: unknown key \"limits.host\"; the nearest is \"limits.hosts\""),
    ("limits: 5", ":1: \"limits\" takes keys of its own"), ("homeNetworks: 5", ":1: \"homeNetworks\" takes a list"),
    ("windowSeconds: [5]", ":1: \"windowSeconds\" takes one value"),
    ("windowSeconds: .nan", ":1: \"windowSeconds\" takes a number, not \".nan\""),
    ("windowSeconds: -1", ":1: \"windowSeconds\" takes 0.001 to 86400, not -1"),
    (
        "detectors:\n  policy:\n    rules: [{from: a, protocols: [x]}]",
        ":3: \"detectors.policy.rules\" rule 1: \"protocols\" names IP protocols such as tcp"
    ),
    (
        "detectors:\n  policy:\n    rules:\n    - from: a\n    - {from: b, ports: [22, 99999]}",
        ":5: \"detectors.policy.rules[2].ports[2]\" takes 0 to 65535"
    ),
    ("detectors: {policy: {rules: [5]}}", ":1: \"detectors.policy.rules[1]\" takes something else"),
    ("ensemble:\n\n  minimumProbability: 2", ":3: \"ensemble.minimumProbability\" takes 0 to 1, not 2"),
    (
        "detectors:\n  longConnection:\n    hours: -9",
        ":3: \"detectors.longConnection.hours\" takes 0.01 to 10000, not -9"
    ),
    (
        "detectors:\n  newPort: {memorySeconds: 1e30}",
        ":2: \"detectors.newPort.memorySeconds\" takes 600 to 315360000, not 1e+30"
    ),
    (
        "blocklists:\n  feeds:\n  - {name: a, url: \"https://a\"}\n  - {name: b, url: \"https://b\", confidence: 1.5}",
        ":4: \"blocklists.feeds[2].confidence\" takes 0 to 1, not 1.5"
    ),
    ("suppressions: 5", ":1: \"suppressions\" takes a list"),
    ("suppressions:\n- 5", ":2: \"suppressions[1]\" takes keys of its own"),
    (
        "suppressions:\n- host: 10.0.0.5\n  reason: x\n- hots: 10.0.0.5",
        ":4: unknown key \"suppressions[2].hots\"; the nearest is \"suppressions[2].host\""
    ),
    ("suppressions:\n- host: 10.0.0.5", ":2: \"suppressions[1].reason\" is required"),
    (
        "suppressions:\n- reason: x\n  port: 443\n  host: ten",
        ":4: \"suppressions[1].host\" takes an address or a network, not \"ten\""
    ),
    (
        "suppressions:\n- reason: x",
        ":2: \"suppressions[1]\" hides everything; give it a host, group, detector, peer, port or time"
    ),
])
func `what is wrong with settings is told with its line`(yaml: String, message: String) {
    #expect(error(yaml) == message)
}

@Test(arguments: ["{", "a: [", "\t", "- 5", "5", "\u{0}"])
func `what is no YAML mapping is an error, not a crash`(yaml: String) {
    #expect(error(yaml) != nil)
}

@Test func `rules of policy are read, and a key that is none is an error`() throws {
    let yaml = "detectors: {policy: {rules: [{from: Desktops, to: Printers, ports: [22], action: deny}, {to: x}]}}"
    let rules = try Settings.load(yaml: yaml).detectors.policy.rules
    #expect(rules.map(\.from) == ["Desktops", "any"] && rules.map(\.ports) == [[22], []])
    #expect(
        error("detectors: {policy: {rules: [{form: a}]}}")?.contains("unknown key \"form\"; a rule has from") == true)
}

@Test func `every number has a range, and docs/settings.md states it`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/settings.md")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    var settings = Settings()
    settings.blocklists.feeds = [FeedSettings()]
    let numbers = SettingsNumber.all(in: settings)
    #expect(numbers.count > 30)
    for number in numbers {
        #expect(number.range?.contains(number.value) == true, "\(number.key)")
        let key = number.key.replacing("[1]", with: "")
        let row = rows.first { $0.hasPrefix("| `\(key)` |") }
        #expect(row?.hasSuffix("| \(number.takes) |") == true, "\(key): \(number.takes)")
    }
}

@Test func `a value beyond either end of its range is refused, for every number`() throws {
    for number in SettingsNumber.all(in: Settings()) {
        let range = try #require(number.range)
        for wrong in [range.lowerBound - 1, range.upperBound + 1] {
            let parts = number.key.split(separator: ".")
            let yaml = parts.map { "{\($0): " }.joined() + "\(Int64(wrong))" + parts.map { _ in "}" }.joined()
            let told = ":1: \"\(number.key)\" takes \(number.takes), not "
            #expect(error(yaml)?.hasPrefix(told) == true, "\(yaml)")
        }
    }
}
