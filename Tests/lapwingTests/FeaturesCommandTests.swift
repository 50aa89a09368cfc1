import Foundation
import Testing

private let flows = """
    2019-09-30 10:00:07,tcp,Closed,10.0.0.1,5000,10.0.0.2,80,100,300
    2019-09-30 10:00:08,tcp,New,10.0.0.1,5001,2001:db8:1:2::3,22,60,0
    2019-09-30 10:00:41,tcp,Closed,10.0.0.1,5000,10.0.0.2,80,100,300

    """

@Test func `features prints a row a flow as CSV`() throws {
    let outcome = try lapwing(["features", "--by", "flow", "-"], input: flows)
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("source,source_cidr8,source_cidr16,source_cidr24,source_port,destination,"))
    #expect(
        lines[1].hasPrefix(
            "10.0.0.1,10.0.0.0/8,10.0.0.0/16,10.0.0.0/24,5000,10.0.0.2,10.0.0.0/8,10.0.0.0/16,10.0.0.0/24,80,tcp,"
                + "2019-09-30T10:00:07Z,2019-09-30T10:00:41Z,closed,closed,2,34,200,600,3,"))
    #expect(lines[2].contains("2001:db8:1:2::3,2001:db8::/32,2001:db8:1::/48,2001:db8:1:2::/64,22,tcp,"))
    #expect(outcome.errors.contains("2 rows by flow"))
}

@Test func `features of pairs as JSON Lines, the empty windows as a weight`() throws {
    let outcome = try lapwing(["features", "--by", "pair", "--fill", "zero", "--json", "-"], input: flows)
    #expect(outcome.code == 0)
    let rows = try outcome.output.split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(rows.count == 4)
    #expect(rows[0]["window"] as? String == "2019-09-30T10:00:00Z")
    #expect(rows[0]["bytes_received"] as? Double == 300)
    #expect(rows[3]["window"] is NSNull)
    #expect(rows[3]["destination"] as? String == "10.0.0.2")
    #expect(rows[3]["weight"] as? Double == 3)
}

@Test func `features of hosts and windows, with a window's length and a filter`() throws {
    let hosts = try lapwing(["features", "--by", "host", "-"], input: flows).output.split(separator: "\n")
    #expect(hosts.count == 4)
    #expect(hosts[1].hasPrefix("10.0.0.1,10.0.0.0/8,10.0.0.0/16,10.0.0.0/24,260,600,0,3,1,2,2,2,0,0,0,0,1"))
    let windows = try lapwing(
        ["features", "--by", "window", "--window", "60", "--where", "port 80", "-"], input: flows
    ).output.split(separator: "\n")
    #expect(windows.count == 2)
    #expect(windows[1].hasPrefix("2019-09-30T10:00:00Z,2,"))
    let filled = try lapwing(["features", "--by", "window", "--fill", "zero", "-"], input: flows).output
        .split(separator: "\n")
    #expect(filled.count == 6)
    #expect(filled[2].hasPrefix("2019-09-30T10:00:10Z,0,0,") && filled[5].hasPrefix("2019-09-30T10:00:40Z,1,"))
}

@Test func `features says what is wrong with its options`() throws {
    for options in [
        ["--by", "moon"], [], ["--by", "flow", "--window", "10"], ["--by", "host", "--fill", "zero"],
        ["--by", "pair", "--fill", "one"], ["--by", "pair", "--window", "0"], ["--by", "pair", "--to", "xml"],
    ] {
        #expect(try lapwing(["features", "examples/office.csv"] + options).code == 2, "\(options)")
    }
    let empty = try lapwing(["features", "--by", "window", "--where", "port 9", "-"], input: flows)
    #expect(empty.code == 0)
    #expect(empty.output.hasPrefix("window,num_entries,"))
}

@Test func `docs name every column of the feature tables`() throws {
    let text = try String(contentsOf: root.appending(path: "docs/features.md"), encoding: .utf8)
    for by in ["flow", "pair", "host", "window"] {
        let outcome = try lapwing(["features", "--by", by, "examples/office.csv"])
        let header = try #require(outcome.output.split(separator: "\n").first)
        for name in header.split(separator: ",") {
            // Of a distribution's six figures the docs name each once.
            let figure = name.split(separator: "_").last.map(String.init) ?? ""
            let isFigure = ["max", "mean", "perc25", "perc50", "perc75", "perc90"].contains(figure)
            let written = isFigure ? String(name.dropLast(figure.count + 1)) : String(name)
            #expect(text.contains("`\(written)"), "\(name)")
        }
    }
}
