import FlowFeatures
import FlowModel
import Testing

private func slice(
    _ from: Double, _ seconds: Double, port: UInt16 = 50_000, isTurned: Bool = false, host: UInt32 = 1
) -> Flow {
    var flow = Flow(
        source: IPAddress(v4: isTurned ? 2 : 1), destination: IPAddress(v4: isTurned ? 1 : 2),
        start: Timestamp(nanoseconds: Int64(from * 1e9)), duration: Int64(seconds * 1e9), transport: .tcp,
        sourcePort: isTurned ? 443 : port, destinationPort: isTurned ? port : 443, bytesSent: 10, bytesReceived: 20)
    flow.sourceHost = HostID(rawValue: isTurned ? 900 : host)
    flow.destinationHost = HostID(rawValue: isTurned ? host : 900)
    return flow
}

/// How many slices the connection has of which a flow is one; 0 for a flow that is none.
private func slices(_ connections: inout StitchedConnections, _ flow: Flow) -> UInt32 {
    connections.add(flow).map { connections[$0].slices } ?? 0
}

@Test(arguments: [60.0, 120, 1800, 3600]) func `slices of any active timeout are one connection`(timeout: Double) throws
{
    var connections = StitchedConnections()
    var place: Int?
    for number in 0..<10 {
        place = connections.add(
            slice(Double(number) * timeout + 0.5, timeout - 1.5, isTurned: number % 3 == 2))
    }
    let last = try #require(place)
    let connection = connections[last]
    #expect(connection.slices == 10 && connection.bytes == 300)
    #expect(connection.duration == Int64((9 * timeout + timeout - 1.5) * 1e9))
}

@Test func `another port, a gap and a short flow are no slices of it`() {
    var connections = StitchedConnections()
    // The fourth: silent for longer than the slice before it lasted.
    let flows = [slice(0, 60), slice(61, 60, port: 50_001), slice(61, 29), slice(121, 60), slice(180, 60)]
    let counts = flows.map { slices(&connections, $0) }
    #expect(counts == [1, 1, 0, 1, 2])
}

@Test func `a mark stays, what is forgotten begins anew, and room is made`() throws {
    var connections = StitchedConnections()
    let first = connections.add(slice(0, 60))
    let place = try #require(first)
    connections[place].mark = 7
    let second = connections.add(slice(60, 60))
    let next = try #require(second)
    #expect(connections[next].mark == 7)
    var gone = HostSet()
    gone.insert(HostID(rawValue: 1))
    connections.forget(gone)
    let count = slices(&connections, slice(120, 60))
    #expect(count == 1)
    for host in 1...40_000 { _ = connections.add(slice(0, 60, host: UInt32(host + 1000))) }
    #expect(connections.overflowCount > 20_000)
}

@Test func `the ends of time stop nothing`() {
    var connections = StitchedConnections()
    for nanoseconds in [Int64.min, .max, 0, .min] {
        var flow = slice(0, 60)
        flow.start = Timestamp(nanoseconds: nanoseconds)
        flow.duration = .max
        flow.bytesSent = .max
        _ = connections.add(flow)
    }
    #expect(connections.overflowCount == 0)
}
