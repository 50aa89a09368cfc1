import FlowModel
import Testing

@testable import FlowFormats

private func log(_ tuples: [String]) -> String {
    let list = tuples.map { "\"\($0)\"" }.joined(separator: ",\n")
    return #"{"records":[{"time":"2026-01-05T09:01:00Z","properties":{"Version":2,"flows":[{"rule":"A,B","flows":[{"#
        + #""mac":"000D3AF87856","flowTuples":[\#(list)]}]}]}}]}"#
}

private func read(_ text: String) -> FlowBatch { reading(text, by: AzureFlowLogReader.self).batch }

private let begin = "1767603600,10.0.0.4,192.0.2.7,40000,443,T,O,A,B,,,,"
private let going = "1767603630,10.0.0.4,192.0.2.7,40000,443,T,O,A,C,10,1000,20,22000"
private let end = "1767603660,10.0.0.4,192.0.2.7,40000,443,T,O,A,E,5,500,6,7000"

@Test func `a begin is where the next tuple of its ends starts`() {
    let batch = read(log([begin, going, end]))
    #expect(batch.flows.count == 2 && batch.skipped[.begin] == 1 && batch.rejected.total == 0)
    #expect(batch.flows.map(\.start) == [Timestamp(seconds: 1_767_603_600), Timestamp(seconds: 1_767_603_660)])
    #expect(batch.flows.map(\.duration) == [30_000_000_000, 0])
    #expect(batch.flows.map(\.bytesSent) == [1000, 500] && batch.flows.map(\.bytesReceived) == [22_000, 7000])
    #expect(batch.flows.map(\.packetsSent) == [10, 5] && batch.flows.map(\.packetsReceived) == [20, 6])
    #expect(batch.flows.map(\.state) == [.established, .closed])
}

@Test func `a begin that nothing follows is a flow without bytes, and so is one begun again`() {
    let batch = read(
        log([begin, begin.replacing("3600,", with: "3610,"), begin.replacing("40000", with: "40001"), end]))
    #expect(batch.flows.count == 3 && batch.skipped[.begin] == 1)
    #expect(batch.flows.map(\.bytes) == [0, 7500, 0])
    #expect(batch.flows[1].start == Timestamp(seconds: 1_767_603_610))
}

@Test func `what was denied is rejected, what got no answer was tried`() {
    let batch = read(
        log([
            "1767603661,198.51.100.9,10.0.0.4,50000,3389,T,I,D,B,,,,",
            "1767603661,10.0.0.4,198.51.100.9,50000,3389,T,O,A,E,2,120,0,0",
            "1767603661,10.0.0.4,198.51.100.9,50000,53,U,O,A,E,2,120,2,300",
        ]))
    #expect(batch.flows.map(\.state) == [.rejected, .attempted, .established])
    #expect(batch.flows.map(\.transport) == [.tcp, .tcp, .udp])
}

@Test func `version 1 has neither phase nor counts`() {
    let batch = read(log(["1767603661,10.0.0.4,198.51.100.9,50000,3389,T,O,A", "1767603661,10.0.0.4,::9,5,33,U,I,D"]))
    #expect(batch.flows.map(\.state) == [.unknown, .rejected] && batch.rejected.total == 0)
}

@Test func `a virtual network has milliseconds, numbers for protocols and an encryption`() {
    let batch = read(
        log([
            "1663146003599,10.0.0.6,192.0.2.180,23956,443,6,O,B,NX,0,0,0,0",
            "1663146003606,10.0.0.6,192.0.2.180,23956,443,6,O,E,NX,3,767,2,1580",
            "1663146003637,203.0.113.17,10.0.0.6,22730,22,6,I,D,NX,0,0,0,0",
            "1663146004251,203.0.113.81,10.0.0.6,18,23,17,I,C,NX_NOT_ACCEPTED,1,60,0,0",
        ]))
    #expect(batch.flows.count == 3 && batch.skipped[.begin] == 1 && batch.rejected.total == 0)
    #expect(batch.flows.map(\.bytes) == [2347, 0, 60])
    #expect(batch.flows.map(\.duration) == [7_000_000, 0, 0])
    #expect(batch.flows.map(\.state) == [.closed, .rejected, .unknown])
}

@Test func `broken tuples are counted with their line, the others read`() {
    let batch = read(
        log([
            end, "x", "1767603661,10.0.0.4,10.0.0.400,1,2,T,O,A", "1767603661,10.0.0.4,10.0.0.4,1,2,T",
            "1767603661,10.0.0.4,10.0.0.4,1,2,Q,O,A", end.replacing("500", with: "-5"), end,
        ]))
    #expect(batch.flows.count == 2 && batch.rejected.total == 5)
    #expect(batch.rejected[.badAddress] == 1 && batch.rejected[.unknownProtocol] == 1)
    #expect(batch.rejected[.tooFewFields] == 2 && batch.rejected[.negativeNumber] == 1)
    #expect(batch.examples.first?.line == 2)
}

@Test func `begins that wait are limited, and none is lost`() {
    var tuples: [String] = [begin]
    for number in 0..<300_000 {
        let ends = "10.\(number >> 16).\(number >> 8 & 255).\(number & 255),192.0.2.7,1,443,T,O,A"
        tuples.append("1767603600,\(ends),B,,,,")
        if number % 2 == 0 { tuples.append("1767603601,\(ends),E,1,60,1,60") }
    }
    let batch = read(log(tuples))
    #expect(batch.flows.count == 300_001 && batch.skipped[.begin] == 150_000)
}
