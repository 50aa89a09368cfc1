import FlowModel
import Testing

@testable import FlowFormats

private func read(_ text: String) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: ZeekJSONReader.self)
}

private let tail =
    #""proto":"tcp","service":"ssl","duration":1.5,"orig_bytes":100,"resp_bytes":2000,"conn_state":"SF","#
    + #""history":"ShADadfF","orig_pkts":5,"resp_pkts":6}"#

@Test func `an object is the flow that the tab-separated line is`() throws {
    let json = read(
        #"{"ts":1600000000.25,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":40000,"id.resp_h":"192.0.2.7","#
            + #""id.resp_p":443,"# + tail + "\n")
    let tabs = reading(
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\t"
            + "resp_bytes\tconn_state\thistory\torig_pkts\tresp_pkts\n"
            + "1600000000.25\tC1\t10.0.0.1\t40000\t192.0.2.7\t443\ttcp\tssl\t1.5\t100\t2000\tSF\tShADadfF\t5\t6\n",
        by: ZeekTSVReader.self)
    #expect(json.batch.flows == tabs.batch.flows && json.batch.flows.count == 1)
    let flow = try #require(json.batch.flows.first)
    #expect(flow.state == .closed && flow.bytesReceived == 2000 && flow.duration == 1_500_000_000)
    #expect(json.names.applications.name(flow.application) == "ssl")
}

@Test(arguments: [
    #"{"ts":1600000000.25,"id_orig_h":"10.0.0.1","id_orig_p":40000,"id_resp_h":"192.0.2.7","id_resp_p":443,"#,
    #"{"ts":1600000000250,"id":{"orig_h":"10.0.0.1","orig_p":40000,"resp_h":"192.0.2.7","resp_p":443},"#,
    #"{"_path":"conn","ts":"2020-09-13T12:26:40.250000Z","id.resp_p":443,"id.resp_h":"192.0.2.7","id.orig_p":40000,"#
        + #""id.orig_h":"10.0.0.1","#,
    #"{"ts":"2020-09-13T12:26:40.25Z","id.orig_h":"10.0.0.\u0031","id.orig_p":40000,"id.resp_h":"192.0.2.7","id.resp_p":443,"#,
])
func `keys and times are written in several ways`(head: String) throws {
    let (batch, _, _) = read(head + tail)
    let flow = try #require(batch.flows.first)
    #expect(flow.source == IPAddress("10.0.0.1") && flow.sourcePort == 40_000)
    #expect(flow.destination == IPAddress("192.0.2.7") && flow.destinationPort == 443)
    #expect(flow.start == Timestamp(nanoseconds: 1_600_000_000_250_000_000))
    #expect(flow.bytesSent == 100 && flow.packetsReceived == 6)
    #expect(isTaken(head + tail, by: ZeekJSONReader.self))
}

@Test func `labels of Stratosphere are kept, with their detail`() {
    let (batch, names, _) = read(
        #"{"ts":1.5,"id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":2,"proto":"udp","#
            + #""label":"Malicious","detailed-label":"C&C"}"#)
    #expect(batch.flows.map { names.labels.name($0.label) } == ["Malicious C&C"])
}

@Test func `lines of other logs are skipped, broken ones rejected`() {
    let good =
        #"{"ts":1.5,"id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":2,"proto":"udp"}"#
    let (batch, _, _) = read(
        [
            good, #"{"_path":"dns","ts":1.5,"query":"x"}"#, #"{"ts":1.5,"proto":"udp"}"#, "{\"ts\":1.5",
            good.replacing("10.0.0.2", with: "10.0.0.256"), good.replacing(":2,", with: ":70000,"), good + "x", good,
        ].joined(separator: "\n"))
    #expect(batch.flows.count == 2)
    #expect(batch.skipped[.otherEvent] == 1)
    #expect(batch.rejected[.missingField] == 1 && batch.rejected[.badJSON] == 2)
    #expect(batch.rejected[.badAddress] == 1 && batch.rejected[.badPort] == 1)
    #expect(batch.examples.first?.line == 3)
}
