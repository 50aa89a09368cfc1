import ArgumentParser
import FlowEnrich
import FlowModel

/// The MaxMind files of settings and options; what they are goes to standard error.
enum GeoFiles {
    /// Opens them; nil where there are none. A file that cannot be used is said and ends with 3.
    static func open(_ settings: GeoSettings) throws -> GeoDatabase? {
        if settings.files.isEmpty { return nil }
        do throws(GeoError) {
            let geo = try GeoDatabase.open(settings.files)
            for (file, content) in zip(settings.files, geo.contents) {
                StandardError.print("geo \(file): \(content.kind) of \(content.built.description.prefix(10))")
            }
            return geo
        } catch {
            StandardError.print("lapwing: \(error.text)")
            throw ExitCode(3)
        }
    }
}
