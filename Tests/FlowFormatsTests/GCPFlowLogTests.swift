import FlowModel
import Testing

@testable import FlowFormats

private func payload(_ reporter: String = "SRC", bytes: String = "\"1500\"", more: String = "") -> String {
    #"{"connection":{"src_ip":"10.0.0.2","src_port":40000,"dest_ip":"192.0.2.5","dest_port":443,"protocol":6},"#
        + #""bytes_sent":\#(bytes),"packets_sent":"5","start_time":"2026-01-05T09:00:01.123456789Z","#
        + #""end_time":"2026-01-05T09:00:02.500Z","reporter":"\#(reporter)"\#(more)}"#
}

private func entry(_ payload: String) -> String { #"{"insertId":"a","jsonPayload":\#(payload),"logName":"l"}"# }

private func read(_ text: String) -> FlowBatch { reading(text, by: GCPFlowLogReader.self).batch }

@Test func `an entry is one way of a connection`() throws {
    for text in ["[\(entry(payload())),\n\(entry(payload()))]", entry(payload()) + "\n" + payload() + "\n"] {
        let batch = read(text)
        #expect(batch.flows.count == 2 && batch.rejected.total == 0)
        let flow = try #require(batch.flows.first)
        #expect(flow == batch.flows.last)
        #expect(flow.source == IPAddress("10.0.0.2") && flow.destinationPort == 443 && flow.transport == .tcp)
        #expect(flow.start == Timestamp(seconds: 1_767_603_601).advanced(by: 123_456_789))
        #expect(flow.duration == 1_376_543_211)
        #expect(flow.bytesSent == 1500 && flow.packetsSent == 5 && flow.bytesReceived == 0)
    }
    #expect(GCPFlowLogReader.format.isOneWay)
}

@Test func `what both machines report counts once`() {
    let instance = #","src_instance":{"vm_name":"a"}"#
    let batch = read(
        entry(payload("SRC", more: instance)) + entry(payload("DEST", more: instance)) + entry(payload("DEST")))
    #expect(batch.flows.count == 2 && batch.skipped[.seenTwice] == 1)
}

@Test func `other entries are skipped and broken ones rejected`() {
    let batch = read(
        #"[{"insertId":"z","textPayload":"x"},"# + entry(payload(bytes: "-1")) + ","
            + entry(payload().replacing("\"protocol\":6", with: "\"protocol\":600")) + ","
            + entry(payload().replacing("start_time", with: "time")) + "," + entry(payload(bytes: "9")) + "]")
    #expect(batch.flows.count == 1 && batch.skipped[.otherEvent] == 1)
    #expect(batch.rejected[.negativeNumber] == 1 && batch.rejected[.unknownProtocol] == 1)
    #expect(batch.rejected[.missingField] == 1 && batch.rejected.total == 3)
}
