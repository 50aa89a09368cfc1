import FlowModel
import Testing

@testable import FlowFormats

private func read(_ text: String) -> FlowBatch { reading(text, by: PlainCSVReader.self).batch }

private let good = "2019-09-30 10:00:07,tcp,Established,192.168.1.5,51234,10.0.0.7,443,1200,5400\n"

@Test func `nine columns make a flow`() throws {
    let flow = try #require(read(good).flows.first)
    #expect(flow.start == Timestamp(year: 2019, month: 9, day: 30, hour: 10, minute: 0, second: 7))
    #expect(flow.transport == .tcp)
    #expect(flow.state == .established)
    #expect(flow.source == IPAddress("192.168.1.5"))
    #expect(flow.sourcePort == 51_234)
    #expect(flow.destination == IPAddress("10.0.0.7"))
    #expect(flow.destinationPort == 443)
    #expect(flow.bytesSent == 1200)
    #expect(flow.bytesReceived == 5400)
}

@Test func `IPv6, quotes, fractions, offsets, seconds since 1970 and carriage returns are read`() {
    let batch = read(
        """
        2019-09-30T10:00:07.5Z,udp,new,fd00::1,53,2a00::2,65535,1,0\r
        "2019-09-30 10:00:07","tcp","CLOSED","10.0.0.1","1","10.0.0.2","2","3","4"\r
        2019-09-30 12:00:07+02:00,6,whatever,10.0.0.1,1,10.0.0.2,2,3,4,more,columns
        1569837607.25,icmp,,10.0.0.1,0,10.0.0.2,0,0,0
        """)
    #expect(batch.rejected.total == 0)
    #expect(batch.flows.count == 4)
    let base = Timestamp(seconds: 1_569_837_607)
    #expect(batch.flows.map(\.start) == [base.advanced(by: 500_000_000), base, base, base.advanced(by: 250_000_000)])
    #expect(batch.flows.map(\.state) == [.attempted, .closed, .unknown, .unknown])
    #expect(batch.flows.map(\.transport) == [.udp, .tcp, .tcp, .icmp])
}

@Test func `a comma between quotes is part of its field`() {
    let batch = read("2019-09-30 10:00:07,tcp,\"a, b\",10.0.0.1,1,10.0.0.2,2,3,4\n")
    #expect(batch.flows.map(\.bytesReceived) == [4])
}

@Test func `a line of the column names is passed over`() {
    let batch = read("ts,ip_protocol,state,src_ip,src_port,dst_ip,dst_port,src_tx,dst_tx\n" + good)
    #expect(batch.flows.count == 1)
    #expect(batch.rejected.total == 0)
}

@Test(arguments: [
    ("", RejectReason.tooFewFields, "garbage\n"),
    ("time", .badTime, "2019-13-30 10:00:07,tcp,x,1.1.1.1,1,1.1.1.2,1,1,1\n"),
    ("time", .timeOutOfRange, "9999-01-30 10:00:07,tcp,x,1.1.1.1,1,1.1.1.2,1,1,1\n"),
    ("source", .badAddress, "2019-09-30 10:00:07,tcp,x,300.1.1.1,1,1.1.1.2,1,1,1\n"),
    ("sourcePort", .badPort, "2019-09-30 10:00:07,tcp,x,1.1.1.1,65536,1.1.1.2,1,1,1\n"),
    ("destinationPort", .badPort, "2019-09-30 10:00:07,tcp,x,1.1.1.1,1,1.1.1.2,-1,1,1\n"),
    ("bytesSent", .negativeNumber, "2019-09-30 10:00:07,tcp,x,1.1.1.1,1,1.1.1.2,1,-5,1\n"),
    ("bytesReceived", .numberTooLarge, "2019-09-30 10:00:07,tcp,x,1.1.1.1,1,1.1.1.2,1,1,18446744073709551616\n"),
    ("bytesReceived", .badNumber, "2019-09-30 10:00:07,tcp,x,1.1.1.1,1,1.1.1.2,1,1,x\n"),
    ("row", .nulByte, "2019-09-30 10:00:07,tcp,x,1.1.1.1,1,1.1.1.2,1,1,\0\n"),
    ("row", .badAddress, "2019-09-30 10:00:07,tcp,x,\u{fffd},1,1.1.1.2,1,1,1\n"),
])
func `a broken row is counted by its reason and the next is read`(field: String, reason: RejectReason, row: String) {
    let batch = read(good + row + good)
    #expect(batch.flows.count == 2)
    #expect(batch.rejected.total == 1)
    #expect(batch.rejected[reason] == 1)
    #expect(batch.examples.first?.line == 2)
}

@Test func `1970 and 2199 are times like any other`() {
    let batch = read(
        "1970-01-01 00:00:00,tcp,x,1.1.1.1,1,1.1.1.2,1,1,1\n2199-12-31 23:59:59,tcp,x,1.1.1.1,1,1.1.1.2,1,1,1\n")
    #expect(batch.flows.map(\.start.nanoseconds) == [0, 7_258_118_399_000_000_000])
}

@Test func `the largest number that fits is read`() {
    let batch = read("2019-09-30 10:00:07,tcp,x,1.1.1.1,1,1.1.1.2,1,18446744073709551615,1\n")
    #expect(batch.flows.first?.bytesSent == .max)
}
