import FlowReports
import Foundation
import Testing

/// Tables of the documentation that are made from catalogs. `LAPWING_DOCS=write swift test --filter DocumentationTests`
/// writes them anew.
struct DocumentationTests {
    static let isWriting = ProcessInfo.processInfo.environment["LAPWING_DOCS"] == "write"

    private static func files() throws -> [URL] {
        let docs = root.appending(path: "docs")
        let names = try FileManager.default.contentsOfDirectory(atPath: docs.path).filter { $0.hasSuffix(".md") }
        return [root.appending(path: "README.md"), root.appending(path: "ARCHITECTURE.md")]
            + names.sorted().map { docs.appending(path: $0) }
    }

    private static func tables() throws -> [CatalogTable] {
        let rooms = CatalogTable(
            name: "rooms", columns: ["room", "imports"],
            rows: try Manifest.rooms().map { ["`\($0.name)`", $0.dependencies.joined(separator: ", ")] })
        return try CatalogTable.all() + CommandReference.built().tables + [rooms]
    }

    @Test func `every table of the documentation is what its catalog says`() throws {
        let tables = try Self.tables()
        let byName = Dictionary(tables.map { ($0.name, $0) }) { first, _ in first }
        var written: Set<String> = []
        for file in try Self.files() {
            let old = try String(contentsOf: file, encoding: .utf8)
            let blocks = MarkdownBlocks(old, tables: byName)
            written.formUnion(blocks.names)
            for problem in blocks.problems { Issue.record("\(file.lastPathComponent): \(problem)") }
            if Self.isWriting {
                try blocks.text.write(to: file, atomically: true, encoding: .utf8)
            } else {
                #expect(blocks.text == old, "\(file.lastPathComponent) is stale: LAPWING_DOCS=write writes it anew")
            }
        }
        for table in tables { #expect(written.contains(table.name), "no page has the table \"\(table.name)\"") }
    }

    @Test(arguments: [
        ("detect", "detectors"), ("detect", "formats"), ("simulate", "attacks"), ("evaluate", "rivals"),
    ])
    func `help lists every entry of a catalog`(verb: String, catalog: String) throws {
        let help = try lapwing([verb, "--help"]).output
        let table = try #require(try CatalogTable.all().first { $0.name == catalog })
        for row in table.rows {
            let name = row[0].trimmingCharacters(in: ["`"])
            // Lines of help are broken at blanks alone.
            #expect(help.contains(name), "\(verb) --help does not list \(name)")
        }
    }

    @Test func `links between pages lead somewhere`() throws {
        for file in try Self.files() {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
                let target = file.deletingLastPathComponent().appending(path: String(match.1))
                #expect(FileManager.default.fileExists(atPath: target.path), "\(file.lastPathComponent): \(match.1)")
            }
        }
    }
}
