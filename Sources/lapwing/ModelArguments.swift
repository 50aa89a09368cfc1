import ArgumentParser
import FlowDetect
import FlowFeatures
import FlowPipeline
import FlowSettings

/// Models to judge by.
struct ModelArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A model of good traffic, made by lapwing train, that these flows are judged by; may be given again.",
            valueName: "file"))
    var model: [String] = []

    /// The models of the options and of the settings; says what is wrong with one and ends with 3.
    func load(_ settings: Settings) throws -> [TrainedModel] {
        guard settings.detectors.modelOutlier.isEnabled else { return [] }
        return try (settings.detectors.modelOutlier.models + model).map { path in
            do throws(ModelFileError) {
                return try ModelFile.load(path)
            } catch {
                throw Self.exit(path, error)
            }
        }
    }

    /// Keeps a model; says what is wrong and ends with 3.
    static func save(_ model: TrainedModel, to path: String) throws {
        do throws(ModelFileError) { try ModelFile.save(model, to: path) } catch { throw exit(path, error) }
    }

    private static func exit(_ path: String, _ error: ModelFileError) -> ExitCode {
        StandardError.print("lapwing: \(path): \(error.text)")
        return ExitCode(3)
    }
}
