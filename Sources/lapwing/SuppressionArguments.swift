import ArgumentParser
import FlowIncidents

/// A suppression to be tried.
struct SuppressionArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Say what this suppression would hide, without hiding it: "host=10.0.0.5 detector=beaconing". Keys: host, \
            group, detector, peer, port, from, until, expires; docs/settings.md.
            """, valueName: "rule"))
    var previewSuppression: String?

    /// The rule; nil where none is to be tried.
    func rule() throws -> SuppressionRule? {
        guard let previewSuppression else { return nil }
        do throws(SuppressionError) {
            return try SuppressionRule(Suppression(text: previewSuppression))
        } catch {
            throw ValidationError(
                "--preview-suppression: " + (error.key.isEmpty ? "it" : "\"\(error.key)\"") + " \(error.text)")
        }
    }
}
