import FlowModel
import Testing

@testable import FlowFormats

private func read(
    _ text: String, _ mapping: CSVMapping = CSVMapping()
) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: CSVReader(mapping: mapping))
}

@Test(arguments: [
    "time,src_ip,src_port,dst_ip,dst_port,proto,bytes_sent,bytes_received,dur\n"
        + "1600000000,10.0.0.1,40000,192.0.2.7,443,tcp,100,2000,1.5\n",
    "Timestamp;Source IP;Source Port;Destination IP;Destination Port;Protocol;Src Bytes;Dst Bytes;Duration\r\n"
        + "2020-09-13 12:26:40;10.0.0.1;40000;192.0.2.7;443;6;100;2000;1.500\r\n",
    "dst\tsrc\tdport\tsport\tstart\tend\tpr\tsbytes\tdbytes\n"
        + "192.0.2.7\t10.0.0.1\t443\t40000\t1600000000000\t2020-09-13T12:26:41.5Z\tTCP\t100\t2000.0\n",
    "\u{feff}\"Start Time\",\"Src IP\",\"Src Port\",\"Dst IP\",\"Dst Port\",\"Proto\",\"Bytes Sent\",\"Bytes Received\",Duration\n"
        + "\"1600000000\",\"10.0.0.1\",\"40000\",\"192.0.2.7\",\"443\",\"tcp\",\"100\",\"2000\",\"1.5\"\n",
])
func `usual names are known, in any order, with any delimiter`(text: String) throws {
    #expect(isTaken(text, by: CSVReader.self))
    let (batch, _, error) = read(text)
    #expect(error == nil && batch.rejected.total == 0 && batch.flows.count == 1)
    let flow = try #require(batch.flows.first)
    #expect(flow.source == IPAddress("10.0.0.1") && flow.destination == IPAddress("192.0.2.7"))
    #expect(flow.sourcePort == 40_000 && flow.destinationPort == 443 && flow.transport == .tcp)
    #expect(flow.start == Timestamp(seconds: 1_600_000_000) && flow.duration == 1_500_000_000)
    #expect(flow.bytesSent == 100 && flow.bytesReceived == 2000 && flow.traits.isEmpty)
}

@Test func `a mapping names columns, or numbers them where there is no header`() throws {
    var mapping = CSVMapping()
    mapping.columns.start = "When"
    mapping.columns.source = "a"
    mapping.columns.destination = "b"
    mapping.columns.duration = "us"
    mapping.columns.bytes = "n"
    mapping.durationUnit = "us"
    let named = read("b,a,n,us,WHEN\n192.0.2.7,10.0.0.1,5,1500,1600000000\n", mapping)
    let flow = try #require(named.batch.flows.first)
    #expect(flow.source == IPAddress("10.0.0.1") && flow.duration == 1_500_000 && flow.bytesSent == 5)
    #expect(flow.traits == .bytesAreTotal)

    mapping = CSVMapping()
    mapping.hasHeader = false
    mapping.columns.start = "3"
    mapping.columns.source = "1"
    mapping.columns.destination = "2"
    let numbered = read("10.0.0.1|192.0.2.7|1600000000\n10.0.0.2|192.0.2.7|1600000001\n", mapping)
    #expect(numbered.batch.flows.map(\.source) == [IPAddress("10.0.0.1"), IPAddress("10.0.0.2")])
}

@Test func `a mapping comes before the formats that would take the file`() throws {
    var mapping = CSVMapping()
    mapping.columns.source = "dst_ip"
    mapping.columns.destination = "src_ip"
    mapping.columns.start = "ts"
    let text = Array("ts,ip_protocol,state,src_ip,src_port,dst_ip,dst_port,src_tx,dst_tx\n".utf8)
    let reader = FormatCatalog.makeReader(named: nil, recognizing: text.span, mapping: mapping)
    #expect(reader.map { type(of: $0).format.name } == "csv")
    let other = Array("nothing,of,the,kind\n".utf8)
    #expect(FormatCatalog.makeReader(named: nil, recognizing: other.span, mapping: mapping) == nil)
}

@Test func `flags, states, groups, applications and labels are read`() {
    let (batch, names, _) = read(
        "start,source,destination,protocol,flags,state,source group,app,label\n"
            + "1,10.0.0.1,10.0.0.2,tcp,SYN?,Attempted,\"Desks, Atlanta\",ssh,bad\n"
            + "1,10.0.0.1,10.0.0.2,tcp,0x02,,,-,\n" + "1,10.0.0.1,10.0.0.2,tcp,....S.,,,,\n")
    #expect(batch.flows.map(\.state) == [.attempted, .attempted, .attempted])
    #expect(batch.flows.map { names.groups.text(of: $0.sourceGroups) } == ["Desks, Atlanta", "", ""])
    #expect(batch.flows.map { names.applications.name($0.application) } == ["ssh", "", ""])
    #expect(batch.flows.map { names.labels.name($0.label) } == ["bad", "", ""])
}

@Test func `broken rows are counted by reason, a repeated header is passed over`() {
    let head = "start,source,destination,bytes\n"
    let (batch, _, _) = read(
        head + "1,10.0.0.1,10.0.0.2,5\n" + head + "soon,10.0.0.1,10.0.0.2,5\n1,10.0.0.1\n1,x,10.0.0.2,5\n"
            + "1,10.0.0.1,10.0.0.2,-5\n1,\"10.0.0.1,10.0.0.2,5\n1,10.0.0.1,10.0.0.2,nan\n")
    #expect(batch.flows.count == 2)
    #expect(batch.rejected[.badTime] == 1 && batch.rejected[.tooFewFields] == 1)
    #expect(batch.rejected[.badAddress] == 2 && batch.rejected[.negativeNumber] == 1)
}

@Test func `a header without a start, a source or a destination is said`() {
    #expect(read("start,source,bytes\n1,2,3\n").error == .missingColumns(["destination"], line: 1))
    #expect(!isTaken("start,source,bytes\n", by: CSVReader.self))
}

@Test func `what it writes keeps every field to the nanosecond`() {
    var names = FlowNames()
    var flow = Flow(
        source: IPAddress("fd00::1") ?? .unspecified, destination: IPAddress("192.0.2.1") ?? .unspecified,
        start: Timestamp(nanoseconds: 1_600_000_000_123_456_789), duration: 1_000_000_001, transport: .udp,
        state: .rejected, sourcePort: 1, destinationPort: 2, bytesSent: .max, bytesReceived: 4, packetsSent: 5,
        packetsReceived: 6)
    flow.flagsSent = 0xff
    flow.flagsReceived = 1
    flow.application = names.applications.intern("a \"b\", c")
    flow.sourceGroups = names.groups.intern(["Desks", "Atlanta"])
    flow.label = names.labels.intern("bad")
    var writer = CSVWriter()
    var bytes: [UInt8] = []
    writer.begin(into: &bytes)
    writer.write(flow, names: names, into: &bytes)
    let back = read(String(decoding: bytes, as: UTF8.self))
    #expect(back.names.applications.name(back.batch.flows[0].application) == "a  b , c")
    var same = back.batch.flows[0]
    same.application = flow.application
    #expect(same == flow)
}
