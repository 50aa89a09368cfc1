import Foundation
import Testing

private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

/// Hours of a simulated organization, with an attack or without.
private func traffic(_ seed: Int, hours: Int, _ attack: [String] = []) throws -> String {
    try lapwing(["simulate", "--seed", "\(seed)", "--duration", "\(hours)h", "--rate", "1"] + attack).output
}

@Test func `a model of good traffic judges the next`() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let good = try traffic(1, hours: 12)
    let next = try traffic(2, hours: 2, ["--attack", "port-scan:kind=vertical,start=60m,rate=3,source=10.20.10.21"])
    var files: [String] = []
    for (by, method) in [("host", "ecod"), ("host", "pca"), ("pair", "hstrees"), ("window", "pca")] {
        let file = folder + "/\(by)-\(method).json"
        let trained = try lapwing(["train", "--by", by, "--method", method, "--model", file, "-"], input: good)
        #expect(trained.code == 0)
        #expect(trained.errors.contains("\(method) of "), "\(trained.errors)")
        #expect(!trained.errors.contains("too little"))
        files += ["--model", file]
    }
    let plain = try lapwing(["detect", "--findings", "-"], input: next).output
    let judged = try lapwing(["detect", "--findings", "-"] + files, input: next).output
    #expect(!plain.contains("model-outlier"))
    let said = judged.split(separator: "\n").filter { $0.contains("model-outlier") }
    #expect(
        said.contains {
            $0.contains("10.20.10.21") && $0.contains("unlike what the model has learnt (")
        })
    #expect(
        !(try lapwing(["detect", "--findings", "--without", "model-outlier", "-"] + files, input: next).output)
            .contains("model-outlier"))
    // The settings name models too.
    let settings = folder + "/settings.yaml"
    try "detectors:\n  modelOutlier:\n    models: [\(folder)/pair-hstrees.json]\n"
        .write(toFile: settings, atomically: true, encoding: .utf8)
    #expect(
        try lapwing(["detect", "--findings", "--settings", settings, "-"], input: next).output
            .contains("model-outlier"))
}

@Test func `what is wrong with a model, or with training, is said`() throws {
    let folder = folder + "-wrong"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sample = "examples/office.csv"
    let file = folder + "/model.json"
    let short = try lapwing(["train", "--model", file, sample])
    #expect(short.code == 0)
    #expect(short.errors.contains("says nothing before the model knows about 4 hours"))
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for (content, words) in [
        (String(text.dropLast(9)), "damaged"), (text.replacing("ecod", with: "hbos"), "damaged"), ("{}", "no model"),
        (text.replacing("\"version\":1", with: "\"version\":7"), "a model of version 7"), ("", "no model"),
    ] {
        try content.write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try lapwing(["detect", "--model", file, sample])
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(try lapwing(["detect", "--model", folder + "/none.json", sample]).errors.contains("cannot be read"))
    #expect(try lapwing(["train", "--model", "/nowhere/m.json", sample]).code == 3)
    #expect(try lapwing(["train", sample]).code == 2)
    #expect(try lapwing(["train", "--by", "flow", "--model", file, sample]).code == 2)
    #expect(try lapwing(["train", "--by", "host", "--method", "lstm", "--model", file, sample]).code == 2)
    // Columns are those of hosts by default, of pairs only when asked for.
    #expect(try lapwing(["train", "--columns", "peers,services", "--model", file, sample]).code == 0)
    let wrong = try lapwing(["train", "--columns", "flows", "--model", file, sample])
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("no \"flows\" by host"))
    #expect(try lapwing(["train", "--by", "window", "--columns", "num_entries", "--model", file, sample]).code == 2)
    let few = try lapwing(["train", "--by", "window", "--method", "holt-winters", "--model", file, sample])
    #expect(few.code == 3)
    // Three seasons of 288 windows, and a quarter of all rows that scores are of.
    #expect(few.errors.contains("too few, it takes 1152"), "\(few.errors)")
}
