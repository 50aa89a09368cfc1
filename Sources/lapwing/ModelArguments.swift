import ArgumentParser
import FlowDetect
import FlowFeatures
import FlowLearning
import FlowSettings

/// Models to judge by.
struct ModelArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A model of good traffic, made by lapwing train, that these flows are judged by; may be given again.",
            valueName: "file"))
    var model: [String] = []

    /// The models of the options and of the settings. Throws: exit 3, with what is wrong with one.
    func load(_ settings: Settings) throws -> [TrainedModel] {
        guard settings.detectors.modelOutlier.isEnabled else { return [] }
        return try (settings.detectors.modelOutlier.models + model).map { path in
            do throws(ModelFileError) {
                return try ModelFile.load(path)
            } catch {
                throw Failure.file(path, error.text)
            }
        }
    }

    /// Writes a model. Throws: exit 3, with what is wrong.
    static func save(_ model: TrainedModel, to path: String) throws {
        do throws(ModelFileError) {
            try ModelFile.save(model, to: path)
        } catch {
            throw Failure.file(path, error.text)
        }
    }
}
