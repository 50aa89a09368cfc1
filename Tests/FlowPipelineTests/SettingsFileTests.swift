import FlowDetect
import FlowPipeline
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
    ("windowSeconds: -1", ":1: \"windowSeconds\" takes 0.001 to 86400"),
    (
        "detectors:\n  policy:\n    rules: [{from: a, protocols: [x]}]",
        ":3: \"detectors.policy.rules\" rule 1: \"protocols\" names IP protocols such as tcp"
    ),
    ("ensemble:\n\n  minimumProbability: 2", ":3: \"ensemble.minimumProbability\" takes 0 to 1"),
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
