import Foundation
import Testing

@Test func `the scanner of the sample is incident one, and its story is told`() throws {
    let table = try lapwing(["detect", "examples/office.csv"])
    #expect(table.code == 0)
    #expect(table.output.contains("\n1  bb13d55e  high      0.99  10.20.10.47  recon "))
    let story = try lapwing(["detect", "examples/office.csv", "--explain", "bb13d55e"])
    for words in ["10.20.10.47", "port-scan", "T1046", "Sample flows", "10.20.10.10"] {
        #expect(story.output.contains(words), "\(words)")
    }
}

@Test func `JSON has the promised keys`() throws {
    let lines = try lapwing(["detect", "--json", "examples/office.csv"]).output.split(separator: "\n")
    let line = try #require(lines.first)
    let first = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    for key in [
        "id", "rank", "subject", "probability", "severity", "category", "firstSeen", "lastSeen", "flows", "summary",
        "findings", "peers", "sampleFlows",
    ] {
        #expect(first[key] != nil, "\(key)")
    }
    let finding = try #require((first["findings"] as? [[String: Any]])?.first)
    for key in ["detector", "share", "score", "baseline", "summary", "techniques", "firstSeen", "lastSeen"] {
        #expect(finding[key] != nil, "\(key)")
    }
}

@Test func `one thread and two, two processes, a file and standard input print the same bytes`() throws {
    let text = try String(contentsOf: root.appending(path: "examples/office.csv"), encoding: .utf8)
    for options in [["--json"], ["--findings"], []] {
        let one = try lapwing(["detect", "--threads", "1", "examples/office.csv"] + options)
        let two = try lapwing(["detect", "--threads", "2", "examples/office.csv"] + options)
        let piped = try lapwing(["detect", "-"] + options, input: text)
        #expect(!one.output.isEmpty)
        #expect(one.output == two.output)
        #expect(one.output == piped.output)
    }
}

@Test func `exit codes are 0, 1, 2 and 3`() throws {
    #expect(try lapwing(["detect", "--fail-on", "examples/office.csv"]).code == 1)
    #expect(try lapwing(["detect", "--fail-on", "--only", "pair-outlier", "examples/office.csv"]).code == 0)
    #expect(try lapwing(["detect", "--no-such-option"]).code == 2)
    #expect(try lapwing(["detect", "--only", "nonsense", "examples/office.csv"]).code == 2)
    #expect(try lapwing(["detect", "no-such-file.csv"]).code == 3)
    #expect(try lapwing(["--help"]).code == 0)
    let broken = try lapwing(["detect", "--strict", "--format", "plain-csv", "-"], input: "broken\n")
    #expect(broken.code == 3)
    #expect(broken.errors.contains("standard input:1: too few fields"))
}

@Test func `broken rows are summed up by reason with file and line`() throws {
    let good = "2019-09-30 10:00:07,tcp,Closed,10.0.0.1,1,10.0.0.2,2,1,1\n"
    let outcome = try lapwing(
        ["detect", "-"],
        input: good + good + good + "x,y\n" + good.replacingOccurrences(of: "10.0.0.1", with: "z"))
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("2 of 5 rows could not be read"))
    #expect(outcome.errors.contains("standard input:5: source address: not an IPv4 or IPv6 address, found \"z\""))
}

@Test func `groups prints a line of JSON a group`() throws {
    let outcome = try lapwing(["groups", "--json", "examples/sna-flow-search.csv"])
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("{\"kind\":\"overall\",\"flows\":2000,"))
    #expect(outcome.output.contains("\"group\":\"Desktops\""))
    #expect(try lapwing(["groups", "examples/sna-flow-search.csv"]).output.contains("above the robust limit of"))
}

@Test func `plot writes its pictures`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let outcome = try lapwing(["plot", "--output", folder, "examples/sna-flow-search.csv"])
    #expect(outcome.code == 0)
    let svg = try String(contentsOfFile: folder + "/sent-desktops-series.svg", encoding: .utf8)
    #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
}

@Test func `the samples are what simulate makes`() throws {
    let made = try lapwing([
        "simulate", "--seed", "7", "--duration", "10m", "--rate", "9", "--attack",
        "port-scan:targets=6,ports=40,rate=2,start=4m",
    ])
    #expect(made.output == (try String(contentsOf: root.appending(path: "examples/office.csv"), encoding: .utf8)))
    #expect(try lapwing(["simulate", "--attack", "nonsense"]).code == 2)
    #expect(try lapwing(["simulate", "--attack", "port-scan:no=1"]).code == 2)
}

@Test func `the same traffic in two formats gives the same first incident`() throws {
    var subjects: Set<String> = []
    for format in ["plain-csv", "argus", "zeek", "sna-csv"] {
        let made = try lapwing([
            "simulate", "--seed", "3", "--duration", "20m", "--rate", "10", "--attack", "port-scan:start=5m,family=6",
            "--format", format,
        ])
        let found = try lapwing(["detect", "--json", "-"], input: made.output).output
        subjects.insert(String(found.split(separator: ",").dropFirst(2).first ?? ""))
    }
    #expect(subjects.count == 1)
    #expect(subjects.first?.contains("fd00:10::") == true)
}

@Test func `settings are printed, checked and refused with line and nearest name`() throws {
    let printed = try lapwing(["settings", "print"])
    #expect(printed.output.contains("windowSeconds: 10"))
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".yaml").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    for (text, words) in [
        ("windowSecond: 5\n", ":1: unknown key \"windowSecond\"; the nearest is \"windowSeconds\""),
        ("limits:\n  hosts: many\n", ":2: \"limits.hosts\" takes a whole number, not \"many\""),
        ("detectors:\n  pairOutlier:\n    fence: wide\n", ":3: \"detectors.pairOutlier.fence\" takes inner or outer"),
        ("homeNetworks: [10.0.0.0/99]\n", ":1: \"homeNetworks\": \"10.0.0.0/99\" is no network"),
        ("\nlimits:\n  hosts: 0\n", ":3: \"limits.hosts\" takes 1 to 100000000"),
    ] {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try lapwing(["settings", "check", file])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    try printed.output.write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try lapwing(["settings", "check", file]).code == 0)
    #expect(try lapwing(["detect", "--settings", file, "examples/office.csv"]).code == 0)
}

private let seed = root.deletingLastPathComponent().appending(path: "shared/data/seed").path

@Test(.enabled(if: FileManager.default.fileExists(atPath: seed), "needs the first seed's export"))
func `the first seed's known answers`() throws {
    for file in ["sna-flow-results.csv", "sna-flow-results.json"] {
        let lines = try lapwing(["groups", "--json", seed + "/" + file]).output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(lines[0]["averageBytes"] as? Double == 588_722.1095)
        let expected: [(String, Int, Double, Double)] = [
            ("Web Servers", 1581, 353_120.333966, 312_051.671094),
            ("End User Devices", 381, 71_957.721785, 248_961.965879), ("Cloud Hosts", 38, 37_705.973684, 64_141.973684),
        ]
        for (line, group) in zip(lines.dropFirst(), expected) {
            #expect(line["group"] as? String == group.0)
            #expect(line["flows"] as? Int == group.1)
            let sent = try #require(line["sent"] as? [String: Any])
            let received = try #require(line["received"] as? [String: Any])
            #expect(abs((sent["mean"] as? Double ?? 0) - group.2) < 1e-6)
            #expect(abs((received["mean"] as? Double ?? 0) - group.3) < 1e-6)
        }
        let sent = try #require(lines[1]["sent"] as? [String: Any])
        let top = try #require(sent["top"] as? [[String: Any]])
        #expect(top.map { $0["bytesSent"] as? Int } == [424_390_000, 9_790_000, 8_230_000, 7_740_000, 7_740_000])
        let incidents = try lapwing(["detect", "--json", seed + "/" + file]).output.split(separator: "\n").prefix(3)
        #expect(incidents.contains { $0.contains("\"subject\":\"10.201.3.40\"") })
    }
}

@Test func `with membership all a flow counts in every group its host is in`() throws {
    func flows(_ membership: String) throws -> [String: Int] {
        let lines = try lapwing(["groups", "--json", "--membership", membership, "examples/sna-flow-search.csv"]).output
        var counts: [String: Int] = [:]
        for line in lines.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            if let group = object?["group"] as? String { counts[group] = object?["flows"] as? Int }
        }
        return counts
    }
    let first = try flows("first")
    let all = try flows("all")
    #expect(first["Headquarters"] == nil)
    #expect(all["Desktops"] == first["Desktops"])
    #expect(all["Headquarters"] == all["Desktops"])
    let datacenter = ["Monitoring", "DNS Servers", "Mail Servers"].compactMap { all[$0] }.reduce(0, +)
    #expect(all["Datacenter"] == datacenter)
}

@Test func `an escape sequence in a group's name does not reach the terminal`() throws {
    let sample = try String(contentsOf: root.appending(path: "examples/sna-flow-search.csv"), encoding: .utf8)
    let outcome = try lapwing(
        ["groups", "-"], input: sample.replacing("Desktops", with: "\u{1b}[31mDesk\u{202e}tops"))
    #expect(outcome.output.contains("\u{fffd}[31mDesk\\u{202E}tops"))
    #expect(!outcome.output.contains("\u{1b}"))
}

@Test func `show keeps to the first and last flows, and converts there and back`() throws {
    let sample = "examples/office.csv"
    let whole = try lapwing(["show", "--to", "plain-csv", sample]).output.split(separator: "\n")
    #expect(
        try lapwing(["show", "--to", "plain-csv", "--head", "7", sample]).output.split(separator: "\n")
            == Array(whole.prefix(7)))
    #expect(
        try lapwing(["show", "--to", "plain-csv", "--tail", "7", sample]).output.split(separator: "\n")
            == Array(whole.suffix(7)))
    for format in ["zeek", "argus", "csv"] {
        let written = try lapwing(["show", "--to", format, sample]).output
        let back = try lapwing(["show", "--to", "plain-csv", "-"], input: written).output.split(separator: "\n")
        // Zeek and csv are sorted on reading or stay as they are: the same rows, whatever their order within a second.
        #expect(back.sorted() == whole.sorted(), "\(format)")
    }
    #expect(try lapwing(["show", "--to", "xml", sample]).code == 2)
    #expect(try lapwing(["show", "--head", "1", "--tail", "1", sample]).code == 2)
}

@Test func `a filter narrows every verb, and a wrong one ends with 2 and a caret`() throws {
    let sample = "examples/office.csv"
    let port = try lapwing(["explore", "--json", "--where", "dst port 53", sample])
    let dns = try lapwing(["show", "--to", "plain-csv", "--where", "dst port 53", sample]).output
    #expect(port.output.contains("\"flows\":\(dns.split(separator: "\n").count),"))
    #expect(
        dns.split(separator: "\n").allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false)[6] == "53" })
    let none = try lapwing(["detect", "--where", "not src host 10.20.10.47", sample])
    #expect(none.code == 0 && !none.output.contains("10.20.10.47"))
    #expect(none.errors.contains("flows left out"))
    let wrong = try lapwing(["groups", "--where", "dst port x", sample])
    #expect(wrong.code == 2 && wrong.errors.contains("  dst port x\n           ^"), "\(wrong.errors)")
    #expect(try lapwing(["detect", "--since", "yesterday", sample]).code == 2)
    #expect(try lapwing(["detect", "--since", "2026-01-06", "--until", "2026-01-05", sample]).code == 2)
    let unmet = try lapwing(["explore", "--where", "label bot", sample])
    #expect(unmet.errors.contains("no label \"bot\" in this input; it has none"))
}

@Test func `columns of the settings read a file that no format knows`() throws {
    let settings = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".yaml").path
    defer { try? FileManager.default.removeItem(atPath: settings) }
    try "csv: {columns: {start: When, source: Client, destination: Server, bytes: Volume}}\n"
        .write(toFile: settings, atomically: true, encoding: .utf8)
    let input = "Client;Server;When;Volume\n10.0.0.1;10.0.0.2;2026-01-05 09:00:00;5\n"
    #expect(try lapwing(["show", "-"], input: input).code == 3)
    let read = try lapwing(["show", "--settings", settings, "--to", "csv", "-"], input: input)
    #expect(read.output.contains("2026-01-05 09:00:00.000000000,0.000000000,unknown,10.0.0.1,0,10.0.0.2,0,unknown,5,0"))
}

@Test func `reports are pages that stand alone and hold what was found`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func page(_ arguments: [String], input: String? = nil) throws -> String {
        let path = folder.appending(path: "page.html").path
        let outcome = try lapwing(arguments + ["--report", path], input: input)
        #expect(outcome.code == 0 && outcome.errors.contains("report written to"))
        let html = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!html.contains("<script") && !html.contains("https://") && html.contains("default-src 'none'"))
        #expect(html.replacing("http://www.w3.org/2000/svg", with: "").contains("http://") == false)
        return html
    }
    let detect = try page(["detect", "examples/office.csv"])
    #expect(detect.contains("1 incident at 0.5 or more") && detect.contains("<details id=\"bb13d55e\" open>"))
    #expect(detect.contains("windowSeconds: 10") && detect.contains("5,941 flows of 5,941 records read as plain-csv."))
    let explore = try page(["explore", "examples/office.csv"])
    #expect(explore.contains("<h2>Destination ports</h2>") && explore.contains("445/tcp"))
    let sample = try String(contentsOf: root.appending(path: "examples/sna-flow-search.csv"), encoding: .utf8)
    let groups = try page(["groups", "-"], input: sample.replacing("Desktops", with: "<script>x</script>"))
    #expect(groups.contains("&lt;script&gt;x&lt;/script&gt;"))
    #expect(try lapwing(["explore", "--report", folder.path, "examples/office.csv"]).code == 3)
}

@Test(arguments: ["zeek", "argus", "sna-csv", "nfdump-csv", "csv"])
func `the same traffic in another format gives the same incidents`(format: String) throws {
    func incidents(_ text: String) throws -> [String] {
        try lapwing(["detect", "--json", "-"], input: text).output.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            return ["id", "subject", "probability", "category", "flows"].map { "\(object[$0] ?? "")" }.joined(
                separator: " ")
        }
    }
    let plain = try lapwing(["simulate", "--duration", "10m", "--rate", "8", "--attack", "port-scan:start=3m"]).output
    let written = try lapwing(["show", "--to", format, "-"], input: plain).output
    let expected = try incidents(plain)
    #expect(!expected.isEmpty)
    #expect(try incidents(written) == expected)
}

@Test func `evaluate scores a simulation by its truth`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (truth, flows) = (folder.appending(path: "truth.json").path, folder.appending(path: "flows.csv").path)
    let made = try lapwing([
        "simulate", "--duration", "20m", "--rate", "8", "--attack", "port-scan:start=5m", "--truth", truth, "--output",
        flows,
    ])
    #expect(made.code == 0)
    let outcome = try lapwing(["evaluate", "--json", "--by-detector", "--truth", truth, flows])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    for key in [
        "flows", "rejected", "hosts", "maliciousHosts", "foundHosts", "incidents", "falseIncidents",
        "falsePerDayPer1000Hosts", "firstAlertSeconds", "flowAveragePrecision", "flowROCArea",
        "hostWindowAveragePrecision", "byClass", "byDetector", "naive",
    ] {
        #expect(object[key] != nil, "\(key)")
    }
    #expect(object["maliciousHosts"] as? Int == 1 && object["foundHosts"] as? Int == 1)
    #expect(object["falseIncidents"] as? Int == 0)
    #expect((object["flowAveragePrecision"] as? Double ?? 0) > 0.9)
    let text = try lapwing(["evaluate", "--truth", truth, flows])
    #expect(text.output.contains("malicious hosts 1 of 1 found"))
    #expect(object["rivals"] == nil)
    try checkRivals(truth: truth, flows: flows, page: folder.appending(path: "page.html").path)
    #expect(try lapwing(["evaluate", "-"]).code == 2)
    #expect(try lapwing(["evaluate", "--malicious", "x", flows]).code == 2)
    #expect(try lapwing(["evaluate", "--truth", flows, flows]).code == 3)
}

@Test func `what one run learns, the next goes on from`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // A call a minute: seven in each file, and eight are the fewest that make a clock.
    func calls(_ minutes: Range<Int>) -> String {
        minutes.map { minute in
            let time = "2026-01-05 10:\(minute < 10 ? "0" : "")\(minute):0\(minute % 3).000000"
            return "\(time),TCP,ESTABLISHED,10.0.0.5,\(40_000 + minute),45.1.2.3,8443,900,1200\n"
        }.joined()
    }
    let state = folder.appending(path: "state").path
    let arguments = ["detect", "--findings", "--only", "beaconing", "--home", "10.0.0.0/8", "-"]
    let first = try lapwing(arguments + ["--state", state], input: calls(0..<7))
    #expect(first.code == 0)
    #expect(first.output.isEmpty)
    #expect(first.errors.contains("not there yet"))
    #expect(try lapwing(arguments, input: calls(7..<14)).output.isEmpty)
    let second = try lapwing(arguments + ["--state", state], input: calls(7..<14))
    #expect(second.output.contains("45.1.2.3"))
    let other = folder.appending(path: "other").path
    try FileManager.default.copyItem(atPath: state, toPath: other)
    let fewer = try lapwing(["detect", "--only", "port-scan", "--state", other, "-"], input: calls(0..<7))
    #expect(fewer.errors.contains("will not be kept") && fewer.errors.contains("beaconing"))
    var later = try Data(contentsOf: URL(filePath: state))
    later[14] = UInt8(ascii: "9")
    try later.write(to: URL(filePath: other))
    let ahead = try lapwing(arguments + ["--state", other], input: calls(0..<7))
    #expect(ahead.code == 3 && ahead.errors.contains("another version"))
    try Data("broken".utf8).write(to: URL(filePath: state))
    let third = try lapwing(arguments + ["--state", state], input: calls(0..<7))
    #expect(third.code == 3)
    #expect(third.errors.contains("damaged"))
}

@Test func `a geo file that is none is said and ends with 3`() throws {
    let outcome = try lapwing(["detect", "--geo", "README.md", "examples/office.csv"])
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains("README.md: "))
    #expect(outcome.output.isEmpty)
}

private func checkRivals(truth: String, flows: String, page: String) throws {
    let all = try lapwing(["evaluate", "--json", "--compat", "all", "--truth", truth, "--report", page, flows])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [String: Any])
    let rivals = try #require(object["rivals"] as? [String: [String: Any]])
    #expect(Set(rivals.keys) == ["simple-scan", "rita", "seed2", "rwscan", "slips"])
    for (name, rival) in rivals {
        for key in [
            "foundHosts", "falseIncidents", "firstAlertSeconds", "flowAveragePrecision", "hostWindowAveragePrecision",
            "lapwingFalseAtSameRecall",
        ] {
            #expect(rival[key] != nil, "\(name) \(key)")
        }
    }
    #expect(rivals["rwscan"]?["foundHosts"] as? Int == 1 && rivals["rwscan"]?["lapwingFalseAtSameRecall"] as? Int == 0)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("false at the same recall") && html.contains("simple-scan"))
    let two = try lapwing(["evaluate", "--compat", "rita", "--compat", "simple-scan", "--truth", truth, flows])
    let lines = two.output.split(separator: "\n").filter { $0.contains("rival ") }
    #expect(lines.count == 2 && lines[0].hasPrefix("  rival simple-scan: found "))
    let unknown = try lapwing(["evaluate", "--compat", "snort", flows])
    #expect(unknown.code == 2 && unknown.errors.contains("there are simple-scan, rita, seed2, rwscan, slips and all"))
}

@Test func `a suppression is tried without hiding, then hides, and says when it has expired`() throws {
    let preview = try lapwing(["detect", "--preview-suppression", "host=10.20.10.47", "examples/office.csv"])
    #expect(preview.code == 0)
    #expect(preview.output.contains("incident bb13d55e, 10.20.10.47, recon: p 0.99 would be gone"))
    let json = try lapwing([
        "detect", "--json", "--preview-suppression", "host=10.20.10.0/24 detector=port-scan", "examples/office.csv",
    ])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let counts = try #require(object["byDetector"] as? [String: Int])
    #expect(counts.keys.contains("port-scan") && counts.values.reduce(0, +) == object["hiddenFindings"] as? Int)
    #expect((object["incidents"] as? [[String: Any]])?.first?["id"] as? String == "bb13d55e")
    let nothing = try lapwing(["detect", "--preview-suppression", "host=192.0.2.1", "examples/office.csv"])
    #expect(nothing.output == "would hide 0 findings\nno incident would change\n")
    for wrong in ["hosts=10.0.0.5", "host=ten", "", "expires=2027-01-01"] {
        #expect(try lapwing(["detect", "--preview-suppression", wrong, "examples/office.csv"]).code == 2)
    }
    #expect(try lapwing(["detect", "--preview-suppression", "port=1", "--findings", "examples/office.csv"]).code == 2)

    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".yaml").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let rule = "suppressions:\n- host: 10.20.10.47\n  reason: our scanner\n"
    try rule.write(toFile: file, atomically: true, encoding: .utf8)
    let hidden = try lapwing(["detect", "--settings", file, "examples/office.csv"])
    #expect(!hidden.output.contains("10.20.10.47"))
    #expect(hidden.errors.contains("hidden by suppression 1 (host=10.20.10.47): our scanner"))
    // The sample is of January 2026: what expires then has expired, whatever the clock on the wall says.
    try (rule + "  expires: 2026-01-01\n").write(toFile: file, atomically: true, encoding: .utf8)
    let expired = try lapwing(["detect", "--settings", file, "examples/office.csv"])
    #expect(expired.output.contains("bb13d55e"))
    #expect(expired.errors.contains("expired on 2026-01-01T00:00:00Z, and ") && expired.errors.contains("our scanner"))
    try (rule + "  expires: 2026-02-01\n").write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try lapwing(["detect", "--settings", file, "examples/office.csv"]).output == hidden.output)
}
