import FlowModel
import Testing

@testable import FlowFormats

private func read(_ text: String) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: NfdumpCSVReader.self)
}

private let legacy = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out\n"
private let summary = "Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n2,65200,18,0,0,0\n"
private let cidds =
    "Date first seen,Duration,Proto,Src IP Addr,Src Pt,Dst IP Addr,Dst Pt,Packets,Bytes,Flows,Flags,Tos,class,"
    + "attackType,attackID,attackDescription\n"

@Test func `a record of 1.6 has its times, counts and flags, and the summary is no broken row`() throws {
    let (batch, _, error) = read(
        legacy
            + "2018-01-12 15:37:30,2018-01-12 15:37:31,1.250,10.0.0.1,192.0.2.7,52324,443,TCP,...AP.SF,0,0,9,930,0,0,1,2\n"
            + summary)
    #expect(error == nil)
    #expect(batch.rejected.total == 0 && batch.flows.count == 1)
    let flow = try #require(batch.flows.first)
    #expect(flow.start == Timestamp(seconds: 1_515_771_450))
    #expect(flow.duration == 1_250_000_000)
    #expect(flow.source == IPAddress("10.0.0.1") && flow.destination == IPAddress("192.0.2.7"))
    #expect(flow.sourcePort == 52_324 && flow.destinationPort == 443 && flow.transport == .tcp)
    #expect(flow.bytesSent == 930 && flow.packetsSent == 9)
    #expect(flow.bytesReceived == 0 && flow.packetsReceived == 0)
    #expect(flow.flagsSent == 0x1b)
    #expect(flow.state == .unknown, "one way alone does not tell")
}

@Test func `the names of 1.7.5 are read, numbers for protocols and ICMP's type and code`() {
    let (batch, _, _) = read(
        "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n"
            + "2024-05-01 00:00:01.419,0.003,6,10.0.0.1,4000,2001:db8::7,443,2,174,1\n"
            + "2024-05-01 00:00:02.000,0.000,1,10.0.0.1,0,10.0.0.2,8.0,1,92,1\n"
            + "2024-05-01 00:00:02.000,0.000,58,fe80::1,0,fe80::2,135.0,1,72,1\n")
    #expect(batch.rejected.total == 0)
    #expect(batch.flows.map(\.transport) == [.tcp, .icmp, .icmpV6])
    #expect(batch.flows.map(\.destinationPort) == [443, 2048, 34_560])
    #expect(batch.flows.first?.start == Timestamp(seconds: 1_714_521_601).advanced(by: 419_000_000))
}

@Test func `records joined by nfdump have both ways`() throws {
    let (batch, _, _) = read(
        legacy
            + "2023-01-25 18:36:32,2023-01-25 18:36:32,0.000,192.0.2.1,10.0.0.1,45312,161,UDP,........,0,0,1,77,2,78\n")
    let flow = try #require(batch.flows.first)
    #expect(flow.bytesSent == 77 && flow.bytesReceived == 78 && flow.packetsReceived == 2)
    #expect(flow.isAnswered)
}

@Test func `CIDDS has padded fields, scaled bytes, hexadecimal flags and a class`() {
    let (batch, names, _) = read(
        cidds
            + "2017-03-15 00:01:16.632,    0.000,TCP  ,  192.168.100.5,   445, 192.168.220.16, 58844,       1,     108,    1,.AP...,   0,normal,---,---,---\n"
            + "2017-03-15 00:01:17.000,   12.500,TCP  ,192.168.220.16, 58844,192.168.100.5,   445,    1500,    1.4 M,    1,0xdb,  32,attacker,portScan,1,Nmap\n"
            + "2017-03-15 00:01:18.000,    0.000,ICMP ,192.168.220.16,     0,192.168.100.5,   8.0,       1,      92,    1,......,   0,victim,pingScan,2,---\n"
    )
    #expect(batch.rejected.total == 0)
    #expect(batch.flows.map(\.bytesSent) == [108, 1_400_000, 92])
    #expect(batch.flows.map(\.flagsSent) == [0x18, 0xdb, 0])
    #expect(
        batch.flows.map { names.labels.name($0.label) } == ["normal", "attacker portScan", "victim pingScan"])
}

@Test func `the stand-ins of CIDDS for public addresses are addresses of the documentation range`() {
    let row = "2017-03-15 00:01:16.632,0.000,UDP,192.168.100.5,53,%,53,1,108,1,......,0,normal,---,---,---\n"
    let names = ["10024_34", "10024_35", "DNS", "EXT_SERVER", "ATTACKER1", "10024_300", "dns", "300.1.1.1"]
    let (batch, _, _) = read(cidds + names.map { row.replacing("%", with: $0) }.joined())
    #expect(batch.flows.count == 5 && batch.rejected[.badAddress] == 3)
    #expect(batch.flows.prefix(2).map(\.destination.description) == ["2001:db8::2728:22", "2001:db8::2728:23"])
    #expect(Set(batch.flows.map(\.destination)).count == 5)
    #expect(batch.flows.allSatisfy { $0.destination.scope == .reserved })
    let (plain, _, _) = read(
        legacy + "2018-01-12 15:37:30,2018-01-12 15:37:30,0,DNS,192.0.2.7,1,2,UDP,,0,0,9,930,0,0\n")
    #expect(plain.rejected[.badAddress] == 1, "only where the header is that of CIDDS")
}

@Test func `times come as civil times, seconds or milliseconds, and the end stands in for the duration`() {
    let times = ["2024-05-01 00:00:01.500", "1714521601.500", "1714521601500"]
    for time in times {
        let end = time.replacing("01.5", with: "03.5").replacing("015", with: "035")
        let (batch, _, _) = read(
            "cnt,af,firstSeen,lastSeen,proto,srcAddr,srcPort,dstAddr,dstPort,flags,packets,bytes\n"
                + "1,2,\(time),\(end),17,10.0.0.1,53,10.0.0.2,4000,........,1,80\n")
        #expect(batch.flows.map(\.start.nanoseconds) == [1_714_521_601_500_000_000], "\(time)")
        #expect(batch.flows.map(\.duration) == [2_000_000_000], "\(time)")
    }
}

@Test func `a last packet dated before the first gives no duration, a clock gives one`() {
    let (batch, _, _) = read(
        legacy
            + "2023-01-25 18:35:43,2023-01-25 18:35:33,18446744073709540.000,10.0.0.1,10.0.0.2,443,57358,TCP,...AP...,0,0,9,930,0,0\n"
            + "2023-01-25 18:35:43,2023-01-25 18:35:33,01:00:02.500,10.0.0.1,10.0.0.2,443,57358,TCP,...AP...,0,0,9,930,0,0\n"
    )
    #expect(batch.flows.map(\.duration) == [0, 3_602_500_000_000])
}

@Test func `what other modes print behind the records is passed over too`() {
    let (batch, _, _) = read(
        legacy + "No matching flows\nSummary: total flows: 0, total bytes: 0\nTime window: <unknown>\n"
            + "Total flows processed: 0, passed: 0\nSys: 0.0020s User: 0.0000s\n")
    #expect(batch.rejected.total == 0 && batch.flows.isEmpty)
}

@Test func `outputs joined to one file are read, also with other columns in the middle`() {
    let row = "2018-01-12 15:37:30,2018-01-12 15:37:31,1.250,10.0.0.1,192.0.2.7,5,6,TCP,...AP.SF,0,0,9,930,0,0\n"
    let (batch, _, error) = read(legacy + row + summary + legacy + row + summary)
    #expect(error == nil && batch.flows.count == 2 && batch.rejected.total == 0)
    let other = read(
        legacy + row + "firstSeen,duration,proto,srcAddr,dstAddr,bytes\n2018-01-12 15:37:30,0,UDP,10.0.0.1,10.0.0.2,7\n"
    )
    #expect(other.error == nil && other.batch.flows.map(\.bytesSent) == [930, 7])
}

@Test func `a header without bytes is refused, rows without a header too`() {
    #expect(read("ts,sa,da,pr\n").error == .missingColumns(["bytes"], line: 1))
    #expect(read("2018-01-12 15:37:30,1,2,3\n").error != nil)
}

@Test func `headers are recognized by time and addresses`() {
    for text in [legacy, cidds, "firstSeen,srcAddr,dstAddr\n", "sa,da,ts"] {
        let isTaken = NfdumpCSVReader.recognizes(Array(text.utf8).span)
        #expect(isTaken)
    }
    for text in ["", "ts,sa\n", "StartTime,SrcAddr,DstAddr\n", "ts,ip_protocol,state,src_ip\n"] {
        let isTaken = NfdumpCSVReader.recognizes(Array(text.utf8).span)
        #expect(!isTaken)
    }
}

@Test(arguments: [
    ("2018-13-12 15:37:30,,1.0,10.0.0.1,10.0.0.2,5,6,TCP,,0,0,9,930,0,0", RejectReason.badTime),
    ("0000-00-00 00:00:00.000,,1.0,10.0.0.1,10.0.0.2,5,6,TCP,,0,0,9,930,0,0", .timeOutOfRange),
    ("99999999999999999,,1.0,10.0.0.1,10.0.0.2,5,6,TCP,,0,0,9,930,0,0", .timeOutOfRange),
    ("2018-01-12 15:37:30,,x,10.0.0.1,10.0.0.2,5,6,TCP,,0,0,9,930,0,0", .badDuration),
    ("2018-01-12 15:37:30,,1.0,10.0.0,10.0.0.2,5,6,TCP,,0,0,9,930,0,0", .badAddress),
    ("2018-01-12 15:37:30,,1.0,10.0.0.1,10.0.0.2,5,300.1,ICMP,,0,0,9,930,0,0", .badPort),
    ("2018-01-12 15:37:30,,1.0,10.0.0.1,10.0.0.2,5,6,,,0,0,9,930,0,0", .unknownProtocol),
    ("2018-01-12 15:37:30,,1.0,10.0.0.1,10.0.0.2,5,6,TCP,,0,0,9,-1,0,0", .negativeNumber),
    ("2018-01-12 15:37:30,,1.0,10.0.0.1", .tooFewFields),
    ("2018-01-12 15:37:30,,1.0,10.0.0.\0,10.0.0.2,5,6,TCP,,0,0,9,930,0,0", .nulByte),
])
func `a broken nfdump row is counted by its reason`(row: String, reason: RejectReason) {
    let good = "2018-01-12 15:37:30,,1.0,10.0.0.1,10.0.0.2,5,6,TCP,,0,0,9,930,0,0\n"
    let (batch, _, error) = read(legacy + good + row + "\n" + good)
    #expect(error == nil && batch.flows.count == 2)
    #expect(batch.rejected[reason] == 1)
    #expect(batch.examples.first?.line == 3)
}
