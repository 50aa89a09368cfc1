public import FlowDetect
import Foundation

extension Calibration {
    /// The one that comes with the program, from `calibration.json`; evidence at its word where that cannot be read.
    static let shipped =
        (try? JSONDecoder().decode(Calibration.self, from: Data(PackageResources.calibration_json))) ?? Calibration()

    /// What the settings ask for.
    public static func chosen(by settings: EnsembleSettings) -> Calibration {
        settings.calibration == .shipped ? shipped : Calibration()
    }
}
