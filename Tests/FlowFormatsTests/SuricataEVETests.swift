import FlowModel
import Testing

@testable import FlowFormats

private func event(
    proto: String = "TCP", state: String = "closed", answers: Int = 2, flags: (String, String)? = ("1b", "1b"),
    more: String = ""
) -> String {
    let tcp = flags.map { #","tcp":{"tcp_flags":"1f","tcp_flags_ts":"\#($0.0)","tcp_flags_tc":"\#($0.1)","syn":true}"# }
    return #"{"timestamp":"2026-01-05T09:00:10.5+0100","event_type":"flow","src_ip":"10.0.0.1","src_port":40000,"#
        + #""dest_ip":"192.0.2.7","dest_port":443,"proto":"\#(proto)"\#(more),"flow":{"pkts_toserver":3,"#
        + #""pkts_toclient":\#(answers),"bytes_toserver":300,"bytes_toclient":\#(answers * 100),"#
        + #""start":"2026-01-05T09:00:00.250000+0100","end":"2026-01-05T09:00:01.500000+0100","state":"\#(state)"}"#
        + (tcp ?? "") + "}\n"
}

private func read(_ text: String) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: SuricataEVEReader.self)
}

@Test func `a flow event has its ends, times, counts and flags`() throws {
    let (batch, names, _) = read(event(more: #","app_proto":"tls""#))
    let flow = try #require(batch.flows.first)
    #expect(flow.source == IPAddress("10.0.0.1") && flow.sourcePort == 40_000)
    #expect(flow.destination == IPAddress("192.0.2.7") && flow.destinationPort == 443)
    #expect(flow.start == Timestamp(seconds: 1_767_600_000).advanced(by: 250_000_000))
    #expect(flow.duration == 1_250_000_000)
    #expect(flow.bytesSent == 300 && flow.bytesReceived == 200)
    #expect(flow.packetsSent == 3 && flow.packetsReceived == 2)
    #expect(flow.flagsSent == 0x1b && flow.state == .closed && flow.traits.isEmpty)
    #expect(names.applications.name(flow.application) == "tls")
}

@Test func `flags tell the state, and Suricata's word where there are none`() {
    let (batch, _, _) = read(
        event(state: "new", answers: 0, flags: ("02", "00")) + event(flags: ("02", "14"))
            + event(state: "new", answers: 2, flags: ("00", "00"))
            + event(proto: "UDP", state: "established", flags: nil)
            + event(proto: "UDP", state: "new", answers: 0, flags: nil))
    #expect(batch.flows.map(\.state) == [.attempted, .rejected, .rejected, .established, .attempted])
}

@Test func `app_proto failed is no application, ICMP has type and code for a port`() {
    let icmp = event(proto: "ICMP", flags: nil, more: #","icmp_type":8,"icmp_code":1,"app_proto":"failed""#)
        .replacing(#""src_port":40000,"#, with: "").replacing(#""dest_port":443,"#, with: "")
    let (batch, _, _) = read(icmp)
    #expect(batch.flows.map(\.destinationPort) == [2049])
    #expect(batch.flows.map(\.application) == [.none])
}

@Test func `other events are skipped and broken ones rejected`() {
    let (batch, _, _) = read(
        event() + #"{"event_type":"alert","src_ip":"10.0.0.1","dest_ip":"192.0.2.1","proto":"TCP"}"# + "\n"
            + event().replacing("\"start\"", with: "\"begin\"") + event().replacing("192.0.2.7", with: "x")
            + event().replacing("300", with: "-300") + "{}\n" + "[1]\n")
    #expect(batch.flows.count == 1 && batch.skipped[.otherEvent] == 1)
    #expect(batch.rejected[.missingField] == 2 && batch.rejected[.badAddress] == 1)
    #expect(batch.rejected[.negativeNumber] == 1 && batch.rejected[.badJSON] == 1)
}
