import FlowDetect
import FlowEngine
import FlowFormats
import FlowModel
import FlowSettings
import FlowSimulation
import Testing

/// Incidents of two hours of a simulated organization.
private func incidents(seed: UInt64, attacks: [String]) throws -> (listed: [Incident], truth: [AttackTruth]) {
    var configuration = Simulator.Configuration()
    configuration.seed = seed
    configuration.rate = 20
    var simulator = try Simulator(configuration, attacks: attacks)
    var settings = Settings()
    for name in DetectorName.allCases { settings.detectors.enable(name, name == .beaconing) }
    var engine = DetectionEngine(EnginePlan(settings: settings))
    var output = EngineOutput()
    var batch = FlowBatch()
    while simulator.next(into: &batch.flows) { engine.take(&batch, into: &output) }
    engine.advance(to: .endOfTime, &batch, into: &output)
    return (engine.ranked.listed, simulator.truth)
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func `a beacon in the organization is the one probable incident, and medium`(seed: UInt64) throws {
    let (listed, truth) = try incidents(seed: seed, attacks: ["beacon:jitter=0.3,miss=0.1"])
    let probable = listed.filter { $0.probability >= 0.5 }
    #expect(probable.map(\.subject) == truth.map(\.source))
    #expect(probable.first?.peers.first == truth.first?.destinations.first)
    #expect(probable.first?.severity == .medium && probable.first?.category == .commandAndControl)
}

@Test(arguments: 1...5 as ClosedRange<UInt64>)
func `without a beacon no clock is probable`(seed: UInt64) throws {
    #expect(try incidents(seed: seed, attacks: []).listed.filter { $0.probability >= 0.5 }.isEmpty)
}
