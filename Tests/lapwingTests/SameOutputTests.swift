import Foundation
import Testing

/// What comes out depends on the flows and their order alone: not on how their bytes arrive.
struct SameOutputTests {
    /// Five attacks on one host at the same time, amid busy traffic: many detectors speak in every batch.
    private static func attacks() throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".csv")
        let host = "source=10.20.10.21"
        let attacks = [
            "port-scan:targets=20,ports=4,rate=3,start=60,\(host)", "exfiltration:start=80,duration=90,\(host)",
            "brute-force:start=60,duration=2m,\(host)", "lateral-movement:start=80,duration=90,\(host)",
            "data-hoarding:start=60,duration=2m,\(host)",
        ]
        let made = try lapwing(
            ["simulate", "--seed", "11", "--rate", "100", "--duration", "3m", "--output", file.path]
                + attacks.flatMap { ["--attack", $0] })
        try #require(made.code == 0)
        return file
    }

    @Test func `plain, gzip, a pipe in odd writes, and any number of threads print the same bytes`() throws {
        let file = try Self.attacks()
        let packed = URL(filePath: file.path + ".gz")
        defer { for file in [file, packed] { try? FileManager.default.removeItem(at: file) } }
        let command = builtCommand.path
        for options in ["--json", "--findings"] {
            let plain = try lapwing(["detect", options, "--threads", "1", file.path])
            #expect(!plain.output.isEmpty)
            let ways = [
                "\(command) detect \(options) --threads 2 \(file.path)",
                "\(command) detect \(options) --threads 4 \(file.path)",
                "gzip -c \(file.path) > \(packed.path) && \(command) detect \(options) \(packed.path)",
                "dd if=\(file.path) bs=701 status=none | \(command) detect \(options) -",
            ]
            for way in ways {
                let outcome = try run(URL(filePath: "/bin/sh"), ["-c", way])
                #expect(outcome.code == 0, "\(way): \(outcome.errors)")
                #expect(outcome.output == plain.output, "\(way)")
            }
        }
    }
}
