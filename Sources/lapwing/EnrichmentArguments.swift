import ArgumentParser
import FlowEnrich
import FlowSettings

/// Files that say something of hosts outside.
struct EnrichmentArguments: ParsableArguments {
    @Option(name: .customLong("blocklist"), help: BlocklistArguments.help)
    var blocklists: [String] = []

    @Option(
        name: .customLong("geo"),
        help: ArgumentHelp(
            "A MaxMind file with countries or autonomous systems, besides those of the settings; may be repeated.",
            valueName: "file"))
    var geoFiles: [String] = []

    /// Adds them to those of the settings.
    func add(to settings: inout Settings) {
        settings.blocklists.files += blocklists
        settings.geo.files += geoFiles
    }
}
