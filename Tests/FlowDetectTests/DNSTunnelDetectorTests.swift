import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// Questions of one size by one host, a stretch of five minutes each from 2020-09-13 12:30.
private struct Traffic {
    var questions = 1000
    var bytes: UInt64 = 230
    var answer: UInt64 = 320
    var from = 0
    var slices = 1
    var host = 1
    var servers: UInt32 = 1
    var packets: UInt64 = 1
    var port: UInt16 = 53
    var transport = Transport.udp
    var isV6 = false

    var flows: [Flow] {
        (0..<questions * slices).map { number in
            let start = Timestamp(seconds: 1_600_000_200 + Int64(from) * 300).advanced(
                by: Int64(number) * (300_000_000_000 / Int64(questions)))
            let server = 0x0808_0808 + UInt32(number) % servers
            var flow = Flow(
                source: .home(host, isV6: isV6),
                destination: isV6 ? IPAddress(high: 0x2a00 << 48, low: UInt64(server)) : IPAddress(v4: server),
                start: start, transport: transport, state: .established, sourcePort: 50_000, destinationPort: port,
                bytesSent: bytes * packets, bytesReceived: answer * packets, packetsSent: packets,
                packetsReceived: packets)
            flow.traits = .sourceIsHome
            return flow
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: DNSTunnelDetector(DNSTunnelSettings()), in: flows, batch: batch)
}

@Test func `large questions that go on are found, more so the longer`() throws {
    let found = findings(Traffic(slices: 4).flows)
    let last = try #require(found.last)
    let tunnel = try #require(last.reason as? DNSTunnelReason)
    #expect(tunnel.question == 230 && tunnel.answer == 320 && tunnel.minutes == 20)
    // 550,000 bytes a slice, told at 200,100 and √2 and 2 times that: 1 + 1.2 × 1.0 of bytes, 2.5 × log2(230/110) = 2.66
    // of size, 1.5 upwards, 2 for each further slice. The host's own mean is 4 × limit only once it is learnt.
    #expect(found[0].evidence > 5.1 && found[0].evidence < 5.2)
    #expect(found.map(\.evidence).max() ?? 0 > 9)
    #expect(found.allSatisfy { $0.subject == IPAddress("10.0.0.1") && $0.peer == IPAddress("8.8.8.8") })
}

@Test(arguments: [
    // Generated names, many of them; few large ones; large answers to a transfer of a zone; over very many servers.
    Traffic(questions: 4600, bytes: 75, answer: 128), Traffic(questions: 300), Traffic(servers: 20),
    Traffic(port: 5353), Traffic(questions: 1, bytes: 60, answer: 900_000, transport: .tcp),
])
private func `many small, few, spread and other questions are no tunnel`(traffic: Traffic) {
    #expect(findings(traffic.flows).isEmpty)
}

@Test func `a download in large answers is one too, and so is a long connection`() {
    #expect(!findings(Traffic(bytes: 80, answer: 1100).flows).isEmpty)
    #expect(!findings(Traffic(questions: 5, packets: 300, port: 853, transport: .tcp).flows).isEmpty)
}

@Test func `a host that answers several is a resolver; one client makes none`() {
    func asked(by clients: [UInt32]) -> [Flow] {
        clients.flatMap { client in
            Traffic(questions: 10, bytes: 70, answer: 150).flows.map { question in
                var flow = question
                flow.source = IPAddress(v4: 0x0a00_0100 + client)
                flow.destination = IPAddress(v4: 0x0a00_0001)
                return flow
            }
        }
    }
    #expect(findings(asked(by: Array(1...12)) + Traffic().flows).isEmpty)
    #expect(!findings(asked(by: [1]) + Traffic().flows).isEmpty)
}

@Test func `what a host does every day is ordinary for it`() {
    // 198,000 bytes a slice, below the floor, then twice that: not 4 times its own.
    let usual = Traffic(questions: 360, slices: 10)
    #expect(findings(usual.flows + Traffic(questions: 720, from: 10).flows).isEmpty)
    #expect(!findings(Traffic(questions: 720, from: 10).flows).isEmpty)
}

@Test(arguments: [1, 7, 333]) func `neither batches nor the family change what is said of a tunnel`(size: Int) {
    let flows = Traffic(slices: 3).flows
    #expect(findings(flows, batch: size) == findings(flows))
    #expect(findings(flows).map(\.score) == findings(Traffic(slices: 3, isV6: true).flows).map(\.score))
}

@Test func `a question from the end of time stops nothing`() {
    var ahead = Traffic(questions: 2).flows
    ahead[0].start = Timestamp(nanoseconds: .max)
    ahead[1].start = Timestamp(nanoseconds: .min)
    #expect(!findings(ahead + Traffic().flows).isEmpty)
}

@Test(arguments: [2, 3, 8] as [UInt32]) func `a tunnel spread over a few servers is one tunnel`(servers: UInt32) throws
{
    // What is asked of an ordinary resolver besides does not hide it.
    let names = Traffic(questions: 200, bytes: 70, answer: 150, slices: 4).flows.map { question in
        var flow = question
        flow.destination = IPAddress(v4: 0x0909_0909)
        return flow
    }
    let tunnel = Traffic(slices: 4, servers: servers).flows
    let found = findings((names + tunnel).sorted { $0.start < $1.start })
    let last = try #require(found.last)
    let told = try #require(last.reason as? DNSTunnelReason)
    #expect(told.servers == Int(servers) && told.question == 230 && told.minutes == 20)
    #expect(found.map(\.evidence).max() ?? 0 > 9 && found.allSatisfy { $0.subject == IPAddress("10.0.0.1") })
    #expect(found.reduce(0) { $0 + $1.flows } <= tunnel.count)
    #expect(findings(names).isEmpty)
}
