import FlowFeatures
import FlowMath
import FlowModel
import FlowState
import FlowTestKit
import Foundation
import Testing

@testable import FlowDetect

/// What holds for every detector of the catalog.
struct DetectorBatteryTests {
    private static let attacks = DetectorScenarios.attacks.keys.sorted { $0.rawValue < $1.rawValue }

    @Test func `the catalog has every name once, and every one has a profile and a scenario`() {
        #expect(Set(DetectorCatalog.profiles.map(\.name)) == Set(DetectorName.allCases))
        #expect(DetectorCatalog.profiles.count == DetectorName.allCases.count)
        #expect(DetectorCatalog.profiles.allSatisfy { $0.cap > 0 && !$0.watchesFor.isEmpty && !$0.capSource.isEmpty })
        #expect(Set(Self.attacks) == Set(DetectorName.allCases).subtracting([.modelOutlier]))
    }

    @Test(arguments: DetectorName.allCases) func `without flows nothing is said`(name: DetectorName) {
        var trip = DetectorTrip(DetectorScenarios.detector(name))
        trip.finish()
        #expect(trip.found.isEmpty)
    }

    @Test(arguments: DetectorName.allCases)
    func `no number stops a detector, and all it says is finite`(name: DetectorName) {
        var detector = DetectorScenarios.detector(name)
        var tables = FlowTables(hosts: 5, pairs: 8)
        var sink = FindingSink(takesAll: true)
        for round in 0..<20 {
            var flows = extremes(2000, seed: UInt64(round))
            var window = PairWindow(
                window: Window(start: Timestamp(seconds: 0), end: Timestamp(seconds: 1_600_000_000)))
            var seen = HostSet()
            tables.intern(&flows, flows.indices)
            for index in flows.indices where index % 700 == 0 { seen.insert(flows[index].sourceHost) }
            window.add(flows.span)
            sink.beginFlows()
            detector.observe(flows.span, tables: tables, findings: &sink)
            sink.endFlows()
            detector.endWindow(window, tables: tables, findings: &sink)
            tables.network.endWindow(sink.lessons)
            sink.lessons = NetworkLessons()
            if round % 3 == 2 {
                detector.lookAgain(at: Timestamp(seconds: 1_600_000_000), tables: tables, findings: &sink)
                detector.forget(seen, tables: tables)
            }
        }
        detector.lookAgain(at: .endOfTime, tables: tables, findings: &sink)
        #expect(sink.findings.allSatisfy { $0.score.isFinite && $0.baseline.isFinite && $0.evidence.isFinite })
        #expect(sink.findings.allSatisfy { $0.evidence >= 0 && $0.detector == name })
        for finding in sink.findings.prefix(1000) { #expect(!finding.sentence.isEmpty) }
    }

    @Test(arguments: attacks) func `its own attack is found, over IPv4 and IPv6 alike`(name: DetectorName) throws {
        let flows = try Scenario(DetectorScenarios.attacks[name] ?? "").flows
        var four = DetectorTrip(DetectorScenarios.detector(name))
        var six = DetectorTrip(DetectorScenarios.detector(name))
        four.pass(flows)
        six.pass(DetectorScenarios.overIPv6(flows))
        four.finish()
        six.finish()
        let (subject, subjectSix) = (DetectorScenarios.subject, DetectorScenarios.overIPv6(DetectorScenarios.subject))
        #expect(four.found.contains { $0.finding.subject == subject && $0.finding.evidence > 0 })
        // Peers counted by a hash of their address may be one or two more or fewer.
        let weight = { (trip: DetectorTrip, subject: IPAddress) in
            trip.found.reduce(0) { max($0, $1.finding.subject == subject ? $1.finding.evidence : 0) }
        }
        let (expected, got) = (weight(four, subject), weight(six, subjectSix))
        #expect(abs(got - expected) <= 0.1 * expected, "\(expected) over IPv4, \(got) over IPv6")
    }

    @Test(arguments: DetectorName.allCases)
    func `a finding names the flow that made it, however batches are cut`(name: DetectorName) throws {
        var cases = [traffic(3000)]
        if let attack = DetectorScenarios.attacks[name] { cases.append(try Scenario(attack).flows) }
        for flows in cases {
            var whole = DetectorTrip(DetectorScenarios.detector(name))
            whole.pass(flows)
            whole.finish()
            for batch in [1, 97] {
                var cut = DetectorTrip(DetectorScenarios.detector(name), batch: batch)
                cut.pass(flows)
                cut.finish()
                #expect(cut.found.map(\.flow) == whole.found.map(\.flow))
                #expect(cut.found.map(\.finding) == whole.found.map(\.finding))
            }
        }
    }

    @Test(arguments: DetectorName.allCases)
    func `a detector that was saved and restored goes on as if nothing had been`(name: DetectorName) throws {
        // Rules may change from run to run: what breaks them is said anew.
        var cases = [traffic(6000)]
        if let attack = DetectorScenarios.attacks[name], name != .policy { cases.append(try Scenario(attack).flows) }
        for flows in cases {
            // Windows that are open are not saved: the cut lies between two.
            let length: Int64 = 10_000_000_000
            let middle = flows[flows.count / 2].start.nanoseconds / length
            let half = flows.firstIndex { $0.start.nanoseconds / length >= middle } ?? 0
            var first = DetectorTrip(DetectorScenarios.detector(name))
            first.pass(flows[..<half])
            let said = first.found.count
            var saving = StateCarrier()
            try first.tables.carry(&saving)
            try first.detector.carry(&saving)
            var second = DetectorTrip(DetectorScenarios.detector(name))
            second.tables.listings = first.tables.listings
            second.tables.places = first.tables.places
            var restoring = try StateCarrier(restoring: saving.finished)
            try second.tables.carry(&restoring)
            try second.detector.carry(&restoring)
            try restoring.expectEnd()
            first.pass(flows[half...])
            second.pass(flows[half...])
            first.finish()
            second.finish()
            #expect(first.found[said...].map(\.finding) == second.found.map(\.finding))
            #expect(first.detector.overflowCount == second.detector.overflowCount)
        }
    }

    @Test(arguments: DetectorName.allCases)
    func `hosts that come and go leave nothing behind`(name: DetectorName) throws {
        var detector = DetectorScenarios.detector(name)
        var tables = FlowTables(hosts: 400, pairs: 4000)
        var sink = FindingSink(takesAll: false)
        var sizes: [Int] = []
        for round in 0..<12 {
            var flows = traffic(500)
            var gone = HostSet()
            for index in flows.indices {
                // Every round has hosts of its own, and comes ten minutes after the last.
                flows[index].start = flows[index].start.advanced(by: Int64(round) * 600_000_000_000)
                flows[index].source = IPAddress(v4: 0x0a00_0000 + UInt32(round * 1000 + index % 100))
            }
            tables.intern(&flows, flows.indices)
            let start = flows[0].start
            var window = PairWindow(window: Window(start: start, end: start.advanced(by: 10_000_000_000)))
            window.add(flows.span)
            sink.beginFlows()
            detector.observe(flows.span, tables: tables, findings: &sink)
            sink.endFlows()
            detector.endWindow(window, tables: tables, findings: &sink)
            sink.removeAll()
            tables.network.endWindow(sink.lessons)
            sink.lessons = NetworkLessons()
            var saving = StateCarrier()
            try detector.carry(&saving)
            try tables.network.carry(&saving)
            sizes.append(saving.finished.count)
            tables.hosts.now &+= 1
            gone = tables.hosts.forgetLeastRecent(keeping: HostSet(), target: 0)
            detector.forget(gone, tables: tables)
            tables.forget(gone)
        }
        #expect(sizes[11] <= sizes[5] + sizes[5] / 10 + 1024, "\(sizes)")
    }

    @Test(arguments: DetectorName.allCases)
    func `an hour of an ordinary office is nothing to speak of`(name: DetectorName) {
        var trip = DetectorTrip(DetectorScenarios.detector(name))
        trip.pass(office(hours: 1))
        trip.finish()
        let hosts = Dictionary(grouping: trip.found, by: \.finding.subject)
        let worst = hosts.mapValues { $0.reduce(0) { max($0, $1.finding.evidence) } }.values.max() ?? 0
        #expect(worst <= DetectorScenarios.ordinaryEvidence, "\(worst)")
    }

    @Test(arguments: attacks)
    func `what was found can be written down, and says the same when it is read back`(name: DetectorName) throws {
        var trip = DetectorTrip(DetectorScenarios.detector(name))
        trip.pass(try Scenario(DetectorScenarios.attacks[name] ?? "").flows)
        trip.finish()
        let finding = try #require(trip.found.last?.finding)
        let bytes = try JSONEncoder().encode(finding)
        let back = try JSONDecoder().decode(Finding.self, from: bytes)
        #expect(back.sentence == finding.sentence && !finding.sentence.isEmpty)
        #expect(back.ports == finding.ports && back.peers == finding.peers)
        #expect(back.reason.facts == finding.reason.facts && back.reason.techniques == finding.reason.techniques)
        #expect(back.reason.stage == finding.reason.stage && back.reason.category == finding.reason.category)
        #expect(back.sample == finding.sample && back.span == finding.span && back.evidence == finding.evidence)
        #expect(try JSONDecoder().decode(Finding.self, from: JSONEncoder().encode(back)) == back)
    }
}

/// Flows of a few hosts with numbers as large and as small as they get.
private func extremes(_ count: Int, seed: UInt64) -> [Flow] {
    var generator = SeededGenerator(seed: seed)
    func random(_ bound: Int) -> Int { generator.below(bound) }
    let amounts: [UInt64] = [0, 1, 40, 60, 500, 2000, 100_000, 1 << 40, .max]
    let ports: [UInt16] = [0, 20, 21, 22, 53, 80, 443, 445, 3306, 3389, 50_000, .max]
    let times: [Int64] = [.min, .min + 1, -1, 0, 1_600_000_000_000_000_000, .max - 1, .max]
    return (0..<count).map { number in
        let isUsual = random(10) > 0
        let start = isUsual ? 1_600_000_000_000_000_000 + Int64(number) * 1_000_000 : times[random(times.count)]
        var flow = Flow(
            source: IPAddress(v4: 0x0a00_0001 + UInt32(random(3))),
            destination: IPAddress(v4: 0x0a00_0005 + UInt32(random(3))),
            start: Timestamp(nanoseconds: start), duration: [0, 1, 5_000_000_000, .max][random(4)],
            transport: [.tcp, .tcp, .udp, .icmp, .unknown][random(5)],
            state: ConnectionState.allCases[random(ConnectionState.allCases.count)],
            sourcePort: ports[random(ports.count)], destinationPort: ports[random(ports.count)],
            bytesSent: amounts[random(amounts.count)], bytesReceived: amounts[random(amounts.count)],
            packetsSent: amounts[random(amounts.count)], packetsReceived: amounts[random(amounts.count)])
        flow.traits = FlowTraits(rawValue: UInt16(random(64)))
        return flow
    }
}

/// Ordinary and less ordinary traffic of a few hosts, in order: what the second half means depends on the first.
private func traffic(_ count: Int) -> [Flow] {
    (0..<count).map { number in
        let isCall = number % 5 == 0
        let isGuess = number % 5 == 1
        let isProbe = number % 5 == 2
        let isQuestion = number % 5 == 3
        var flow = Flow(
            source: IPAddress(v4: 0x0a00_0001 + UInt32(number % 5)),
            destination: isCall
                ? IPAddress(v4: 0x2d00_0001 + UInt32(number % 3)) : IPAddress(v4: 0x0a00_0101 + UInt32(number % 40)),
            start: Timestamp(nanoseconds: 1_600_000_000_000_000_000 + Int64(number) * 700_000_000),
            duration: 300_000_000, transport: isQuestion ? .udp : .tcp, state: isProbe ? .attempted : .closed,
            sourcePort: UInt16(20_000 + number % 30_000),
            destinationPort: isCall ? 443 : isGuess ? 22 : isProbe ? UInt16(1 + number % 900) : isQuestion ? 53 : 445,
            bytesSent: number % 900 == 0 ? 90_000_000 : 2000 + UInt64(number % 7), bytesReceived: isProbe ? 0 : 3000,
            packetsSent: 12, packetsReceived: isProbe ? 0 : 14)
        flow.traits = isCall ? .sourceIsHome : [.sourceIsHome, .destinationIsHome]
        return flow
    }
}

/// Twenty hosts that browse, ask for names and fetch files at random times; one in fifty calls is not answered.
private func office(hours: Int) -> [Flow] {
    var generator = SeededGenerator(seed: 5)
    var flows: [Flow] = []
    var moment: Int64 = 1_600_000_000_000_000_000
    let end = moment + Int64(hours) * 3_600_000_000_000
    while moment < end {
        moment += Int64(generator.below(700)) * 1_000_000
        let kind = generator.below(10)
        let isVain = generator.below(50) == 0
        let (isWeb, isName) = (kind < 6, kind >= 8)
        var flow = Flow(
            source: IPAddress(v4: 0x0a00_0001 + UInt32(generator.below(20))),
            destination: isWeb
                ? IPAddress(v4: 0x2d00_0001 + UInt32(generator.below(300)))
                : IPAddress(v4: 0x0a00_0101 + UInt32(isName ? 0 : 1 + generator.below(3))),
            start: Timestamp(nanoseconds: moment), duration: Int64(generator.below(3000)) * 1_000_000,
            transport: isName ? .udp : .tcp, state: isVain ? .attempted : isName ? .established : .closed,
            sourcePort: UInt16(40_000 + generator.below(20_000)), destinationPort: isWeb ? 443 : isName ? 53 : 445)
        flow.bytesSent = isVain ? 60 : isName ? 70 : UInt64(400 + generator.below(3000))
        flow.bytesReceived = isVain ? 0 : isName ? 150 : UInt64(2000 + generator.below(50_000))
        flow.packetsSent = 1 + flow.bytesSent / 900
        flow.packetsReceived = isVain ? 0 : 1 + flow.bytesReceived / 1200
        flow.traits = isWeb ? .sourceIsHome : [.sourceIsHome, .destinationIsHome]
        flows.append(flow)
    }
    return flows
}
