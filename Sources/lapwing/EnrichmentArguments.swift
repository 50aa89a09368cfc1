import ArgumentParser
import FlowEnrich
import FlowModel
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

    /// Opens the MaxMind files of settings and says on standard error what they are; nil where there are none.
    static func openGeo(_ settings: GeoSettings) throws(GeoError) -> GeoDatabase? {
        if settings.files.isEmpty { return nil }
        let geo = try GeoDatabase.open(settings.files)
        for (file, content) in zip(settings.files, geo.contents) {
            StandardError.print("geo \(file): \(content.kind) of \(content.built.description.prefix(10))")
        }
        return geo
    }

    /// Adds them to those of the settings.
    func add(to settings: inout Settings) {
        settings.blocklists.files += blocklists
        settings.geo.files += geoFiles
    }
}
