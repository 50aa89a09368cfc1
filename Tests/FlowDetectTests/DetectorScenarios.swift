import FlowDetect
import FlowFeatures
import FlowModel
import FlowTestKit

/// What each detector must find, drawn as text: the attack, after whatever traffic it needs to know before. 203.0.113.0/24
/// is on a blocklist; 192.0.2.0/24 and 198.51.100.0/24 are in two countries.
enum DetectorScenarios {
    /// `model-outlier` is not here: it needs a model, and its own tests train one.
    static let attacks: [DetectorName: String] = [
        .portScan: "0s x60 +1s 10.0.0.5 -> 10.0.1.{n}:22 tcp attempted 60/0",
        .bruteForce: "0s x200 +1s 10.0.0.5 -> 10.0.1.1:22 tcp closed 2000/3000 1s",
        .flood: "0s x2000 +5ms 10.0.0.5 -> 10.0.1.1:80 tcp attempted 60/0",
        .dnsVolume: """
        0s  x200  +10s   10.0.0.5 -> 45.0.0.{n%50}:443 tcp closed 500/2000
        40m x3000 +50ms  10.0.0.5 -> 10.0.1.1:53 udp 60/100
        """,
        .exfiltration: """
        0s  x2000 +1s  10.0.0.{n%20} -> 45.0.{n%100}.1:443 tcp closed 500/20000
        40m            10.0.0.5 -> 45.9.9.9:443 tcp closed 500000000/100000 60s
        """,
        .beaconing: "0s x60 +60s 10.0.0.5 -> 45.0.0.9:443 tcp closed 300/200",
        .groupOutlier: """
        0s x3000 +100ms  10.0.0.{n%20} -> 45.0.{n%100}.1:443 tcp closed 500/2000 1s
        6m               10.0.0.5 -> 45.9.9.9:443 tcp closed 500000000/100000 60s
        """,
        .pairOutlier: """
        0s x40  +100ms  10.0.0.{n} -> 10.0.1.{n}:443 tcp closed 500/500
        0s x300 +10ms   10.0.0.5 -> 10.0.1.1:{n+1} tcp closed 500/500
        """,
        .newPort: """
        0s   x40 +5m  10.0.0.5 -> 10.0.1.1:443 tcp closed 500/500
        210m          10.0.0.5 -> 10.0.1.1:3389 tcp closed 500/500
        """,
        .newPeer: """
        0s   x40 +5m  10.0.0.5 -> 10.0.1.1:443 tcp closed 500/500
        210m          10.0.0.5 -> 45.0.0.1:443 tcp closed 500/500
        """,
        .lateralMovement: """
        0s  x40 +1m  10.0.0.5 -> 10.0.1.1:443 tcp closed 500/500
        50m x8  +1m  10.0.0.5 -> 10.0.2.{n}:22 tcp closed 3000/5000 30s
        """,
        .policy: "0s 10.0.0.5 -> 45.0.0.1:23 tcp closed 100/100",
        .dnsTunnel: "0s x2000 +500ms 10.0.0.5 -> 45.0.0.53:53 udp 250/300",
        .spam: "0s x60 +5s 10.0.0.5 -> 45.0.1.{n}:25 tcp closed 3000/800 2s",
        .miningAndTor: "0s x10 +10m 10.0.0.5:50000 -> 45.0.0.9:3333 tcp closed 50000/60000 590s",
        .longConnection: "0s 10.0.0.5:50000 -> 45.0.0.9:443 tcp closed 500/500 10h",
        .dataHoarding: "0s x40 +10s 10.0.0.5 -> 10.0.1.{n%10}:445 tcp closed 10000/20000000 5s",
        .unanswered: """
        0s  x240 +5s  10.0.0.5 -> 10.0.1.{n%12}:443 tcp closed 500/500
        20m x60  +2s  10.0.0.5 -> 10.0.2.{n}:443 tcp attempted 60/0
        """,
        .neverClosed: "0s x400 +100ms 10.0.0.5 -> 10.0.1.1:80 tcp established 200/0 300s",
        .amplification: "0s x4000 +2ms 45.0.0.{n%40}:123 -> 10.0.0.5:40000 udp 12000/0",
        .portCount: """
        0s  x1500 +400ms  10.0.0.{n%25} -> 10.0.1.{n%3}:443 tcp closed 500/500
        12m x300  +10ms   10.0.0.5 -> 10.0.1.1:{n+1} tcp closed 60/60
        """,
        .entropyShift: """
        0s  x8000 +300ms  10.0.0.{n%50} -> 45.0.0.{n%40}:443 tcp closed 500/500
        41m x400  +100ms  10.0.0.5:50000 -> 45.0.0.1:{n+1} tcp attempted 60/0
        """,
        .basicChecks: "0s 10.0.0.5 -> 45.0.0.1:9001 tcp closed 500/500",
        .blocklistHit: "0s x3 +1m 10.0.0.5 -> 203.0.113.9:443 tcp closed 500/500",
        .newCountry: """
        0s  x160 +10m  10.0.0.5 -> 192.0.2.1:443 tcp closed 500/500
        27h            10.0.0.5 -> 198.51.100.1:443 tcp closed 500/500
        """,
    ]

    /// Evidence of one finding up to which it is no more than a hint, in nats.
    static let ordinaryEvidence = 3.0

    /// Who is found: the sole subject of each scenario.
    static let subject = IPAddress(v4: 0x0a00_0005)

    /// A detector as the defaults have it, and with a rule that forbids telnet to the outside.
    static func detector(_ name: DetectorName) -> any Detector {
        var settings = DetectorSettings()
        for other in DetectorName.allCases { settings.enable(other, other == name) }
        var rule = PolicyRule()
        (rule.from, rule.to, rule.action, rule.ports) = ("inside", "outside", .deny, [23])
        settings.policy.rules = [rule]
        return DetectorCatalog.make(settings)[0]
    }

    /// The same flows between IPv6 addresses: what is private stays private, a /16 outside becomes a /48.
    static func overIPv6(_ flows: [Flow]) -> [Flow] {
        flows.map { flow in
            var flow = flow
            flow.source = overIPv6(flow.source)
            flow.destination = overIPv6(flow.destination)
            return flow
        }
    }

    static func overIPv6(_ address: IPAddress) -> IPAddress {
        let bits = UInt64(address.v4 ?? 0)
        return address.isPrivateOrLink
            ? IPAddress(high: 0xfd00_0000_0000_0000, low: bits)
            : IPAddress(high: 0x2a00_0000_0000_0000 | (bits >> 16) << 16, low: bits & 0xffff)
    }
}

/// A detector on its way through flows, with all that a run does about them.
struct DetectorTrip {
    var detector: any Detector
    var tables = FlowTables(hosts: 10_000, pairs: 100_000)
    /// How many flows `observe` is given at a time.
    var batch = Int.max
    /// Everything found, with the number of the flow that made it among all flows; `.max` for none.
    private(set) var found: [FindingSink.Entry] = []
    private var sink = FindingSink(takesAll: true)
    private var passed = 0

    private static let windowLength: Int64 = 10_000_000_000

    init(_ detector: any Detector, batch: Int = .max) {
        self.detector = detector
        self.batch = batch
        let feed = Feed(
            name: "test", confidence: 1, updated: Timestamp(seconds: 1_600_000_000), maximumAge: 86_400_000_000_000)
        tables.listings = HostListings(feeds: [feed])
    }

    /// Takes flows through, in the order of time; a window closes with the first flow behind it.
    mutating func pass(_ flows: some Collection<Flow>) {
        var rest = Array(flows)[...]
        while let first = rest.first {
            let number = first.start.nanoseconds / Self.windowLength
            let window = Array(rest.prefix { $0.start.nanoseconds / Self.windowLength == number })
            rest = rest.dropFirst(window.count)
            passWindow(window, start: Timestamp(nanoseconds: number * Self.windowLength))
        }
    }

    private mutating func passWindow(_ flows: [Flow], start: Timestamp) {
        var flows = flows
        tables.intern(&flows, flows.indices)
        for index in flows.indices { enrich(&flows[index]) }
        var window = PairWindow(window: Window(start: start, end: start.advanced(by: Self.windowLength)))
        var seen = 0
        while seen < flows.count {
            let next = flows.span.extracting(seen..<min(flows.count, seen.addingClamped(batch)))
            window.add(next)
            sink.beginFlows()
            detector.observe(next, tables: tables, findings: &sink)
            sink.endFlows()
            drain()
            seen += next.count
            passed += next.count
        }
        detector.endWindow(window, tables: tables, findings: &sink)
        drain()
        tables.network.endWindow(sink.lessons)
        sink.lessons = NetworkLessons()
    }

    /// Ends the input.
    mutating func finish() {
        detector.lookAgain(at: .endOfTime, tables: tables, findings: &sink)
        drain()
    }

    private mutating func enrich(_ flow: inout Flow) {
        let destination = flow.destination
        if Self.network(of: destination) == 0xcb00_71 {
            flow.traits.insert(.destinationIsListed)
            _ = tables.listings.set(of: flow.destinationHost) { 1 }
        }
        tables.places.meet(flow.destinationHost) { Self.place(of: destination) }
    }

    /// The first three bytes of an address, of either family as `DetectorScenarios.overIPv6` makes it.
    private static func network(of address: IPAddress) -> UInt32 {
        let bits = address.v4 ?? UInt32(truncatingIfNeeded: address.high & 0xffff_0000 | address.low & 0xffff)
        return bits >> 8
    }

    private static func place(of address: IPAddress) -> Place {
        switch network(of: address) {
        case 0xc000_02: Place(country: 0x4445)
        case 0xc633_64: Place(country: 0x4155)
        default: .unknown
        }
    }

    private mutating func drain() {
        for var entry in sink.entries {
            if entry.flow != .max { entry.flow += passed }
            found.append(entry)
        }
        sink.removeAll()
    }
}
