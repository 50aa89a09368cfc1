import FlowFiles
import FlowModel

/// What standard error says of the input: flows, time, and whatever could not be read.
struct InputSummary {
    private let report: InputReport
    private let seconds: Double

    init(_ report: InputReport, seconds: Double) {
        self.report = report
        self.seconds = seconds
    }

    func write() {
        let rate = seconds > 0 ? Int(Double(report.flows) / seconds) : 0
        let time = (seconds * 1000).rounded() / 1000
        StandardError.print(
            "read \(report.flows) flows (\(report.formats.joined(separator: ", "))) in \(time) s, \(rate) flows/s")
        for problem in report.problems { StandardError.print("lapwing: \(problem)") }
        if report.rejected.total > 0 {
            StandardError.print("\(report.rejected.total) of \(report.rows) rows could not be read:")
            for reason in RejectReason.allCases where report.rejected[reason] > 0 {
                StandardError.print("  \(report.rejected[reason]) \(reason.text)")
            }
            for example in report.examples { StandardError.print("  \(example)") }
        }
        for reason in SkipReason.allCases where report.skipped[reason] > 0 {
            StandardError.print("\(report.skipped[reason]) \(reason.text) skipped")
        }
    }
}
