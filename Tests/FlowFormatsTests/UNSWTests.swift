import Foundation
import Testing

@testable import FlowFormats
@testable import FlowModel

private func row(_ changes: [Int: String] = [:]) -> String {
    var fields = Array(repeating: "0", count: 49)
    let usual: [Int: String] = [
        0: "10.0.0.1", 1: "40000", 2: "192.0.2.1", 3: "80", 4: "tcp", 5: "FIN", 6: "1.5", 7: "1000", 8: "2000",
        13: "http",
        16: "10", 17: "12", 28: "1767603600", 29: "1767603602", 47: "", 48: "0",
    ]
    for (place, text) in usual { fields[place] = text }
    for (place, text) in changes { fields[place] = text }
    return fields.joined(separator: ",") + "\n"
}

private func read(_ text: String) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: UNSWReader.self)
}

@Test func `a row without a header has its columns in their places`() throws {
    #expect(isTaken(row(), by: UNSWReader.self))
    let (batch, names, _) = read(row())
    let flow = try #require(batch.flows.first)
    #expect(flow.source == IPAddress("10.0.0.1") && flow.destination == IPAddress("192.0.2.1"))
    #expect(flow.sourcePort == 40_000 && flow.destinationPort == 80 && flow.transport == .tcp)
    #expect(flow.start == Timestamp(seconds: 1_767_603_600) && flow.duration == 1_500_000_000)
    #expect(flow.bytesSent == 1000 && flow.bytesReceived == 2000 && flow.packetsReceived == 12)
    #expect(flow.state == .closed)
    #expect(names.applications.name(flow.application) == "http" && names.labels.name(flow.label) == "Normal")
}

@Test func `categories are labels, ARP is skipped, OSPF has no ports`() {
    let (batch, names, _) = read(
        row([47: " Fuzzers ", 48: "1"]) + row([4: "arp"]) + row([4: "ospf", 1: "-", 3: "-", 5: "REQ"])
            + row([1: "0x000b", 3: "0xc0a8", 48: "1"]))
    #expect(batch.flows.map { names.labels.name($0.label) } == ["Fuzzers", "Normal", "Attack"])
    #expect(batch.flows.map(\.transport.rawValue) == [6, 89, 6])
    #expect(batch.flows.map(\.destinationPort) == [80, 0, 0xc0a8])
    #expect(batch.skipped[.notIP] == 1 && batch.rejected.total == 0)
}

@Test func `a header may have its columns in another order`() {
    let (batch, _, error) = read(
        "dstip,srcip,proto,sbytes,dbytes,Stime,dur,sport,dsport\n192.0.2.1,10.0.0.1,udp,5,6,1767603600,0,7,53\n")
    #expect(error == nil && batch.flows.map(\.destinationPort) == [53] && batch.flows.map(\.bytesReceived) == [6])
    #expect(read("srcip,dstip,sbytes,dbytes\n").error == .missingColumns(["proto", "Stime"], line: 1))
}

@Test func `broken rows are counted by reason`() {
    let (batch, _, _) = read(
        row() + row([0: "10.0.0"]) + row([7: "-5"]) + row([28: "soon"]) + row([6: "x"]) + "a,b\n" + row([3: "70000"]))
    #expect(batch.flows.count == 1 && batch.rejected.total == 6)
}
