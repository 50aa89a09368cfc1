import ArgumentParser
import FlowEvaluation
import FlowIncidents
import FlowMath

/// Whether a calibration is fitted to what was evaluated.
struct CalibrationArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Fit what evidence is worth to these files and write it here; each needs its truth.", valueName: "file"))
    var calibrate: String?

    /// Whether one is.
    var isWanted: Bool { calibrate != nil }

    /// Fits it, writes it to its file and tells of it. Returns: how it does on captures held
    /// out in turn; nil where none is wanted.
    func fit(_ calibrator: Calibrator, to output: inout OutputStream) throws -> Reliability? {
        guard let calibrate else { return nil }
        let fit = calibrator.fit()
        guard fit.calibration.captures.contains(where: { $0.malicious > 0 }) else {
            throw Failure(message: "lapwing: nothing was found about a malicious host: there is nothing to fit")
        }
        try CalibrationFile.save(fit.calibration, to: calibrate)
        StandardError.print("calibration written to \(calibrate)")
        output.write(fit.calibration.text)
        output.flush()
        return fit.heldOut
    }
}
