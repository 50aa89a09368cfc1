import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private struct Answers {
    var perSecond = 200
    var seconds = 30
    var port: UInt16 = 53
    var bytes: UInt64 = 3000
    var request: UInt64 = 0
    var packets: UInt64 = 2
    var reflectors = 50
    /// Whether the record runs from the reflector to the victim.
    var isFromReflector = true
    var isReflectorHome = false
    var isVictimHome = true
    /// Ordinary small answers for each large one.
    var small = 0
    var transport = Transport.udp
    var isV6 = false

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    var flows: [Flow] {
        (0..<perSecond * seconds).map { number in
            let start = Timestamp(seconds: 1_600_000_000).advanced(
                by: Int64(number) * 1_000_000_000 / Int64(perSecond))
            let isSmall = number % (small + 1) != 0
            let response = isSmall ? 150 : bytes
            let question = isSmall ? 60 : request
            let reflector = address(100 + number % reflectors)
            var flow = Flow(
                source: isFromReflector ? reflector : address(1), destination: isFromReflector ? address(1) : reflector,
                start: start, transport: transport, state: .established, sourcePort: isFromReflector ? port : 40_000,
                destinationPort: isFromReflector ? 40_000 : port, bytesSent: isFromReflector ? response : question,
                bytesReceived: isFromReflector ? question : response, packetsSent: isFromReflector ? packets : 1,
                packetsReceived: isFromReflector ? 1 : packets)
            let isSourceHome = isFromReflector ? isReflectorHome : isVictimHome
            let isDestinationHome = isFromReflector ? isVictimHome : isReflectorHome
            if isSourceHome { flow.traits.insert(.sourceIsHome) }
            if isDestinationHome { flow.traits.insert(.destinationIsHome) }
            return flow
        }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: AmplificationDetector(AmplificationSettings()), in: flows, batch: batch)
}

private func amplification(_ finding: Finding?) -> AmplificationReason? { finding?.reason as? AmplificationReason }

@Test func `answers of many reflectors that nobody asked for are told of the victim, as soon as they are too many`()
    throws
{
    let found = findings(Answers().flows)
    // 2 Mbit/s over 10 s are 2.5 MB: the 834th answer of 3,000 bytes passes them, 4.2 s in.
    let first = try #require(amplification(found.first))
    #expect(first.bytes == 2_502_000 && first.usual == 2_500_000)
    #expect(first.responses == 834 && first.unasked == 834)
    #expect(first.role == .target && first.port == 53)
    #expect((35...65).contains(first.peers))
    #expect(found[0].subject == IPAddress("10.0.0.1") && found[0].peer == nil)
    // The first slice weighs 4, that nobody asked 2; the doubling at 5 MB 1.5; each of two later slices 1.
    #expect(found.map(\.evidence) == [6, 1.5, 1, 1])
}

@Test func `a server here that is abused is told of itself`() throws {
    let abused = Answers(request: 64, reflectors: 1, isReflectorHome: true, isVictimHome: false)
    for isFromReflector in [true, false] {
        var answers = abused
        answers.isFromReflector = isFromReflector
        let found = findings(answers.flows)
        #expect(Set(found.map(\.subject)) == [IPAddress("10.0.0.100")])
        #expect(found.first?.peer == IPAddress("10.0.0.1"))
        #expect(amplification(found.first)?.role == .source)
        #expect(found.map(\.evidence) == [4, 1.5, 1, 1])
    }
}

@Test(arguments: [
    // Too few bytes; small packets; not five times what was asked; few reflectors; another port; another protocol.
    Answers(perSecond: 50), Answers(bytes: 1900), Answers(request: 601), Answers(reflectors: 5), Answers(port: 443),
    Answers(transport: .tcp),
    // A resolver with a few signed answers among many.
    Answers(perSecond: 2000, request: 80, small: 4),
    Answers(perSecond: 2000, request: 80, isFromReflector: false, small: 4),
    // NTP.
    Answers(perSecond: 5000, port: 123, bytes: 48, request: 48, packets: 1),
    // A server that answers hosts of its own house.
    Answers(request: 64, reflectors: 1, isReflectorHome: true),
    Answers(seconds: 0),
])
private func `what is ordinary is not found`(answers: Answers) {
    #expect(findings(answers.flows).isEmpty)
}

@Test(arguments: [19, 53, 123, 161, 389, 500, 1900, 11_211, 47_808] as [UInt16])
func `every amplifying port is known, over IPv4 and IPv6`(port: UInt16) {
    let four = findings(Answers(port: port).flows)
    let six = findings(Answers(port: port, isV6: true).flows)
    #expect(!four.isEmpty && four.map(\.score) == six.map(\.score))
}

@Test(arguments: [1, 7, 333])
func `the size of batches changes no finding of amplification`(size: Int) {
    let flows = Answers().flows
    #expect(findings(flows, batch: size) == findings(flows))
}
