import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// What the detector says of flows drawn from the beginning of a slice of ten minutes.
private func findings(_ text: String, batch: Int = .max) throws -> [Finding] {
    let flows = try Scenario(text, from: Timestamp(seconds: 1_599_999_600)).flows
    return findings(of: SpamDetector(SpamSettings()), in: flows, batch: batch)
}

private let mail = "0s x90 +6s 10.0.0.5 -> 45.0.0.{n}:25 tcp closed 3000/800"

@Test func `mail to many servers is found, and who always mailed is less sure`() throws {
    let found = try findings(mail)
    // Told with about 20, 29, 40, 57 and 80 servers, the third of them at one octave above the limit.
    #expect(found.count == 5)
    // 5, then 2 for each half octave: beyond 6 only where the host is known.
    #expect(found.map(\.evidence) == [5, 6, 6, 6, 6])
    let mail = try #require(found.last?.reason as? SpamReason)
    #expect(mail.isMail && mail.port == 25 && abs(mail.servers - 80) <= 8 && mail.limit == 20)
}

@Test func `one that was known and did not mail is found in full`() throws {
    let flows = try Scenario(
        """
        0s          10.0.0.5 -> 45.1.0.1:443 tcp closed 3000/800
        30m x90 +6s 10.0.0.5 -> 45.0.0.{n}:25 tcp closed 3000/800
        """, from: Timestamp(seconds: 1_599_999_600)
    ).flows
    let found = findingsByWindow(of: SpamDetector(SpamSettings()), in: flows)
    #expect(found.map(\.evidence) == [5, 7, 9, 10, 10])
}

@Test(arguments: [
    "0s x15 +40s 10.0.0.5 -> 45.0.0.{n}:25 tcp closed 3000/800",
    "0s x90 +6s 10.0.0.5 -> 45.0.0.{n}:25 tcp attempted 60/0",
    "0s x90 +6s 10.0.0.5 -> 45.0.0.{n}:443 tcp closed 3000/800",
    "0s x90 +6s 10.0.0.5 -> 45.0.0.{n}:993 tcp closed 3000/800",
    "0s x90 +6s 10.0.0.5 -> 45.0.0.{n}:6881 tcp closed 3000/800",
    "0s x90 +6s 10.0.0.5 -> 45.0.0.{n}:25 udp closed 3000/800",
    "0s x35 +17s 10.0.0.5 -> 45.0.0.{n}:22 tcp closed 3000/800",
])
func `few, silent, web, mailboxes, strangers and other services in small numbers are ordinary`(text: String) throws {
    #expect(try findings(text).isEmpty)
}

@Test func `another service of many servers is a hint`() throws {
    let found = try findings("0s x300 +2s 10.0.0.5 -> 45.0.{n/250}.{n%250}:22 tcp closed 3000/800")
    #expect(!found.isEmpty && found.allSatisfy { $0.evidence <= 3 })
}

@Test func `a host that is brought mail is a mail server`() throws {
    let brought = "0s 45.0.0.1:50000 -> 10.0.0.5:25 tcp closed 3000/800\n"
    #expect(try findings(brought + "0s x450 +6666ms 10.0.0.5 -> 45.0.0.{n%90}:25 tcp closed 3000/800").isEmpty)
    // Six slices of 30 are its habit: the limit is 120, and 400 are not.
    let usual = brought + "0s x210 +20s 10.0.0.5 -> 45.0.0.{n%30}:25 tcp closed 3000/800\n"
    #expect(try findings(usual + "70m x100 +6s 10.0.0.5 -> 45.0.0.{n}:25 tcp closed 3000/800").isEmpty)
    let many = "70m x400 +1500ms 10.0.0.5 -> 45.0.{n/250}.{n%250}:25 tcp closed 3000/800"
    #expect(try !findings(usual + many).isEmpty)
}

@Test(arguments: [1, 7, 33]) func `neither batches nor the family change what is said of mail`(size: Int) throws {
    let text = "0s x270 +6666ms 10.0.0.5 -> 45.0.0.{n%90}:25 tcp closed 3000/800"
    #expect(try findings(text, batch: size) == findings(text))
    #expect(try !findings("0s x270 +6666ms fd00::5 -> [2a00::{n%90}]:25 tcp closed 3000/800").isEmpty)
}
