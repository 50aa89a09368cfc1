import FlowModel
import Testing

@testable import FlowFormats

private func read(_ text: String) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: ArgusCSVReader.self)
}

private let header =
    "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n"

@Test func `a binetflow row is split into sent and received`() throws {
    let flow = try #require(
        read(
            header
                + "2011/08/16 10:01:46.972101,1.5,tcp,10.0.0.1,1025,   ->,192.0.2.1,80,FSPA_FSPA,0,0,9,1000,300,flow=X\n"
        )
        .batch.flows.first)
    #expect(flow.start == Timestamp(seconds: 1_313_488_906).advanced(by: 972_101_000))
    #expect(flow.duration == 1_500_000_000)
    #expect(flow.bytesSent == 300 && flow.bytesReceived == 700)
    #expect(flow.state == .closed)
}

@Test func `directions turn the ends, states tell attempts from refusals`() {
    let rows = [
        ("  <-", "SA_S", 80), ("   ->", "S_", 1025), ("   ->", "S_RA", 1025), ("  <?>", "PA_PA", 1025),
    ]
    let text = rows.map {
        "2011/08/16 10:01:46,0,tcp,10.0.0.1,80,\($0.0),10.0.0.2,1025,\($0.1),0,0,2,100,60,\n"
    }.joined()
    let flows = read(header + text).batch.flows
    #expect(flows.map { Int($0.destinationPort) } == rows.map(\.2))
    #expect(flows[1].state == .attempted)
    #expect(flows[2].state == .rejected)
    #expect(flows[3].traits.contains(.isMidstream))
    #expect(flows[0].bytesSent == 40 && flows[0].bytesReceived == 60)
}

@Test func `what is not IP is skipped, ports may be hexadecimal or empty`() {
    let (batch, _, _) = read(
        header
            + "2011/08/16 10:01:46,0,arp,10.0.0.1,,  who,10.0.0.2,,CON,,,2,100,60,\n"
            + "2011/08/16 10:01:46,0,man,0,0,,0,0,STA,,,0,0,0,\n"
            + "2011/08/16 10:01:46,0,icmp,10.0.0.1,0x0008,   ->,10.0.0.2,0x2d34,ECO,0,,1,78,78,\n"
            + "2011/08/16 10:01:46,0,igmp,10.0.0.1,,   ->,224.0.0.1,,INT,0,,1,60,60,\n")
    #expect(batch.skipped[.notIP] == 1 && batch.skipped[.management] == 1)
    #expect(batch.flows.map(\.destinationPort) == [0x2d34, 0])
    #expect(batch.rejected.total == 0)
}

@Test func `tabs, other columns and a missing SrcBytes are read`() throws {
    let (batch, _, _) = read(
        "StartTime\tProto\tDstAddr\tSrcAddr\tTotBytes\tsrcUdata\tTotPkts\n2011/08/16 10:01:46\tudp\t10.0.0.2\t10.0.0.1\t77\ts[5]=x,y\t1\n"
    )
    let flow = try #require(batch.flows.first)
    #expect(flow.source == IPAddress("10.0.0.1"))
    #expect(flow.bytesSent == 77 && flow.bytesReceived == 0)
    #expect(flow.traits.contains(.bytesAreTotal))
}

@Test func `a header without addresses is refused`() {
    #expect(read("StartTime,SrcAddr,Proto\n").error == .missingColumns(["DstAddr", "TotBytes"], line: 1))
}

@Test func `a header may begin with any column`() {
    let text = "Proto,StartTime,SrcAddr,DstAddr,TotBytes\nudp,2011/08/16 10:01:46,10.0.0.1,10.0.0.2,9\n"
    #expect(read(text).batch.flows.count == 1)
    var reader = ArgusCSVReader()
    let bytes = Array(text.utf8)
    try? reader.skim(bytes.span)
    #expect(!reader.needsHeader)
}

@Test func `what ESP has for ports is not one`() {
    let (batch, _, _) = read(header + "2011/08/16 10:01:46,0,esp,10.0.0.1,,   ->,10.0.0.2,0x2020597d,INT,0,,1,60,60,\n")
    #expect(batch.flows.map(\.destinationPort) == [0])
}

@Test func `states are told once the ends are the right way round`() {
    let rows = [("  <-", "_S", ConnectionState.attempted), ("  <-", "RA_S", .rejected), ("   ->", "A_RA", .reset)]
    let text = rows.map { "2011/08/16 10:01:46,0,tcp,10.0.0.1,80,\($0.0),10.0.0.2,1025,\($0.1),0,0,2,100,60,\n" }
    #expect(read(header + text.joined()).batch.flows.map(\.state) == rows.map(\.2))
}

@Test(arguments: [
    ("2011/13/16 10:01:46,0,tcp,10.0.0.1,1,->,10.0.0.2,2,S_,,,1,60,60,", RejectReason.badTime),
    ("2300/08/16 10:01:46,0,tcp,10.0.0.1,1,->,10.0.0.2,2,S_,,,1,60,60,", .timeOutOfRange),
    ("2011/08/16 10:01:46,-1,tcp,10.0.0.1,1,->,10.0.0.2,2,S_,,,1,60,60,", .negativeNumber),
    ("2011/08/16 10:01:46,0,tcp,10.0.0.x,1,->,10.0.0.2,2,S_,,,1,60,60,", .badAddress),
    ("2011/08/16 10:01:46,0,tcp,10.0.0.1,1,->,10.0.0.2,70000,S_,,,1,60,60,", .badPort),
    ("2011/08/16 10:01:46,0,tcp,10.0.0.1,1,->,10.0.0.2,2,S_,,,1,99999999999999999999,60,", .numberTooLarge),
    ("2011/08/16 10:01:46,0,tcp,10.0.0.1", .tooFewFields),
    ("2011/08/16 10:01:46,0,tcp,10.0.0.\0,1,->,10.0.0.2,2,S_,,,1,60,60,", .nulByte),
])
func `a broken binetflow row is counted by its reason`(row: String, reason: RejectReason) {
    let good = "2011/08/16 10:01:46,0,tcp,10.0.0.1,1,->,10.0.0.2,2,S_,,,1,60,60,\n"
    let (batch, _, error) = read(header + good + row + "\n" + good)
    #expect(error == nil)
    #expect(batch.flows.count == 2)
    #expect(batch.rejected[reason] == 1)
    #expect(batch.examples.first?.line == 3)
}
