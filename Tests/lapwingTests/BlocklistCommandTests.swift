import Foundation
import Testing

/// A folder with a list, and settings that name it as a feed; removed with what is in it.
private func withFeed(_ body: (_ folder: URL, _ list: URL, _ settings: String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let list = folder.appending(path: "list.netset")
    try "# a list\n45.1.2.0/24\n2600:1::/32\n10.0.0.0/8\nnonsense\n".write(to: list, atomically: true, encoding: .utf8)
    let settings = folder.appending(path: "settings.yaml")
    let copies = folder.appending(path: "copies").path
    try """
    blocklists:
      folder: \(copies)
      feeds:
        - name: mine
          url: file://\(list.path)
          confidence: 0.9
    """.write(to: settings, atomically: true, encoding: .utf8)
    try body(folder, list, settings.path)
}

@Test func `a feed is fetched, listed, and looked up in; its last good copy stays`() throws {
    try withFeed { _, list, settings in
        let missing = try lapwing(["blocklist", "check", "--settings", settings, "45.1.2.3"])
        #expect(missing.errors.contains("mine"))
        let first = try lapwing(["blocklist", "update", "--settings", settings])
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.output.contains("mine: 3 networks") && first.output.contains("; new"))
        #expect(try lapwing(["blocklist", "update", "--settings", settings]).output.contains("unchanged"))
        let listed = try lapwing(["blocklist", "list", "--settings", settings])
        #expect(listed.code == 0 && listed.output.contains("mine"))
        let checked = try lapwing([
            "blocklist", "check", "--json", "--settings", settings, "45.1.2.3", "2600:1::9", "8.8.8.8",
        ])
        let lines = checked.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].contains("mine") && lines[1].contains("mine") && !lines[2].contains("mine"))
        try FileManager.default.removeItem(at: list)
        let failed = try lapwing(["blocklist", "update", "--settings", settings])
        #expect(failed.code == 3)
        #expect(failed.errors.contains("the copy of") && failed.errors.contains("stays"))
        #expect(try lapwing(["blocklist", "check", "--settings", settings, "45.1.2.3"]).output.contains("mine"))
        #expect(try lapwing(["blocklist", "check", "--settings", settings, "nobody"]).code == 2)
    }
}

@Test func `a call to a listed address is an incident's evidence, in detect and in evaluate`() throws {
    try withFeed { folder, list, settings in
        let flows = "2026-01-05 10:00:00.000000,TCP,ESTABLISHED,10.0.0.5,40000,45.1.2.3,8443,900,1200\n"
        let detect = ["detect", "--findings", "--home", "10.0.0.0/8"]
        #expect(try !lapwing(detect + ["-"], input: flows).output.contains("blocklist-hit"))
        let found = try lapwing(detect + ["--blocklist", list.path, "-"], input: flows)
        #expect(found.output.contains("blocklist-hit") && found.output.contains("45.1.2.3"))
        #expect(try lapwing(["blocklist", "update", "--settings", settings]).code == 0)
        let file = folder.appending(path: "flows.csv").path
        try flows.write(toFile: file, atomically: true, encoding: .utf8)
        let scored = try lapwing(
            ["evaluate", "--by-detector", "--json", "--malicious", "10.0.0.5", "--settings", settings, file])
        #expect(scored.output.contains("blocklist-hit"), "\(scored.output) \(scored.errors)")
    }
}
