import FlowFeatures
import FlowModel
import Testing

private func outcome(
    _ transport: Transport, _ state: ConnectionState = .unknown, from source: UInt16 = 50_000,
    to destination: UInt16 = 445, flags: (UInt8, UInt8) = (0, 0), sent: UInt64 = 60, received: UInt64 = 0,
    packets: UInt64 = 1, traits: FlowTraits = [], address: String = "10.0.0.9"
) -> ContactOutcome {
    var flow = Flow(
        source: IPAddress("10.0.0.1") ?? .unspecified, destination: IPAddress(address) ?? .unspecified,
        start: Timestamp(seconds: 0), transport: transport, state: state, sourcePort: source,
        destinationPort: destination, bytesSent: sent, bytesReceived: received, packetsSent: packets)
    flow.flagsSent = flags.0
    flow.flagsReceived = flags.1
    flow.traits = traits
    return flow.contactOutcome
}

@Test func `a SYN that is refused or met by silence has failed, whatever its source port`() {
    #expect(outcome(.tcp, .attempted) == .failed)
    #expect(outcome(.tcp, .rejected, from: 53, to: 3389, flags: (0x02, 0x14)) == .failed)
    #expect(outcome(.tcp, .unknown) == .silent)
}

@Test func `a connection is answered, a half-open probe only touched`() {
    #expect(outcome(.tcp, .closed, received: 500) == .answered)
    #expect(outcome(.tcp, .unknown, received: 500) == .answered)
    #expect(outcome(.tcp, .reset, flags: (0x06, 0x12), packets: 2) == .touched)
    #expect(outcome(.tcp, .reset, received: 5000, packets: 9) == .answered)
}

@Test func `answers, backscatter and what began before the record are no attempts`() {
    #expect(outcome(.tcp, .unknown, from: 80, to: 4000, flags: (0x12, 0)) == .none)
    #expect(outcome(.tcp, .rejected, from: 80, to: 4000, flags: (0x12, 0x04)) == .none)
    #expect(outcome(.tcp, .unknown, from: 80, to: 4000, flags: (0x14, 0)) == .none)
    #expect(outcome(.tcp, .unknown, from: 80, to: 4000) == .none)
    #expect(outcome(.tcp, .established, flags: (0x18, 0x18), received: 90, traits: .isMidstream) == .none)
    #expect(outcome(.udp, .unknown, from: 53, to: 40_000) == .none)
    #expect(outcome(.udp, .unknown, from: 8000, to: 40_000) == .none)
}

@Test func `a datagram without an answer is silence, a stream or a broadcast nothing`() {
    #expect(outcome(.udp, .attempted, to: 161) == .silent)
    #expect(outcome(.udp, .attempted, from: 137, to: 137, address: "10.0.255.255") == .none)
    #expect(outcome(.udp, .attempted, to: 33_440) == .none)
    #expect(outcome(.udp, .established, received: 90) == .answered)
}

@Test func `more than a request without an answer is one side of a talk, sampled or not`() {
    #expect(outcome(.udp, .attempted, to: 161, sent: 50_000) == .oneSided)
    #expect(outcome(.tcp, .attempted, flags: (0x02, 0), sent: 6771, packets: 20) == .oneSided)
    #expect(outcome(.tcp, .attempted, flags: (0x02, 0), sent: 120_000, packets: 3000) == .failed)
    #expect(outcome(.tcp, .unknown, flags: (0x18, 0), traits: .isMidstream) == .oneSided)
}

@Test func `of ICMP only an echo request asks for something`() {
    #expect(outcome(.icmp, .unknown, from: 8, to: 0) == .silent)
    #expect(outcome(.icmp, .unknown, from: 0, to: 2048) == .silent)
    #expect(outcome(.icmp, .attempted, from: 8, to: 6863, received: 60) == .answered)
    #expect(outcome(.icmpV6, .unknown, from: 128, to: 0) == .silent)
    #expect(outcome(.icmp, .rejected, from: 0x0303, to: 49_320) == .none)
    #expect(outcome(.igmp, .attempted) == .none)
}
