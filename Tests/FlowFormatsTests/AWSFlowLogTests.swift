import FlowModel
import Testing

@testable import FlowFormats

private func read(_ text: String) -> (batch: FlowBatch, names: FlowNames, error: ReadError?) {
    reading(text, by: AWSFlowLogReader.self)
}

private let row = "2 123456789012 eni-1 10.0.0.5 192.0.2.9 40000 443 6 10 1200 1767603600 1767603660 ACCEPT OK"

@Test(arguments: [
    row, "2026-01-05T09:01:00.000Z " + row,
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
        + row,
    "dstaddr bytes srcaddr start srcport packets dstport end protocol\n"
        + "192.0.2.9 1200 10.0.0.5 1767603600 40000 10 443 1767603660 6",
    "pkt-dstaddr dstaddr bytes srcaddr start srcport packets dstport end protocol\r\n"
        + "192.0.2.9 10.0.0.1 1200 10.0.0.5 1767603600 40000 10 443 1767603660 6\r\n",
    "${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end}\n"
        + "10.0.0.5 192.0.2.9 40000 443 6 10 1200 1767603600 1767603660",
])
func `columns stand where the header says, or as in version 2`(text: String) throws {
    #expect(isTaken(text, by: AWSFlowLogReader.self))
    let (batch, _, error) = read(text)
    #expect(error == nil && batch.rejected.total == 0 && batch.flows.count == 1)
    let flow = try #require(batch.flows.first)
    #expect(flow.source == IPAddress("10.0.0.5") && flow.destination == IPAddress("192.0.2.9"))
    #expect(flow.sourcePort == 40_000 && flow.destinationPort == 443 && flow.transport == .tcp)
    #expect(flow.bytesSent == 1200 && flow.packetsSent == 10)
    #expect(flow.start == Timestamp(seconds: 1_767_603_600) && flow.duration == 60_000_000_000)
}

@Test func `flags and REJECT tell the state, a record without flags goes on from before`() {
    let head = "srcaddr dstaddr srcport dstport protocol bytes start end action tcp-flags\n"
    let (batch, _, _) = read(
        head + "10.0.0.5 192.0.2.9 1 22 6 60 1767603600 1767603660 REJECT 2\n"
            + "10.0.0.5 192.0.2.9 1 22 6 60 1767603600 1767603660 ACCEPT 3\n"
            + "10.0.0.5 192.0.2.9 1 22 6 60 1767603600 1767603660 ACCEPT 0\n"
            + "10.0.0.5 192.0.2.9 1 22 17 60 1767603600 1767603660 ACCEPT 0\n")
    #expect(batch.flows.map(\.state) == [.rejected, .unknown, .unknown, .unknown])
    #expect(batch.flows.map(\.flagsSent) == [2, 3, 0, 0])
    #expect(batch.flows.map { $0.traits.contains(.isMidstream) } == [false, false, true, false])
}

@Test func `intervals without data are skipped, broken rows rejected, a repeated header passed over`() {
    let head =
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
    let (batch, _, error) = read(
        head + row + "\n2 1 eni-1 - - - - - - - 1767603600 1767603660 - NODATA\n"
            + "2 1 eni-1 - - - - - - - 1767603600 1767603660 - SKIPDATA\n" + head
            + row.replacing("192.0.2.9", with: "x")
            + "\n" + row.replacing("40000", with: "99999") + "\n" + row.replacing("1200", with: "18446744073709551616")
            + "\n2 1 eni-1\n" + row)
    #expect(error == nil)
    #expect(batch.flows.count == 2 && batch.skipped[.noData] == 2)
    #expect(batch.rejected[.badAddress] == 1 && batch.rejected[.badPort] == 1)
    #expect(batch.rejected[.numberTooLarge] == 1 && batch.rejected[.tooFewFields] == 1)
}

@Test func `a header without what a flow needs is said`() {
    let (_, _, error) = read("srcaddr dstaddr bytes\n")
    #expect(error == .missingColumns(["start", "protocol"], line: 1))
}
