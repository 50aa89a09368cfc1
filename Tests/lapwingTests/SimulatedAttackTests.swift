import Foundation
import Testing

/// The incidents of an hour of the organization's traffic that are more likely than not: subject, category.
private func incidents(seed: Int, attack: String?) throws -> [(subject: String, category: String)] {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".csv")
    defer { try? FileManager.default.removeItem(at: file) }
    let options = attack.map { ["--attack", $0] } ?? []
    let made = try lapwing(
        ["simulate", "--seed", "\(seed)", "--duration", "1h", "--rate", "10", "--output", file.path] + options)
    try #require(made.code == 0)
    let lines = try lapwing(["detect", "--json", file.path]).output.split(separator: "\n")
    return try lines.compactMap { line in
        let incident = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        guard let incident, let probability = incident["probability"] as? Double, probability >= 0.5 else { return nil }
        return (incident["subject"] as? String ?? "", incident["category"] as? String ?? "")
    }
}

@Test(arguments: [1, 2])
func `ordinary traffic has no incident`(seed: Int) throws {
    #expect(try incidents(seed: seed, attack: nil).isEmpty)
}

@Test(arguments: [
    ("brute-force", "exploitation"),
    ("brute-force:port=3389,guesses=90,targets=20,duration=2m,session=10m", "exploitation"),
    ("flood", "ddos-source"), ("flood:kind=udp,sources=50,rate=200", "ddos-target"),
    ("lateral-movement", "exploitation"),
    ("dns-volume:start=30m", "anomaly"), ("dns-tunnel:start=20m", "c-and-c"),
    ("spam", "anomaly"), ("data-hoarding", "data-hoarding"),
    ("never-closed:connections=600", "ddos-source"),
    ("amplification", "ddos-target"), ("amplification:role=reflector,rate=90,bytes=6000", "ddos-source"),
])
func `an attack is the one incident`(attack: String, category: String) throws {
    for seed in [1, 2] {
        let found = try incidents(seed: seed, attack: attack)
        #expect(found.map(\.category) == [category], "\(attack), seed \(seed): \(found)")
    }
}
