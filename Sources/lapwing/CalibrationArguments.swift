import ArgumentParser
import FlowDetect
import FlowModel
import FlowOutput
import FlowPipeline
import FlowSettings

/// The calibration of the settings, and what `evaluate --calibrate` writes and says.
enum CalibrationArguments {
    /// The calibration that the settings ask for; says what is wrong with its file and ends with 3.
    static func load(_ settings: Settings) throws -> Calibration {
        do throws(CalibrationError) {
            return try CalibrationFile.chosen(by: settings.ensemble)
        } catch {
            StandardError.print("lapwing: \(error.text)")
            throw ExitCode(3)
        }
    }

    /// Writes a calibration, or says why not and ends with 3.
    static func write(_ calibration: Calibration, to path: String) throws {
        do throws(CalibrationError) {
            try CalibrationFile.save(calibration, to: path)
        } catch {
            StandardError.print("lapwing: \(error.text)")
            throw ExitCode(3)
        }
        StandardError.print("calibration written to \(path)")
    }

    static func text(_ calibration: Calibration) -> String {
        let hosts = calibration.captures.reduce(0) { $0 + $1.hosts }
        let malicious = calibration.captures.reduce(0) { $0 + $1.malicious }
        var text =
            "\(Quantity.count(calibration.captures.count, "capture")), "
            + "\(Quantity.count(hosts, "host")) with findings, \(Quantity.grouped(malicious)) of them malicious\n"
        text +=
            "calibration error by capture held out in turn \(Evaluation.number(calibration.heldOutError)), "
            + "of the detectors' own evidence \(Evaluation.number(calibration.ownError))\n"
        text +=
            "log-odds = \(Quantity.short(calibration.slope)) × (prior + evidence) + (\(Quantity.short(calibration.offset)))\n"
        for name in DetectorName.allCases {
            guard let curve = calibration.curves[name.rawValue] else { continue }
            let knots = zip(curve.evidence, curve.worth).map { "\(Quantity.short($0)) → \(Quantity.short($1))" }
            text += "\(name.rawValue): \(knots.joined(separator: ", "))\n"
        }
        let own = DetectorName.allCases.map(\.rawValue).filter { calibration.curves[$0] == nil }
        return text + "too few hosts, own evidence: \(own.joined(separator: ", "))\n"
    }
}
