import FlowMath
import FlowModel
import Testing

@testable import FlowFeatures

private let second: Int64 = 1_000_000_000
private let synAck = TCPFlag.syn | TCPFlag.acknowledge

/// A record of `source` → `destination`, each the last part of an address in 10.0.0.0/8 and a port.
private func record(
    _ source: (UInt32, UInt16), _ destination: (UInt32, UInt16), at start: Double, lasting seconds: Double = 0,
    bytes: UInt64 = 100, flags: UInt8 = 0, _ transport: Transport = .tcp
) -> Flow {
    var flow = Flow(
        source: IPAddress(v4: 0x0a00_0000 + source.0), destination: IPAddress(v4: 0x0a00_0000 + destination.0),
        start: Timestamp(nanoseconds: Int64(start * 1e9)), duration: Int64(seconds * 1e9), transport: transport,
        sourcePort: source.1, destinationPort: destination.1, bytesSent: bytes, packetsSent: bytes / 50)
    flow.flagsSent = flags
    return flow
}

private func pair(
    _ records: [Flow], limit: Int = 1000, batch size: Int = .max, byEnd: Bool = false
) -> (flows: [Flow], pairing: FlowPairing) {
    var pairing = FlowPairing(limit: limit)
    pairing.register(FlowOrigin(name: "a", order: byEnd ? .byEnd(lateness: second) : .byStart, isOneWay: true))
    var flows: [Flow] = []
    var start = 0
    while start < records.count {
        let end = min(records.count, start.addingReportingOverflow(size).overflow ? .max : start + size)
        var batch = Array(records[start..<end])
        pairing.process(&batch)
        flows += batch
        start = end
    }
    flows += pairing.finish()
    return (flows, pairing)
}

@Test func `a record and its reverse make one flow`() throws {
    let result = pair([
        record((1, 40_000), (2, 443), at: 100, lasting: 2, bytes: 500, flags: TCPFlag.syn | TCPFlag.fin),
        record((2, 443), (1, 40_000), at: 100.5, lasting: 3, bytes: 9000, flags: synAck | TCPFlag.fin),
    ])
    let flow = try #require(result.flows.first)
    #expect(result.flows.count == 1)
    #expect(flow.source == IPAddress("10.0.0.1") && flow.destination == IPAddress("10.0.0.2"))
    #expect(flow.sourcePort == 40_000 && flow.destinationPort == 443)
    #expect(flow.start == Timestamp(seconds: 100) && flow.end == Timestamp(nanoseconds: 103_500_000_000))
    #expect(flow.bytesSent == 500 && flow.bytesReceived == 9000)
    #expect(flow.packetsSent == 10 && flow.packetsReceived == 180)
    #expect(flow.flagsSent == TCPFlag.syn | TCPFlag.fin && flow.flagsReceived == synAck | TCPFlag.fin)
    #expect(flow.state == .closed && flow.traits.isEmpty)
    #expect(result.pairing.pairedCount == 1 && result.pairing.unpairedCount == 0)
}

@Test(arguments: [
    (TCPFlag.syn, TCPFlag.reset, ConnectionState.rejected),
    (TCPFlag.syn, TCPFlag.reset | TCPFlag.acknowledge, .rejected),
    (TCPFlag.syn, synAck, .established), (TCPFlag.syn, 0, .established), (0x1b, 0x1b, .closed), (0x1b, 0x1a, .closing),
    (0x1e, 0x1a, .reset), (0x10, 0x18, .established), (0, 0, .unknown),
])
func `the state of a pair is that of its flags`(sent: UInt8, received: UInt8, state: ConnectionState) throws {
    let result = pair([
        record((1, 40_000), (2, 443), at: 100, flags: sent), record((2, 443), (1, 40_000), at: 101, flags: received),
    ])
    #expect(result.flows.map(\.state) == [state])
    #expect(result.flows.first?.source == IPAddress("10.0.0.1"))
}

@Test(arguments: [
    (TCPFlag.syn, ConnectionState.attempted, false), (synAck, .established, true), (0x1b, .closing, false),
    (TCPFlag.reset | TCPFlag.acknowledge, .reset, true), (TCPFlag.acknowledge, .established, true),
    (0, .unknown, false),
])
func `a record without its reverse goes on alone`(flags: UInt8, state: ConnectionState, isMidstream: Bool) throws {
    let result = pair([record((1, 40_000), (2, 443), at: 100, flags: flags)])
    #expect(result.flows.map(\.state) == [state])
    #expect(result.flows.first?.traits.contains(.isMidstream) == isMidstream)
    #expect(result.pairing.pairedCount == 0 && result.pairing.unpairedCount == 1)
}

@Test func `who opened is told by SYN, then by start, then by the lower port, then by order`() {
    func opener(_ first: Flow, _ second: Flow) -> IPAddress? { pair([first, second]).flows.first?.source }
    let one = IPAddress("10.0.0.1")
    // SYN, though the answer's clock is ahead.
    #expect(
        opener(
            record((2, 8080), (1, 90), at: 100, flags: synAck), record((1, 90), (2, 8080), at: 101, flags: TCPFlag.syn))
            == one)
    // Start, though the question comes second and goes to the higher port.
    #expect(opener(record((2, 53), (1, 90), at: 101), record((1, 90), (2, 53), at: 100.5)) == one)
    #expect(opener(record((2, 9000), (1, 90), at: 101), record((1, 90), (2, 9000), at: 100)) == one)
    // The port, where the starts are equal or say nothing.
    #expect(opener(record((2, 443), (1, 40_000), at: 100), record((1, 40_000), (2, 443), at: 100)) == one)
    #expect(
        opener(
            record((2, 443), (1, 40_000), at: 100, flags: 0x18), record((1, 40_000), (2, 443), at: 101, flags: 0x10))
            == one)
    // Order.
    #expect(opener(record((1, 500), (2, 500), at: 100, .udp), record((2, 500), (1, 500), at: 100, .udp)) == one)
}

@Test func `UDP both ways is established, ICMP pairs without its type and code`() {
    let result = pair([
        record((1, 40_000), (2, 53), at: 100, .udp), record((2, 53), (1, 40_000), at: 100.1, .udp),
        record((1, 0), (2, 0x0800), at: 101, .icmp), record((2, 0), (1, 0), at: 101.1, .icmp),
        record((1, 40_000), (2, 53), at: 102, .udp),
    ])
    #expect(result.flows.map(\.state) == [.established, .established, .unknown])
    #expect(result.flows.map(\.bytesReceived) == [100, 100, 0])
}

@Test func `other ports, another protocol, and both ways in one record do not pair`() {
    var whole = record((2, 443), (1, 40_000), at: 100)
    whole.bytesReceived = 1
    let records = [
        record((1, 40_000), (2, 443), at: 100), record((2, 443), (1, 40_001), at: 100),
        record((2, 443), (1, 40_000), at: 100, .udp), whole,
    ]
    let result = pair(records)
    #expect(result.flows.count == 4)
    #expect(result.pairing.pairedCount == 0 && result.pairing.unpairedCount == 3)
}

/// Sixteen records that start the clock at 100 s, and one that moves it to `time`.
private func started(then time: Double) -> [Flow] {
    (0..<16).map { record((9, UInt16(1000 + $0)), (8, 80), at: 100) } + [record((9, 2000), (8, 80), at: time)]
}

@Test func `a record waits until event time has moved on by more than ten seconds`() {
    let question = record((1, 40_000), (2, 443), at: 100)
    let answer = record((2, 443), (1, 40_000), at: 100)
    #expect(pair([question] + started(then: 110) + [answer]).pairing.pairedCount == 1)
    #expect(pair([question] + started(then: 110.001) + [answer]).pairing.pairedCount == 0)
    // What comes late waits as long.
    let late = started(then: 200) + [question, record((9, 3000), (8, 80), at: 210), answer]
    #expect(pair(late).pairing.pairedCount == 1)
}

@Test func `records that lie more than ten seconds apart are not of one flow`() {
    let question = record((1, 40_000), (2, 443), at: 100, lasting: 5)
    for (start, count) in [(115.0, 1), (115.001, 0)] {
        let reverse = record((2, 443), (1, 40_000), at: start)
        #expect(pair(started(then: 116) + [reverse, question]).pairing.pairedCount == count)
    }
}

@Test func `of several waiting the nearest in start is taken`() {
    let result = pair([
        record((1, 40_000), (2, 53), at: 100, bytes: 1, .udp), record((1, 40_000), (2, 53), at: 103, bytes: 2, .udp),
        record((2, 53), (1, 40_000), at: 100.2, bytes: 11, .udp),
        record((2, 53), (1, 40_000), at: 103.2, bytes: 12, .udp),
    ])
    #expect(result.flows.map(\.bytesSent) == [1, 2])
    #expect(result.flows.map(\.bytesReceived) == [11, 12])
}

@Test func `what waits comes out in order of arrival before what moved time on`() {
    let records = (0..<40).map { record((1, UInt16(1000 + $0)), (2, 80), at: 100 + Double($0), flags: TCPFlag.syn) }
    #expect(pair(records).flows.map(\.sourcePort) == records.map(\.sourcePort))
}

@Test func `a record from 2199 neither lets the others go nor keeps them`() {
    let future = record((7, 1), (8, 80), at: 7_258_032_000)
    let records =
        started(then: 101) + [record((1, 40_000), (2, 443), at: 101), future, record((2, 443), (1, 40_000), at: 102)]
        + [record((9, 2001), (8, 80), at: 120)]
    let result = pair(records)
    #expect(result.pairing.pairedCount == 1)
    #expect(result.pairing.unpairedCount == records.count - 2)
    #expect(result.flows.count == records.count - 1)
}

@Test func `a full table sends the oldest on and counts it`() {
    let records = (0..<5000).map { record((1, UInt16($0)), (2, 80), at: 100) }
    let answers = (0..<5000).reversed().map { record((2, 80), (1, UInt16($0)), at: 100) }
    let result = pair(records + answers, limit: 3000)
    #expect(result.pairing.pairedCount == 3000)
    #expect(result.pairing.overflowCount == 2000)
    #expect(result.pairing.unpairedCount == 4000)
    #expect(result.flows.count == 7000)
    let roomy = pair(records + answers, limit: 5000)
    #expect(roomy.pairing.pairedCount == 5000 && roomy.pairing.overflowCount == 0)
}

@Test func `a stream in one direction neither costs more and more nor keeps others from pairing`() {
    var records: [Flow] = []
    for number in 0..<200_000 {
        records.append(record((1, 514), (2, 514), at: 100, .udp))
        if number % 1000 == 0 {
            records.append(record((3, UInt16(number / 1000)), (4, 53), at: 100, .udp))
            records.append(record((4, 53), (3, UInt16(number / 1000)), at: 100, .udp))
        }
    }
    #expect(pair(records, limit: 1 << 20).pairing.pairedCount == 200)
}

@Test func `the size of batches changes nothing`() {
    var random = SeededGenerator(seed: 5)
    var records: [Flow] = []
    for tick in 0..<3000 {
        let client = (UInt32(1 + random.below(5)), UInt16(40_000 + random.below(20)))
        let server = (UInt32(100 + random.below(3)), UInt16(443))
        let start = 100 + Double(tick) / 20 - Double(random.below(5))
        records.append(
            random.below(2) == 0
                ? record(client, server, at: start, lasting: Double(random.below(9)), flags: UInt8(random.below(32)))
                : record(server, client, at: start, lasting: Double(random.below(9)), flags: UInt8(random.below(32))))
    }
    for byEnd in [false, true] {
        for limit in [10, 100_000] {
            let whole = pair(records, limit: limit, byEnd: byEnd)
            #expect(whole.pairing.pairedCount > 20)
            #expect(whole.flows.count == whole.pairing.pairedCount + whole.pairing.unpairedCount)
            #expect(whole.flows.count + whole.pairing.pairedCount == records.count)
            for size in [1, 7, 333] {
                #expect(pair(records, limit: limit, batch: size, byEnd: byEnd).flows == whole.flows)
            }
        }
    }
}

@Test func `extreme times and numbers do not trap`() {
    for nanoseconds in [Int64.min, -1, 0, .max] {
        for duration in [0, Int64.max] {
            var first = record((1, 1), (2, 2), at: 0, bytes: .max)
            first.start = Timestamp(nanoseconds: nanoseconds)
            first.duration = duration
            var other = record((2, 2), (1, 1), at: 0, bytes: .max)
            other.start = Timestamp(nanoseconds: .max)
            for byEnd in [false, true] {
                #expect(!pair([first, other] + started(then: 150) + [first, other], byEnd: byEnd).flows.isEmpty)
            }
        }
    }
}
