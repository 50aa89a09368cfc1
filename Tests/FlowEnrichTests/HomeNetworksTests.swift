import FlowEnrich
import FlowModel
import Testing

private func address(_ text: String) -> IPAddress { IPAddress(text) ?? .unspecified }

@Test func `networks contain what their prefix says`() throws {
    let ten = try #require(Network("10.0.0.0/8"))
    #expect(ten.contains(address("10.255.0.1")))
    #expect(!ten.contains(address("11.0.0.1")))
    let six = try #require(Network("2001:db8::/33"))
    #expect(six.contains(address("2001:db8:7fff::1")))
    #expect(!six.contains(address("2001:db8:8000::1")))
    #expect(try #require(Network("0.0.0.0/0")).contains(address("8.8.8.8")))
    #expect(!(try #require(Network("0.0.0.0/0")).contains(address("2a00::1"))))
    #expect(try #require(Network("192.0.2.7")).description == "192.0.2.7/32")
    for text in ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "", "10.0.0.0/8/8", "x"] {
        #expect(Network(text) == nil, "\(text)")
    }
}

@Test func `home is the private ranges, or what is set`() {
    var flows = [Flow(source: address("10.0.0.1"), destination: address("8.8.8.8"), start: Timestamp(seconds: 0))]
    HomeNetworks(networks: []).enrich(&flows)
    #expect(flows[0].traits == .sourceIsHome)
    flows[0].traits = []
    HomeNetworks(networks: [Network("8.0.0.0/8")].compactMap { $0 }).enrich(&flows)
    #expect(flows[0].traits == .destinationIsHome)
}

@Test func `a public home is told from the prefix most flows share`() {
    let flows = (0..<100).map { number in
        Flow(
            source: address("147.32.\(number % 7).9"), destination: address("\(20 + number).1.1.1"),
            start: Timestamp(seconds: 0))
    }
    #expect(HomeNetworks.infer(from: flows.span)?.description == "147.32.0.0/16")
    let inside = (0..<100).map { _ in
        Flow(source: address("10.0.0.1"), destination: address("8.8.8.8"), start: Timestamp(seconds: 0))
    }
    #expect(HomeNetworks.infer(from: inside.span) == nil)
}
