import ArgumentParser
import FlowEnrich
import FlowEvaluation
import Foundation

/// What says which flows are malicious, besides their labels.
struct TruthArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Sources that are malicious, as CIDRs with commas.", valueName: "networks"))
    var malicious: String?

    @Option(
        help: ArgumentHelp(
            "What `simulate --truth` wrote of the same flows; else FILE.truth.json where it is beside a file.",
            valueName: "file"))
    var truth: String?

    /// The truth of a file. Throws: exit 3 where what says it cannot be read.
    func load(for file: String) throws -> GroundTruth {
        let networks = try (malicious ?? "").split(separator: ",").map { text in
            guard let network = Network(String(text)) else {
                throw ValidationError("--malicious: \"\(text)\" is no network such as 10.0.0.0/8.")
            }
            return network
        }
        let beside = file + ".truth.json"
        guard let path = truth ?? (FileManager.default.fileExists(atPath: beside) ? beside : nil) else {
            return try GroundTruth(malicious: networks)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure.file(path, "cannot be read")
        }
        do throws(GroundTruthError) {
            return try GroundTruth(malicious: networks, simulation: data)
        } catch {
            throw Failure.file(path, error.text)
        }
    }
}
