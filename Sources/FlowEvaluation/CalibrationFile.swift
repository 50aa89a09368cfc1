public import FlowIncidents
import Foundation

/// Calibrations in files: the shipped one, and those that `evaluate --calibrate` wrote.
public enum CalibrationFile {
    /// The one that comes with the program, from `calibration.json`; evidence at its word where that cannot be read.
    static let shipped =
        (try? JSONDecoder().decode(Calibration.self, from: Data(PackageResources.calibration_json))) ?? Calibration()

    /// The calibration that the settings ask for. Throws: what is wrong with the file they name.
    public static func chosen(by settings: EnsembleSettings) throws(CalibrationError) -> Calibration {
        switch settings.calibration {
        case "own": return Calibration()
        case "shipped": return shipped
        default: return try load(settings.calibration)
        }
    }

    /// Writes a file: JSON, keys sorted. Throws: when it cannot.
    public static func save(_ calibration: Calibration, to path: String) throws(CalibrationError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try (try encoder.encode(calibration) + Data("\n".utf8)).write(to: URL(filePath: path))
        } catch {
            throw CalibrationError(text: "\(path): cannot be written")
        }
    }

    private static func load(_ path: String) throws(CalibrationError) -> Calibration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CalibrationError(
                text: "\"ensemble.calibration\" takes own, shipped or a file, and \"\(path)\" cannot be read")
        }
        let calibration: Calibration
        do {
            calibration = try JSONDecoder().decode(Calibration.self, from: data)
        } catch {
            throw CalibrationError(text: "\(path): no calibration: \(reason(error))")
        }
        if let problem = calibration.problem { throw CalibrationError(text: "\(path): \(problem)") }
        return calibration
    }

    private static func reason(_ error: any Error) -> String {
        func key(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        return switch error as? DecodingError {
        case .keyNotFound(let missing, let context): "there is no \"\(key(context.codingPath + [missing]))\""
        case .typeMismatch(_, let context) where !context.codingPath.isEmpty,
            .valueNotFound(_, let context) where !context.codingPath.isEmpty:
            "\"\(key(context.codingPath))\" is something else"
        default: "damaged, or something else"
        }
    }
}

/// What is wrong with a file of a calibration.
public struct CalibrationError: Error, Equatable, Sendable {
    /// The file and what is wrong with it.
    public let text: String
}
