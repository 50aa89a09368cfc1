import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// Flows drawn from the beginning of a slice of a quarter of an hour.
private func flows(_ text: String) throws -> [Flow] {
    try Scenario(text, from: Timestamp(seconds: 1_599_999_300)).flows
}

private func findings(_ text: String) throws -> [Finding] {
    findingsByWindow(of: DataHoardingDetector(DataHoardingSettings()), in: try flows(text))
}

/// Three quarters of an hour of small pulls from the two servers that the host always asks.
private func quiet(_ ends: String = "10.0.0.5 -> 10.0.0.{n+100}") -> String {
    ["0s", "15m", "30m"].map { "\($0) x2 +10s \(ends):445 tcp closed 1000/1000000 1s\n" }.joined()
}

@Test(arguments: [
    ("10.0.0.5 -> 10.0.0.{n+100}", "10.0.0.5 -> 10.0.0.{n+200}"),
    ("fd00::5 -> [fd00::{n+100}]", "fd00::5 -> [fd00::{n+200}]"),
])
func `much from many new peers is gathering`(usual: String, new: String) throws {
    let found = try findings(quiet(usual) + "45m x16 +10s \(new):445 tcp closed 1000/50000000 1s")
    let last = try #require(found.last)
    let gathered = try #require(last.reason as? DataHoardingReason)
    // The host's own is 2 MB a slice: the floor of 50 MB is the limit. Told at 50 MB and √2 times as much, and so on,
    // of 800 MB. Its own two peers make four usual ones.
    #expect(gathered.limit == 50_000_000 && gathered.usual == 2_000_000 && gathered.newShare == 1)
    #expect(found.map(\.score).map { $0 / 50e6 } == [1, 2, 3, 5, 8, 12])
    #expect(abs(gathered.peers - 12) <= 2)
    // Bytes: 1 + log2 12 = 4.6, at most 4; peers: 1.5 × log2(12 / 4) = 2.4; new: 2.
    #expect(last.evidence > 7.9 && last.evidence < 9)
    #expect(found[0].evidence == 1)
}

@Test(arguments: [
    // Little; pushed, not pulled; from outside; a server's answers to a stranger.
    "0s x20 +10s 10.0.0.5 -> 10.0.0.{n+100}:445 tcp closed 1000/1000000 1s",
    "0s x20 +10s 10.0.0.5 -> 10.0.0.{n+100}:445 tcp closed 60000000/50000000 1s",
    "0s x20 +10s 10.0.0.5 -> 45.0.0.{n+100}:445 tcp closed 1000/50000000 1s",
    "0s x20 +10s 45.0.0.5 -> 10.0.0.{n+100}:445 tcp closed 1000/50000000 1s",
])
func `little, pushed and outside bytes are ordinary`(text: String) throws {
    #expect(try findings(text).isEmpty)
}

@Test func `one large file is a hint, and a host that is new stays below an incident`() throws {
    let large = try findings(quiet() + "45m 10.0.0.5 -> 10.0.0.100:445 tcp closed 1000/5000000000 1s")
    #expect(large.map(\.evidence) == [4])
    let new = try findings("0s x30 +10s 10.0.0.5 -> 10.0.0.{n+100}:445 tcp closed 1000/100000000 1s")
    #expect(new.allSatisfy { $0.evidence <= 6 })
}

@Test func `what a host does all day is ordinary for it`() throws {
    func pulls(_ slice: Int, megabytes: Int) -> String {
        "\(slice * 15)m x4 +10s 10.0.0.5 -> 10.0.0.{n+100}:445 tcp closed 1000/\(megabytes)000000 1s\n"
    }
    let found = try findings((0..<8).map { pulls($0, megabytes: 40) }.joined() + pulls(8, megabytes: 50))
    #expect(found.filter { $0.span.start >= Timestamp(seconds: 1_599_999_300 + 7200) }.isEmpty)
}

@Test func `what is forgotten gathers anew`() throws {
    let text = "0s x20 +10s 10.0.0.5 -> 10.0.0.{n+100}:445 tcp closed 1000/40000000 1s"
    #expect(try !findings(text).isEmpty)
    var run = DetectorRun(DataHoardingDetector(DataHoardingSettings()))
    for flow in try flows(text) {
        run.show([flow])
        run.forget(flow.source)
    }
    #expect(run.findings.isEmpty)
}

@Test func `a peer not met for months is new again`() throws {
    func share(after days: Int) throws -> Double {
        let then = "45m x16 +10s 10.0.0.5 -> 10.0.0.{n+200}:445 tcp closed 1000/1000000 1s\n"
        let again = "\(45 + days * 1440)m x16 +10s 10.0.0.5 -> 10.0.0.{n+200}:445 tcp closed 1000/50000000 1s"
        return try #require(findings(quiet() + then + again).last?.reason as? DataHoardingReason).newShare
    }
    #expect(try share(after: 20) == 0)
    #expect(try share(after: 100) == 1)
}
