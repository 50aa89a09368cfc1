import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private func findings(_ text: String, batch: Int = .max) throws -> [Finding] {
    findings(of: LongConnectionDetector(LongConnectionSettings()), in: try Scenario(text).flows, batch: batch)
}

@Test(arguments: [60, 120, 1800, 3600, 36_000])
func `slices of any length are one long connection`(slice: Int) throws {
    let series = "0s x\(36_000 / slice) +\(slice)s"
    let found = try findings("\(series) 10.0.0.5:50000 -> 45.0.0.1:443 tcp established 1000/1000 \(slice)s")
    #expect(found.count == 1)
    let long = try #require(found.first?.reason as? LongConnectionReason)
    #expect(long.seconds >= 9 * 3600 && long.others == 0 && found[0].evidence == 2)
    let six = try findings("\(series) [fd00::5]:50000 -> [2a00::1]:443 tcp established 1000/1000 \(slice)s")
    #expect(six.map(\.score) == found.map(\.score))
}

@Test func `it is told with every doubling`() throws {
    // At 9, 18 and 36 h of 40.
    let found = try findings("0s x40 +1h 10.0.0.5:50000 -> 45.0.0.1:443 tcp established 1000/1000 1h")
    #expect(found.map(\.score) == [9, 18, 36].map { $0 * 3600 })
}

@Test(arguments: [
    "0s x8 +1h 10.0.0.5:50000 -> 45.0.0.1:443 tcp established 1000/1000 1h",
    "0s x10 +1h 10.0.0.5:50000 -> 10.0.0.9:443 tcp established 1000/1000 1h",
    "0s x10 +1h 10.0.0.5:50000 -> 224.0.0.251:443 tcp established 1000/1000 1h",
    "0s x1800 +20s 10.0.0.5:50000 -> 45.0.0.1:443 tcp established 1000/1000 20s",
    "0s x10 +1h 10.0.0.5:0 -> 45.0.0.1:443 tcp established 1000/1000 1h",
])
func `short, inside, multicast and separate connections are ordinary`(text: String) throws {
    #expect(try findings(text).isEmpty)
}

/// Ten hours of each of eight hosts.
private let eight = (1...8).map { "0s x10 +1h 10.0.0.\($0):50000 -> 45.0.0.1:443 tcp established 1000/1000 1h" }
    .joined(separator: "\n")

@Test func `what many of a group do is ordinary`() throws {
    // 2 - ln of 1, 2, … 8: nothing from the eighth on.
    let found = try findings(eight).map(\.evidence)
    #expect(found.count == 8 && found[0] == 2 && abs(found[6] - 0.054) < 0.001 && found[7] == 0)
}

@Test(arguments: [1, 7]) func `the size of batches makes no connection longer`(size: Int) throws {
    let text = "0s x80 +30m 10.0.0.5:50000 -> 45.0.0.1:443 tcp established 1000/1000 30m"
    #expect(try findings(text, batch: size) == findings(text))
}

@Test func `what others did fades with the months`() throws {
    func last(after days: Int) throws -> Double {
        let own = "\(days)d x10 +1h 10.0.0.20:50000 -> 45.0.0.1:443 tcp established 1000/1000 1h"
        let flows = try Scenario(eight + "\n" + own).flows
        let found = findingsByWindow(of: LongConnectionDetector(LongConnectionSettings()), in: flows)
        return try #require(found.last).evidence
    }
    #expect(try last(after: 1) == 0)
    // Five months: the eight count as a quarter of one, 2 - ln 1.25.
    #expect(abs(try last(after: 5 * 31) - 1.777) < 0.001)
}
