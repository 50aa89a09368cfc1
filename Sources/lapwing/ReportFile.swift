import ArgumentParser
import FlowCharts
import FlowFeatures
import FlowFiles
import FlowModel
import FlowOutput
import Foundation

/// What the pages of `--report` have in common.
enum ReportFile {
    static let help = ArgumentHelp(
        "Also write a page of HTML that opens without a network.", valueName: "file")

    /// Writes a page, or says why not and ends with 3.
    static func write(_ page: HTMLPage, to path: String) throws {
        do {
            try Data(page.finished().utf8).write(to: URL(filePath: path))
        } catch {
            StandardError.print("lapwing: \(path): cannot be written")
            throw ExitCode(3)
        }
        StandardError.print("report written to \(path)")
    }

    /// The name of the input in a subtitle.
    static func inputs(_ files: [String]) -> String {
        files.count <= 3 ? files.joined(separator: ", ") : "\(files.count) inputs, \(files[0]) first"
    }

    /// What was read and what could not be.
    static func inputSection(_ report: InputReport, lines: [String], in page: inout HTMLPage) {
        page.heading("Input")
        page.paragraph(
            "\(Quantity.count(report.flows, "flow")) of \(Quantity.count(report.rows, "record")) read as "
                + report.formats.joined(separator: ", ") + ".")
        for line in lines + report.problems { page.paragraph(line) }
        var rows: [[HTMLPage.Cell]] = []
        for reason in RejectReason.allCases where report.rejected[reason] > 0 {
            rows.append([.text("rejected: " + reason.text), .number(Quantity.grouped(report.rejected[reason]))])
        }
        for reason in SkipReason.allCases where report.skipped[reason] > 0 {
            rows.append([.text("skipped: " + reason.text), .number(Quantity.grouped(report.skipped[reason]))])
        }
        if !rows.isEmpty { page.table(["not read as a flow", "records"], rows) }
        if !report.examples.isEmpty { page.preformatted(report.examples.joined(separator: "\n")) }
    }

    /// Flows in time, with lanes below.
    static func timeline(_ counter: TimelineCounter, title: String, lanes: [TimelineChart.Lane] = []) -> String {
        let (bins, width, _) = counter.series(atMost: 200)
        let from = bins.first.map { ", from " + IncidentTable.minute($0.start) + " UTC" } ?? ""
        return TimelineChart(
            title: title + ", each " + Quantity.microseconds(Double(width) * 1e-3) + from,
            bins: bins.map { (start: $0.start, count: $0.flows) }, binWidth: width, lanes: lanes
        ).svg()
    }
}
