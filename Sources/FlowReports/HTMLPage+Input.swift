import FlowFiles
import FlowModel
import FlowOutput

extension HTMLPage {
    /// The names of the input for a subtitle: all of up to three files, else the first and how many.
    static func names(of files: [String]) -> String {
        files.count <= 3 ? files.joined(separator: ", ") : "\(files.count) inputs, \(files[0]) first"
    }

    /// A section about what was read and what could not be. Parameter lines: more of the same, a paragraph each.
    mutating func inputSection(_ report: InputReport, lines: [String] = []) {
        heading("Input")
        paragraph(
            "\(Quantity.count(report.flows, "flow")) of \(Quantity.count(report.rows, "record")) read as "
                + report.formats.joined(separator: ", ") + ".")
        for line in lines + report.problems { paragraph(line) }
        var rows: [[Cell]] = []
        for reason in RejectReason.allCases where report.rejected[reason] > 0 {
            rows.append([.text("rejected: " + reason.text), .number(Quantity.grouped(report.rejected[reason]))])
        }
        for reason in SkipReason.allCases where report.skipped[reason] > 0 {
            rows.append([.text("skipped: " + reason.text), .number(Quantity.grouped(report.skipped[reason]))])
        }
        if !rows.isEmpty { table(["not read as a flow", "records"], rows) }
        if !report.examples.isEmpty { preformatted(report.examples.joined(separator: "\n")) }
    }
}
