import Foundation
import Testing

/// Whole outputs, byte for byte, as they stand in `Golden/`. `LAPWING_GOLDEN=write swift test --filter GoldenTests`
/// writes them anew: look at the difference before committing it.
struct GoldenTests {
    static let folder = root.appending(path: "Tests/lapwingTests/Golden")
    static let isWriting = ProcessInfo.processInfo.environment["LAPWING_GOLDEN"] == "write"

    static let commands: [(file: String, arguments: String)] = [
        ("detect.txt", "detect examples/office.csv"),
        ("detect-explain.txt", "detect --explain 1 examples/office.csv"),
        ("detect.jsonl", "detect --json examples/office.csv"),
        ("detect-findings.jsonl", "detect --findings --without pair-outlier examples/office.csv"),
        (
            "detect-pair-outlier.jsonl",
            "detect --findings --only pair-outlier --fence inner --features connections examples/sna-flow-search.csv"
        ),
        ("detect-groups.txt", "detect examples/sna-flow-search.csv"),
        ("groups.txt", "groups examples/sna-flow-search.csv"),
        ("groups.jsonl", "groups --json examples/sna-flow-search.csv"),
        ("groups-all.txt", "groups --membership all --top 2 examples/sna-flow-search.csv"),
        ("explore.txt", "explore --top 4 examples/sna-flow-search.csv"),
        ("explore-flows.txt", "explore --by flows --top 3 --since 2026-01-05T09:05 examples/office.csv"),
        ("explore.json", "explore --top 2 --json examples/sna-flow-search.csv"),
        ("show.txt", "show --head 5 examples/sna-flow-search.csv"),
        ("show.jsonl", "show --tail 3 --json examples/sna-flow-search.csv"),
        ("show.csv", "show --to csv --where tcp --head 3 examples/sna-flow-search.csv"),
        ("show.zeek", "show --to zeek --tail 2 examples/office.csv"),
        ("settings.yaml", "settings print"),
        ("simulate.plain-csv", "simulate --duration 20s --rate 3 --attack port-scan:start=5s,rate=1"),
        ("simulate.zeek", "simulate --duration 20s --rate 3 --format zeek"),
        ("simulate.argus", "simulate --duration 20s --rate 3 --format argus"),
        ("simulate.sna-csv", "simulate --duration 20s --rate 3 --format sna-csv"),
        ("help.txt", "--help"), ("help-detect.txt", "detect --help"), ("help-groups.txt", "groups --help"),
        ("help-plot.txt", "plot --help"), ("help-simulate.txt", "simulate --help"),
        ("help-explore.txt", "explore --help"), ("help-evaluate.txt", "evaluate --help"),
        ("help-show.txt", "show --help"),
        ("help-settings.txt", "settings --help"),
        ("help-cluster.txt", "cluster --help"), ("help-train.txt", "train --help"),
        ("cluster.txt", "cluster --by host --k 3 --top 3 examples/office.csv"),
    ]

    @Test(arguments: commands)
    func `a command prints what it printed`(file: String, arguments: String) throws {
        let outcome = try lapwing(arguments.split(separator: " ").map(String.init))
        #expect(outcome.code == 0)
        try Self.compare(outcome.output, with: file)
    }

    @Test func `plot draws what it drew`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let outcome = try lapwing(["plot", "--output", folder, "examples/sna-flow-search.csv"])
        let names = outcome.output.replacing(folder + "/", with: "")
        try Self.compare(names, with: "plot.txt")
        for kind in ["series", "histogram", "bars"] {
            let name = "received-mail-servers-\(kind).svg"
            try Self.compare(try String(contentsOfFile: folder + "/" + name, encoding: .utf8), with: name)
        }
    }

    @Test func `the truth of a simulation is told`() throws {
        let truth = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".json").path
        defer { try? FileManager.default.removeItem(atPath: truth) }
        _ = try lapwing(
            ["simulate", "--duration", "10m", "--rate", "2", "--truth", truth]
                + ["--attack", "port-scan:start=1m,ports=3,targets=2", "--attack", "exfiltration:flows=2,start=2m"])
        try Self.compare(try String(contentsOfFile: truth, encoding: .utf8), with: "truth.json")
    }

    static func compare(_ output: String, with file: String) throws {
        let path = folder.appending(path: file)
        if isWriting { try output.write(to: path, atomically: true, encoding: .utf8) }
        let golden = try String(contentsOf: path, encoding: .utf8)
        guard output != golden else { return }
        let lines = zip(output.split(separator: "\n"), golden.split(separator: "\n"))
        let place = lines.enumerated().first { $0.element.0 != $0.element.1 }
        Issue.record(
            "\(file): line \((place?.offset ?? -1) + 1): \(place?.element.0 ?? "length") instead of \(place?.element.1 ?? "")"
        )
    }
}
