import FlowIncidents
import FlowModel
import Testing

@testable import FlowEvaluation

@Test func `a detector that is right above a score is worth more there, one with few hosts keeps its own evidence`() {
    var calibrator = Calibrator(EnsembleSettings())
    for capture in 0..<4 {
        let samples = (0..<20).map { number in
            Calibrator.Sample(evidence: [.beaconing: number < 10 ? 6 : 7.8], isMalicious: number >= 10)
        }
        let few = [Calibrator.Sample(evidence: [.portScan: 5], isMalicious: true)]
        calibrator.add(samples + few, name: "\(capture)", lastSeen: Timestamp(seconds: 0))
    }
    let (calibration, _, _) = calibrator.fit()
    #expect(Array(calibration.curves.keys) == ["beaconing"])
    let worth = calibration.curves["beaconing"]?.worth ?? []
    // 0 of 40 and 40 of 40, half a host of either kind added, above a prior of −7.
    #expect(worth.count == 2 && abs(worth[0] - 2.605) < 0.01 && abs(worth[1] - 11.394) < 0.01)
    #expect(calibration.heldOutError < calibration.ownError)
    #expect(calibration.captures.map(\.malicious) == [11, 11, 11, 11])
    #expect(calibrator.fit().calibration == calibration)
}

@Test func `the shipped calibration is read, and own evidence is the default`() throws {
    #expect(!CalibrationFile.shipped.curves.isEmpty && CalibrationFile.shipped.problem == nil)
    var settings = EnsembleSettings()
    #expect(try CalibrationFile.chosen(by: settings) == Calibration())
    settings.calibration = "shipped"
    #expect(try CalibrationFile.chosen(by: settings) == CalibrationFile.shipped)
}
