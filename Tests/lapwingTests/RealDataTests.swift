import Foundation
import Testing

/// Real files to try everything on; they are not part of the project.
private let data = root.deletingLastPathComponent().appending(path: "shared/data")

private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: data.appending(path: path).path)
}

/// The object that `explore --json` prints.
private func explore(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try lapwing(["explore", "--json"] + arguments)
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
}

/// A file unpacked by gzip, not by us.
private func unpacked(_ file: URL) throws -> Data {
    guard file.pathExtension == "gz" else { return try Data(contentsOf: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return bytes
}

@Test(.enabled(if: exists("labelled"), "needs the labelled captures"))
func `every row of the labelled captures is read, rejected or skipped`() throws {
    for folder in ["labelled", "logs"] {
        let files = try FileManager.default.contentsOfDirectory(
            at: data.appending(path: folder), includingPropertiesForKeys: nil)
        for file in files where file.pathExtension == "gz" {
            let lines = try unpacked(file).split(separator: UInt8(ascii: "\n"))
            let isZeek = lines.first?.first == UInt8(ascii: "#")
            let hasHeader = ["binetflow", "csv"].contains(file.deletingPathExtension().pathExtension)
            let expected = lines.count { !isZeek || $0.first != UInt8(ascii: "#") } - (hasHeader ? 1 : 0)
            let summary = try explore([file.path])
            #expect(summary["rows"] as? Int == expected, "\(file.lastPathComponent)")
            #expect((summary["rejected"] as? [String: Int])?.isEmpty == true, "\(file.lastPathComponent)")
        }
    }
}

@Test(.enabled(if: exists("logs"), "needs the cloud and Suricata logs"))
func `totals of Suricata's and Azure's logs are the sums of their numbers`() throws {
    let eve = data.appending(path: "logs/suricata-eve.json.gz")
    var sums = [0, 0, 0]
    for line in try unpacked(eve).split(separator: UInt8(ascii: "\n")) {
        let event = try JSONSerialization.jsonObject(with: line) as? [String: Any]
        guard event?["event_type"] as? String == "flow", let flow = event?["flow"] as? [String: Any] else { continue }
        sums[0] += 1
        sums[1] += flow["bytes_toserver"] as? Int ?? 0
        sums[2] += flow["bytes_toclient"] as? Int ?? 0
    }
    let suricata = try explore([eve.path])
    #expect(["flows", "bytesSent", "bytesReceived"].map { suricata[$0] as? Int } == sums)

    let log = data.appending(path: "logs/azure-nsg-v2.json")
    sums = [0, 0, 0]
    let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
    // Every string with twelve commas is a tuple.
    for part in text.split(separator: "\"") {
        let fields = part.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 13 else { continue }
        sums[0] += 1
        sums[1] += Int(fields[10]) ?? 0
        sums[2] += Int(fields[12]) ?? 0
    }
    let azure = try explore([log.path])
    #expect(["rows", "bytesSent", "bytesReceived"].map { azure[$0] as? Int } == sums)
}
