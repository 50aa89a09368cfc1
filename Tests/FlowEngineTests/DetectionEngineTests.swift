import FlowDetect
import FlowEngine
import FlowEnrich
import FlowFormats
import FlowMath
import FlowModel
import FlowSettings
import FlowTestKit
import Testing

/// A small network: thirty hosts that talk to a few servers, all answered; and, if asked, one that scans fifteen.
private func traffic(scan: Bool, v6: Bool = false, minutes: Int = 20) -> [Flow] {
    func address(_ host: Int) -> IPAddress { .home(host, isV6: v6) }
    var random = SeededGenerator(seed: 7)
    var flows: [Flow] = []
    for tick in 0..<(minutes * 60) {
        for _ in 0..<10 {
            let host = 1 + random.below(30)
            var flow = Flow(
                source: address(host), destination: address(100 + (host * 7 + random.below(4)) % 12),
                start: Timestamp(seconds: 1_600_000_000 + Int64(tick)), transport: .tcp, state: .closed,
                sourcePort: UInt16(40_000 + random.below(20_000)), destinationPort: random.below(2) == 0 ? 443 : 80,
                bytesSent: UInt64(200 + random.below(2000)), bytesReceived: UInt64(500 + random.below(20_000)))
            if random.below(50) == 0 {
                flow.state = .attempted
                flow.bytesReceived = 0
            }
            flows.append(flow)
        }
        if scan && tick >= 600 && tick < 900 {
            for _ in 0..<4 {
                flows.append(
                    Flow(
                        source: address(9), destination: address(1 + random.below(15) + 10),
                        start: Timestamp(seconds: 1_600_000_000 + Int64(tick)), transport: .tcp, state: .attempted,
                        sourcePort: UInt16(40_000 + random.below(20_000)),
                        destinationPort: UInt16(1 + random.below(1024)),
                        bytesSent: 40))
            }
        }
    }
    return flows
}

private func detect(
    _ flows: [Flow], batch size: Int = 4096, settings: Settings = Settings(), origins: [FlowOrigin] = []
) -> (incidents: [Incident], report: EngineReport, findings: [Finding]) {
    var plan = EnginePlan(settings: settings)
    plan.takesAll = true
    var engine = DetectionEngine(plan)
    engine.register(origins)
    var output = EngineOutput(wantsFindings: true)
    var start = 0
    var batch = FlowBatch()
    while start < flows.count {
        batch.flows = Array(flows[start..<min(start + size, flows.count)])
        engine.take(&batch, into: &output)
        start += size
    }
    engine.advance(to: .endOfTime, &batch, into: &output)
    return (engine.ranked.listed, engine.report, output.findings.map(\.finding))
}

@Test func `a host that scans fifteen neighbours is incident one`() throws {
    let result = detect(traffic(scan: true))
    let first = try #require(result.incidents.first)
    #expect(first.subject == IPAddress("10.0.0.9"))
    #expect(first.category == .reconnaissance)
    #expect(first.probability >= 0.9)
    #expect(result.incidents.filter { $0.probability >= 0.5 }.count == 1)
}

@Test func `without the scan nothing is probable`() {
    #expect(detect(traffic(scan: false)).incidents.filter { $0.probability >= 0.5 }.isEmpty)
}

@Test func `IPv6 traffic gives the same incidents`() throws {
    let four = detect(traffic(scan: true)).incidents
    let six = detect(traffic(scan: true, v6: true)).incidents
    #expect(try #require(six.first).subject == IPAddress("fd00::9"))
    #expect(four.map(\.probability) == six.map(\.probability))
}

@Test func `the size of batches changes nothing`() {
    let flows = traffic(scan: true)
    let whole = detect(flows, batch: flows.count)
    for size in [1, 7, 333] {
        let cut = detect(flows, batch: size)
        #expect(cut.findings == whole.findings)
        #expect(cut.incidents == whole.incidents)
    }
}

@Test func `empty input is no incident`() {
    let result = detect([])
    #expect(result.incidents.isEmpty)
    #expect(result.report.flows == 0)
}

@Test func `a flow from 2199 and one from 1970 are counted and harm nothing`() {
    var flows = traffic(scan: true)
    var future = flows[5]
    future.start = Timestamp(seconds: 7_258_032_000)
    var past = flows[5]
    past.start = Timestamp(seconds: 3)
    flows.insert(future, at: 3000)
    flows.insert(past, at: 6000)
    let result = detect(flows)
    #expect(result.report.ahead == 1)
    #expect(result.report.late == 1)
    #expect(result.report.flows == flows.count)
    #expect(result.incidents.first?.subject == IPAddress("10.0.0.9"))
}

@Test func `a full host table lets go of idle hosts and still finds the scanner`() {
    var flows: [Flow] = []
    for (index, flow) in traffic(scan: true).enumerated() {
        flows.append(flow)
        var spoofed = flow
        spoofed.source = IPAddress(v4: 0x0b00_0000 + UInt32(index))
        spoofed.destination = IPAddress(v4: 0x0a00_0064)
        spoofed.state = .attempted
        flows.append(spoofed)
    }
    var settings = Settings()
    settings.limits.hosts = 1000
    let result = detect(flows, settings: settings)
    #expect(result.report.hosts <= 1000)
    #expect(result.report.forgottenHosts > 0)
    #expect(result.incidents.prefix(3).contains { $0.subject == IPAddress("10.0.0.9") })
}

@Test func `many hosts with weak findings do not fill the host table`() {
    // Each of 3,000 strangers tries one address twice in vain, a few a second, and there is a hint about each.
    var flows: [Flow] = []
    for (index, flow) in traffic(scan: true).enumerated() {
        flows.append(flow)
        var stranger = flow
        stranger.source = IPAddress(v4: 0x0b00_0000 + UInt32(index / 4))
        stranger.destination = IPAddress(v4: 0x0a00_0064 + UInt32(index % 8))
        stranger.destinationPort = UInt16(1 + index % 60_000)
        stranger.state = .attempted
        flows.append(stranger)
    }
    var settings = Settings()
    settings.limits.hosts = 400
    let result = detect(flows, settings: settings)
    let hinted = Set(result.findings.filter { $0.evidence > 0 }.map(\.subject)).count
    #expect(hinted > 800)
    #expect(result.report.forgottenSubjects > 400)
    // Without room, most addresses would be turned away from then on.
    #expect(result.report.unlistedHosts == 0)
    #expect(result.incidents.first?.subject == IPAddress("10.0.0.9"))
}

@Test func `duplicates are counted and kept`() {
    var flows = traffic(scan: false, minutes: 1)
    flows.append(contentsOf: flows.suffix(20))
    let result = detect(flows)
    #expect(result.report.duplicates == 20)
    #expect(result.report.flows == flows.count)
}

@Test func `two exporters of which one lags behind by a minute: no flow is late`() {
    var flows: [Flow] = []
    // From the second minute on, what the second exporter sends comes a minute after the first one's flows of the same time.
    for flow in traffic(scan: false, minutes: 4) {
        var copy = flow
        copy.origin = OriginID(rawValue: flow.source.low % 2 == 0 ? 0 : 1)
        flows.append(copy)
    }
    let lag = flows[600].start
    let arrival = { (flow: Flow) in
        flow.start.nanoseconds + (flow.origin == .first || flow.start < lag ? 0 : 60_000_000_000)
    }
    let sent = flows.indices.sorted { (arrival(flows[$0]), $0) < (arrival(flows[$1]), $1) }.map { flows[$0] }
    let exporters = (0...1).map { FlowOrigin(name: "\($0)", exporter: IPAddress(v4: 0x0a00_00fe + UInt32($0))) }
    let result = detect(sent, origins: exporters)
    #expect(result.report.late == 0)
    // One clock for both would close a minute's windows early.
    #expect(detect(sent).report.late > 500)
}

@Test func `exporters and files are of the site that names them`() throws {
    var plant = SiteSettings()
    (plant.name, plant.exporters, plant.files) = ("plant", ["10.9.0.0/24"], ["plant/*.log"])
    let map = SiteMap([plant])
    let exporter = { FlowOrigin(name: $0, exporter: IPAddress($0)) }
    #expect(map.site(of: exporter("10.9.0.7")).index == 1 && map.site(of: exporter("10.8.0.7")) == .main)
    #expect(map.site(of: FlowOrigin(name: "plant/conn.log")).index == 1)
    #expect(map.site(of: FlowOrigin(name: "office/conn.log")) == .main)
    plant.exporters = ["router"]
    #expect(SiteMap.problem(in: [plant])?.key == "sites[1].exporters")
    #expect(SiteMap.problem(in: [SiteSettings()])?.key == "sites[1].name")
}

@Test func `of one address in two sites only the one that scans is an incident`() {
    var plant = SiteSettings()
    (plant.name, plant.files) = ("plant", ["plant/*"])
    var settings = Settings()
    settings.sites = [plant]
    let scanning = traffic(scan: true, minutes: 16).map { flow in
        var flow = flow
        flow.origin = OriginID(rawValue: 1)
        return flow
    }
    let flows = traffic(scan: false, minutes: 16) + scanning
    let merged = flows.indices.sorted { (flows[$0].start, $0) < (flows[$1].start, $1) }.map { flows[$0] }
    let origins = ["office/flows.csv", "plant/flows.csv"].map { FlowOrigin(name: $0) }
    let probable = detect(merged, settings: settings, origins: origins).incidents.filter { $0.probability >= 0.5 }
    #expect(probable.map(\.subjectText) == ["plant 10.0.0.9"])
}

@Test func `the same private address in two sites is two hosts, a public one is the same`() {
    var table = HostTable(limit: 10)
    let plant = SiteID(rawValue: 1)
    let here = IPAddress(v4: 0x0a00_0001)
    let outside = IPAddress(v4: 0x0808_0808)
    #expect(table.intern(HostKey(here)) != table.intern(HostKey(here, site: plant)))
    #expect(table.intern(HostKey(outside)) == table.intern(HostKey(outside, site: plant)))
    #expect(table.find(HostKey(here, site: plant)).map { table.key(of: $0).site } == plant)
    #expect(table.count == 3)
}
