import ArgumentParser
import FlowEnrich
import FlowEvaluation
import FlowFeeds
import FlowFiles
import FlowLearning
import FlowMath
import FlowSettings
import FlowSimulation
import Foundation

/// What ends a run before its time: a message for standard error and an exit code.
struct Failure: Error {
    var message: String
    var code: Int32 = 3

    /// A file and what is wrong with it.
    static func file(_ path: String, _ problem: String) -> Failure { Failure(message: "lapwing: \(path): \(problem)") }

    /// What a verb threw, as a failure; nil for what argument-parser throws.
    static func of(_ error: any Error) -> Failure? {
        func failure(_ text: String, code: Int32 = 3) -> Failure { Failure(message: "lapwing: " + text, code: code) }
        return switch error {
        case let failure as Failure: failure
        case let error as InputError: failure(error.text)
        case let error as FeedError: failure(error.text)
        case let error as GeoError: failure(error.text)
        case let error as CalibrationError: failure(error.text)
        case let error as SettingsError: failure(error.text, code: 2)
        case let error as AttackError: failure("--attack: " + error.text, code: 2)
        case ModelError.badParameter(let name): failure(ModelError.badParameter(name).text, code: 2)
        case let error as ModelError: failure(error.text)
        default: nil
        }
    }

    /// Says why and ends the process.
    func end() -> Never {
        StandardError.print(message)
        exit(code)
    }
}
