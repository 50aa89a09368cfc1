import FlowDetect
import FlowFeatures
import FlowMath
import FlowModel
import FlowState
import FlowTestKit
import Testing

private let begin: Int64 = 1_600_000_200_000_000_000

/// Ten hosts that each call a server now and then over some minutes; from `burst` on, host 3 calls many ports.
private func flows(minutes: Int, burst: Int? = nil) -> [Flow] {
    var flows: [Flow] = []
    for second in 0..<minutes * 60 {
        let host = second * 7 % 10
        flows.append(
            Flow(
                source: IPAddress(v4: 0x0a00_0001 + UInt32(host)), destination: IPAddress(v4: 0x0a00_0101),
                start: Timestamp(nanoseconds: begin + Int64(second) * 1_000_000_000), duration: 1_000_000,
                transport: .tcp, state: .closed, sourcePort: UInt16(20_000 + second % 20_000), destinationPort: 443,
                bytesSent: 500 + UInt64(second * 31 % 97), bytesReceived: 3000, packetsSent: 5, packetsReceived: 5))
        guard let burst, second >= burst * 60 else { continue }
        for port in 0..<20 {
            var probe = flows[flows.count - 1]
            (probe.source, probe.state, probe.bytesReceived) = (IPAddress(v4: 0x0a00_0004), .attempted, 0)
            probe.destinationPort = UInt16(second * 20 + port & 0x3fff)
            flows.append(probe)
        }
    }
    return flows
}

private func trained(
    _ method: OutlierMethod, by subject: FeatureSubject, minutes: Int = 2400, fill: FeatureFill = .none,
    where isKept: (Flow) -> Bool = { _ in true }
) throws -> TrainedModel {
    var builder = subject.builder(window: 60_000_000_000, fill: fill)
    var known = flows(minutes: minutes).filter(isKept)
    builder.add(&known)
    builder.finish()
    return try TrainedModel(
        method, of: builder.rows(0..<builder.rowCount).table, subject: subject, windowSeconds: 60, scale: .log,
        season: 60, firstSeen: "", lastSeen: "")
}

private func found(_ model: TrainedModel, in flows: [Flow], batch: Int = 1000) -> [Finding] {
    findingsByWindow(of: ModelOutlierDetector([model]), in: flows, batch: batch)
}

@Test(arguments: [
    (OutlierMethod.pca, FeatureSubject.host), (.lof, .host), (.hstrees, .pair), (.pca, .window),
    (.ewma, .window), (.holtWinters, .window),
])
func `a host that begins to call many ports is named with the features`(
    method: OutlierMethod, subject: FeatureSubject
) throws {
    let model = try trained(method, by: subject)
    #expect(found(model, in: flows(minutes: 30)).count <= 3)
    let findings = found(model, in: flows(minutes: 30, burst: 20))
    let named = findings.filter { $0.subject == IPAddress(v4: 0x0a00_0004) }
    #expect(!named.isEmpty)
    #expect(findings.allSatisfy { $0.evidence > 0 && $0.evidence.isFinite && $0.score > $0.baseline })
    let first = try #require(named.first)
    let outlier = try #require(first.reason as? ModelOutlierReason)
    #expect(!outlier.features.isEmpty && outlier.method == method.rawValue)
    #expect(first.span.end.nanoseconds - first.span.start.nanoseconds == 60_000_000_000)
}

@Test func `a forecaster knows the hours in which nothing is seen`() throws {
    // Half an hour of each hour is silent.
    func isAwake(_ flow: Flow) -> Bool { ((flow.start.nanoseconds - begin) / 60_000_000_000 + 15) % 60 < 30 }
    let model = try trained(.holtWinters, by: .window, fill: .zero, where: isAwake)
    #expect(model.rows == 2400)
    let ordinary = found(model, in: flows(minutes: 240).filter(isAwake)).count
    #expect(ordinary <= 3)
    let unusual = found(model, in: flows(minutes: 12, burst: 5)).count
    #expect(unusual > 3)
}

@Test func `findings do not depend on how flows come in batches`() throws {
    let model = try trained(.pca, by: .host)
    let traffic = flows(minutes: 30, burst: 20)
    let whole = found(model, in: traffic)
    #expect(whole == found(model, in: traffic, batch: 1))
    #expect(whole == found(model, in: traffic, batch: 7))
    #expect(!whole.isEmpty)
}

@Test func `without a model nothing is done, and flows of other times do no harm`() throws {
    var sink = FindingSink(takesAll: true)
    var none = ModelOutlierDetector([])
    let tables = FlowTables(hosts: 100, pairs: 1000)
    none.observe(flows(minutes: 5).span, tables: tables, findings: &sink)
    none.lookAgain(at: .endOfTime, tables: tables, findings: &sink)
    #expect(sink.findings.isEmpty)
    var odd = flows(minutes: 5)
    for (index, time) in [Int64.min, .max, 0, -1, begin * 2].enumerated() {
        odd[index * 3 + 200].start = Timestamp(nanoseconds: time)
    }
    for method in [OutlierMethod.ecod, .ewma] {
        var some = try ModelOutlierDetector([trained(method, by: method == .ewma ? .window : .host)])
        for round in 0..<3 {
            some.observe(odd.span, tables: tables, findings: &sink)
            let end = Timestamp(nanoseconds: begin + Int64(round) * 100_000_000_000)
            let window = Window(start: Timestamp(nanoseconds: begin), end: end)
            some.endWindow(PairWindow(window: window), tables: tables, findings: &sink)
        }
        some.lookAgain(at: .endOfTime, tables: tables, findings: &sink)
    }
    #expect(sink.findings.allSatisfy { $0.evidence.isFinite && $0.score.isFinite })
}

@Test func `what was saved in the middle of a window goes on where it was`() throws {
    let model = try trained(.holtWinters, by: .window)
    let traffic = flows(minutes: 30, burst: 20)
    let tables = FlowTables(hosts: 100, pairs: 1000)
    var sink = FindingSink(takesAll: true)
    var first = ModelOutlierDetector([model])
    first.observe(Array(traffic[..<1700]).span, tables: tables, findings: &sink)
    let end = Window(start: Timestamp(nanoseconds: begin), end: traffic[1500].start)
    first.endWindow(PairWindow(window: end), tables: tables, findings: &sink)
    var saving = StateCarrier()
    try first.carry(&saving)
    var second = ModelOutlierDetector([model])
    var restoring = try StateCarrier(restoring: saving.finished)
    try second.carry(&restoring)
    try restoring.expectEnd()
    var (one, two) = (FindingSink(takesAll: true), FindingSink(takesAll: true))
    first.observe(Array(traffic[1700...]).span, tables: tables, findings: &one)
    second.observe(Array(traffic[1700...]).span, tables: tables, findings: &two)
    first.lookAgain(at: .endOfTime, tables: tables, findings: &one)
    second.lookAgain(at: .endOfTime, tables: tables, findings: &two)
    #expect(one.findings == two.findings && !one.findings.isEmpty)
    // Another model's state is not taken for one's own.
    var other = ModelOutlierDetector([try trained(.ecod, by: .host)])
    var again = try StateCarrier(restoring: saving.finished)
    try other.carry(&again)
    try again.expectEnd()
}
