public import FlowFiles
import FlowModel

/// What is reported about the input: flows, time, and whatever could not be read.
public struct InputSummary {
    private let report: InputReport
    private let seconds: Double

    /// A summary. Parameter seconds: how long reading took.
    public init(_ report: InputReport, seconds: Double) {
        self.report = report
        self.seconds = seconds
    }

    /// One line each, without what is zero.
    public var lines: [String] {
        let rate = seconds > 0 ? Int(Double(report.flows) / seconds) : 0
        let time = (seconds * 1000).rounded() / 1000
        var lines = [
            "read \(report.flows) flows (\(report.formats.joined(separator: ", "))) in \(time) s, \(rate) flows/s"
        ]
        lines += report.notes
        lines += report.problems.map { "lapwing: \($0)" }
        if report.rejected.total > 0 {
            lines.append("\(report.rejected.total) of \(report.rows) rows could not be read:")
            for reason in RejectReason.allCases where report.rejected[reason] > 0 {
                lines.append("  \(report.rejected[reason]) \(reason.text)")
            }
            lines += report.examples.map { "  \($0)" }
        }
        for reason in SkipReason.allCases where report.skipped[reason] > 0 {
            lines.append("\(report.skipped[reason]) \(reason.text) skipped")
        }
        return lines
    }
}
