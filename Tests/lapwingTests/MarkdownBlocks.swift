import FlowReports
import Foundation

/// The tables of a Markdown file that catalogs fill: each stands between `<!-- table: detectors -->` and `<!-- end -->`.
///
/// Columns that the file has and the catalog has not are written by hand, and kept for each entry.
struct MarkdownBlocks {
    /// The file with its tables made anew.
    private(set) var text = ""
    /// The names of its tables.
    private(set) var names: [String] = []
    /// What is wrong: tables of no catalog, and entries for which a column written by hand is empty.
    private(set) var problems: [String] = []

    init(_ old: String, tables: [String: CatalogTable]) {
        var block: (name: String, lines: [String])?
        for line in old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let open = block {
                guard line == "<!-- end -->" else {
                    block?.lines.append(line)
                    continue
                }
                if let table = tables[open.name] {
                    text += render(table, old: open.lines)
                } else {
                    problems.append("there is no catalog \"\(open.name)\"")
                }
                block = nil
            } else if let match = line.wholeMatch(of: /<!-- table: (.+) -->/) {
                block = (String(match.1), [])
                names.append(String(match.1))
            }
            text += line + "\n"
        }
        text.removeLast()
        if let block { problems.append("the table \"\(block.name)\" has no end") }
    }

    private mutating func render(_ table: CatalogTable, old lines: [String]) -> String {
        let old = lines.filter { $0.hasPrefix("|") }.map(Self.cells)
        let titles = old.first ?? table.columns
        let columns = titles + table.columns.filter { !titles.contains($0) }
        let kept = Dictionary(old.dropFirst(2).map { ($0.first ?? "", $0) }) { first, _ in first }
        var text = Self.row(columns) + "|" + String(repeating: "---|", count: columns.count) + "\n"
        for row in table.rows {
            let written = kept[row[0]] ?? []
            text += Self.row(
                columns.enumerated().map { place, column in
                    if let own = table.columns.firstIndex(of: column) { return row[own] }
                    let cell = place < written.count ? written[place] : ""
                    if cell.isEmpty { problems.append("\(table.name): \(row[0]) has no \"\(column)\"") }
                    return cell
                })
        }
        return text
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }

    private static func cells(_ line: String) -> [String] {
        let parts = line.replacing("\\|", with: "\u{0}").split(separator: "|", omittingEmptySubsequences: false)
        return parts.dropFirst().dropLast().map { part in
            part.trimmingCharacters(in: .whitespaces).replacing("\u{0}", with: "|")
        }
    }
}
