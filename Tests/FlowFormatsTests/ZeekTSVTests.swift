import FlowModel
import Testing

@testable import FlowFormats

private func read(_ text: String) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: ZeekTSVReader.self)
}

private let header = """
    #separator \\x09
    #unset_field\t-
    #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\thistory\torig_pkts\tresp_pkts\tlabel\tdetailedlabel

    """

@Test func `a conn record keeps its nanoseconds, counts, flags and label`() throws {
    let (batch, names, error) = read(
        header
            + "1655071198.444458\tC1\t10.0.0.1\t62771\t2a00::1\t443\ttcp\tssl\t1.135424\t1596\t4039\tSF\tShADdaFf\t14\t16\tMalicious\tC&C\n"
    )
    #expect(error == nil)
    let flow = try #require(batch.flows.first)
    #expect(flow.start.nanoseconds == 1_655_071_198_444_458_000)
    #expect(flow.duration == 1_135_424_000)
    #expect(flow.bytesSent == 1596 && flow.bytesReceived == 4039)
    #expect(flow.packetsSent == 14 && flow.packetsReceived == 16)
    #expect(flow.state == .closed)
    #expect(flow.flagsSent & 0x02 != 0 && flow.flagsReceived & 0x12 == 0x12)
    #expect(names.applications.name(flow.application) == "ssl")
    #expect(names.labels.name(flow.label) == "Malicious C&C")
}

@Test func `unset fields are zero, and midstream is marked`() throws {
    let flow = try #require(
        read(header + "1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t2\tudp\t-\t-\t-\t-\tOTH\t-\t0\t0\t-\t-\n").batch.flows.first)
    #expect(flow.duration == 0 && flow.bytesSent == 0)
    #expect(flow.traits.contains(.isMidstream))
    #expect(flow.label == .none && flow.application == .none)
}

@Test func `a label joined to the last column by blanks is found`() throws {
    let (batch, names, _) = read(
        "#separator \\x09\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttunnel_parents   label   detailed-label\n"
            + "1.0\t10.0.0.1\t1\t10.0.0.2\t2\ttcp\t-   Malicious   DDoS\n"
            + "1.0\t10.0.0.1\t1\t10.0.0.2\t2\ttcp\t(empty)   Benign   -\n")
    #expect(batch.flows.map { names.labels.name($0.label) } == ["Malicious DDoS", "Benign"])
}

@Test func `columns may come in any order and change in the middle`() {
    let (batch, _, error) = read(
        "#fields\tproto\tid.resp_p\tid.resp_h\tid.orig_p\tid.orig_h\tts\ntcp\t80\t10.0.0.2\t1\t10.0.0.1\t5.0\n"
            + "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n6.0\t10.0.0.1\t1\t10.0.0.2\t81\ttcp\n")
    #expect(error == nil)
    #expect(batch.flows.map(\.destinationPort) == [80, 81])
}

@Test func `a header without addresses ends the file`() {
    #expect(
        read("#fields\tts\tuid\n").error
            == .missingColumns(["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto"], line: 1))
    #expect(read("1.0\tx\n").error != nil)
}

@Test func `skimming a stretch takes up its directives`() throws {
    var reader = ZeekTSVReader()
    let first = Array((header + "1.0\tC\t10.0.0.1\t1\t10.0.0.2\t2\ttcp\t-\t-\t-\t-\tS0\t-\t0\t0\t-\t-\n").utf8)
    try reader.skim(first.span)
    var batch = FlowBatch()
    let second = Array("2.0\tC\t10.0.0.1\t1\t10.0.0.2\t9\ttcp\t-\t-\t-\t-\tREJ\t-\t0\t0\t-\t-\n".utf8)
    _ = try reader.read(second.span, into: &batch)
    #expect(batch.flows.first?.destinationPort == 9)
    #expect(batch.flows.first?.state == .rejected)
}

@Test func `flags and labels are written and read back`() throws {
    var names = FlowNames()
    var flow = Flow(
        source: IPAddress(v4: 1), destination: IPAddress(v4: 2), start: Timestamp(seconds: 9), transport: .tcp,
        state: .reset)
    flow.flagsSent = 0x02 | 0x10 | 0x08 | 0x01
    flow.flagsReceived = 0x02 | 0x10 | 0x04
    flow.label = names.labels.intern("Malicious PartOfAHorizontalPortScan")
    var plain = flow
    plain.label = .none
    plain.flagsSent = 0
    plain.flagsReceived = 0
    var writer = ZeekTSVWriter()
    var bytes: [UInt8] = []
    writer.begin(into: &bytes)
    for flow in [flow, plain] { writer.write(flow, names: names, into: &bytes) }
    let (batch, readNames, error) = read(String(decoding: bytes, as: UTF8.self))
    #expect(error == nil)
    #expect(batch.flows.map(\.flagsSent) == [flow.flagsSent, 0])
    #expect(batch.flows.map(\.flagsReceived) == [flow.flagsReceived, 0])
    #expect(batch.flows.map { readNames.labels.name($0.label) } == ["Malicious PartOfAHorizontalPortScan", ""])
}
