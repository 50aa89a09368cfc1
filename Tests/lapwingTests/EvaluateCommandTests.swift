import FlowEnrich
import FlowTestKit
import Foundation
import Testing

/// A folder with two simulated captures, their truth beside them; removed with what is in it.
private func withCaptures(_ body: (_ folder: URL, _ captures: [String]) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let captures = try ["1", "2"].map { seed in
        let flows = folder.appending(path: seed + ".csv").path
        let made = try lapwing([
            "simulate", "--seed", seed, "--duration", "20m", "--rate", "8", "--attack", "port-scan:start=5m",
            "--truth", flows + ".truth.json", "--output", flows,
        ])
        #expect(made.code == 0)
        return flows
    }
    try body(folder, captures)
}

private func write(_ text: String, to file: URL) throws -> String {
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
}

@Test func `a calibration is fitted, and used when the settings name its file`() throws {
    try withCaptures { folder, captures in
        let file = folder.appending(path: "own.json")
        let fitted = try lapwing(["evaluate", "--calibrate", file.path] + captures)
        #expect(fitted.code == 0 && fitted.output.hasPrefix("2 captures, "), "\(fitted.errors)")
        #expect(fitted.output.contains(" 2 of them malicious\ncalibration error by capture held out in turn "))
        let fit = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        #expect((fit?["captures"] as? [[String: Any]])?.map { $0["name"] as? String } == ["1.csv", "2.csv"])
        let settings = try write(
            "ensemble: {calibration: \(file.path)}\n", to: folder.appending(path: "settings.yaml"))
        for verb in ["detect", "evaluate"] {
            let own = try lapwing([verb, "--json", captures[0]])
            let calibrated = try lapwing([verb, "--json", "--settings", settings, captures[0]])
            #expect(calibrated.code == 0 && !calibrated.output.isEmpty && calibrated.output != own.output, "\(verb)")
        }
        // Fitting starts from the detectors' own evidence, whatever the settings name.
        let again = folder.appending(path: "again.json")
        let refitted = try lapwing(["evaluate", "--calibrate", again.path, "--settings", settings] + captures)
        #expect(refitted.output == fitted.output)
        #expect(try Data(contentsOf: again) == Data(contentsOf: file))
    }
}

@Test func `a damaged calibration is an error that names what is wrong`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let shipped = try String(
        contentsOf: root.appending(path: "Sources/FlowEvaluation/calibration.json"), encoding: .utf8)
    let file = folder.appending(path: "own.json")
    let settings = try write("ensemble: {calibration: \(file.path)}\n", to: folder.appending(path: "settings.yaml"))
    for (text, words) in [
        (nil, "takes own, shipped or a file, and \"\(file.path)\" cannot be read"),
        ("", "own.json: no calibration: damaged"), (String(shipped.dropLast(9)), "no calibration: damaged"),
        (shipped.replacing("\"slope\"", with: "\"slop\""), "no calibration: there is no \"slope\""),
        (shipped.replacing("\"slope\" : ", with: "\"slope\" : -"), "slope takes 0.000001 to"),
        (shipped.replacing("\"slope\" : ", with: "\"slope\" : 1e308, \"x\" : "), "slope takes 0.000001 to"),
        (shipped.replacing("\"slope\" : ", with: "\"slope\" : true, \"x\" : "), "\"slope\" is something else"),
        (shipped.replacing("\"version\" : 1", with: "\"version\" : 2"), "a calibration of version 2"),
        (shipped.replacing("\"beaconing\"", with: "\"beacons\""), "no detector \"beacons\""),
        (shipped.replacing("\"worth\" : [", with: "\"worth\" : [ 99999999,"), "evidence takes rising numbers"),
    ] {
        if let text { _ = try write(text, to: file) }
        let outcome = try lapwing(["detect", "--settings", settings, "examples/office.csv"])
        #expect(outcome.code == 3 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
}

@Test func `flows without a truth are said, and no calibration is fitted to them`() throws {
    let sample = "examples/office.csv"
    let scored = try lapwing(["evaluate", sample])
    #expect(scored.code == 0 && scored.errors.contains("no label says malicious or benign"))
    #expect(try !lapwing(["evaluate", "--malicious", "10.20.10.47", sample]).errors.contains("no label"))
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let fitted = try lapwing(["evaluate", "--calibrate", file, sample])
    #expect(fitted.code == 3 && fitted.errors.contains("there is nothing to fit"))
    #expect(!FileManager.default.fileExists(atPath: file))
}

@Test func `evaluate uses the MaxMind files of the settings and of its options`() throws {
    try withCaptures { folder, captures in
        let file = folder.appending(path: "country.mmdb")
        var writer = MaxMindWriter()
        for (text, code) in [("0.0.0.0/1", "NL"), ("128.0.0.0/1", "AU")] {
            let network = try #require(Network(text))
            writer.add(network, .map([("country_code", .text(code))]))
        }
        try Data(writer.bytes(kind: "Test-Country")).write(to: file)
        let settings = try write("geo: {files: [\(file.path)]}\n", to: folder.appending(path: "settings.yaml"))
        for option in [["--settings", settings], ["--geo", file.path]] {
            let outcome = try lapwing(["evaluate"] + option + captures)
            #expect(outcome.code == 0)
            #expect(outcome.errors.components(separatedBy: "country.mmdb: Test-Country of 2020-09-13").count == 2)
        }
        try FileManager.default.removeItem(at: file)
        #expect(try lapwing(["evaluate", "--settings", settings, captures[0]]).code == 3)
    }
}
