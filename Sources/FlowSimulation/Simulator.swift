import FlowMath
public import FlowModel

/// Traffic of a small organization, a second at a time, in order of time; the same seed gives the same flows.
public struct Simulator: Sendable {
    /// What is fixed before the first flow.
    public struct Configuration: Sendable {
        /// Decides everything.
        public var seed: UInt64 = 1
        /// When it begins.
        public var start = Timestamp(seconds: 1_767_603_600)
        /// Seconds of traffic.
        public var seconds = 7200
        /// Mean flows a second over the whole time, attacks aside.
        public var rate = 30.0
        /// Desktops.
        public var hosts = 60
        /// Two hours in the morning of a working day, thirty flows a second.
        public init() {}
    }

    /// The tables that the flows' ids point into.
    public private(set) var names = FlowNames()
    /// Seconds simulated so far.
    public private(set) var second = 0
    private let configuration: Configuration
    private let organization: Organization
    private var random: SeededGenerator
    private var attacks: [any Attack]
    /// Share of the hosts that are there and of what servers do: 1 unless the rate is too small for all of it.
    private let presence: Double
    /// Pages a second where `activity` is 1.
    private let pagesAtFull: Double
    private let application: (http: NameID, tls: NameID, dns: NameID, ntp: NameID, smtp: NameID, smb: NameID)

    /// A simulation with the attacks described by `attacks`, as `port-scan:targets=15,rate=5`.
    /// Throws: what is wrong with a description.
    public init(_ configuration: Configuration, attacks: [String]) throws(AttackError) {
        self.configuration = configuration
        var random = SeededGenerator(seed: configuration.seed)
        var names = FlowNames()
        application = (
            names.applications.intern("http"), names.applications.intern("ssl"), names.applications.intern("dns"),
            names.applications.intern("ntp"), names.applications.intern("smtp"), names.applications.intern("smb")
        )
        organization = Organization(hosts: configuration.hosts, names: &names, random: &random)
        var made: [any Attack] = []
        for text in attacks {
            made.append(try AttackCatalog.make(text, organization: organization, random: &random))
        }
        self.attacks = made
        self.random = random
        let background = organization.backgroundRate
        presence = min(1, configuration.rate / 2 / background)
        let activities = stride(from: 0, to: max(1, configuration.seconds), by: 60).map {
            Self.activity(configuration.start.advanced(by: Int64($0) * 1_000_000_000))
        }
        let meanActivity = activities.reduce(0, +) / Double(activities.count)
        pagesAtFull = (configuration.rate - presence * background) / Self.flowsAPage / meanActivity
        self.names = names
    }

    /// What the attacks did so far.
    public var truth: [AttackTruth] { attacks.map(\.truth) }

    /// Replaces `flows` by those that begin in the next second, in order. Returns: false when the time is over.
    public mutating func next(into flows: inout [Flow]) -> Bool {
        guard second < configuration.seconds else { return false }
        flows.removeAll(keepingCapacity: true)
        let begin = configuration.start.advanced(by: Int64(second) * 1_000_000_000)
        pages(begin, into: &flows)
        polling(begin, into: &flows)
        servers(begin, into: &flows)
        strangers(begin, into: &flows)
        for index in attacks.indices {
            attacks[index].flows(in: second, begin: begin, organization: organization, into: &flows)
        }
        // Stable by start: what is made of the same moment stays in the order it was made.
        let order = flows.indices.sorted { (flows[$0].start, $0) < (flows[$1].start, $1) }
        flows = order.map { flows[$0] }
        second += 1
        return true
    }

    /// Share of the mean at a moment of the day: quiet at night, full from nine to five.
    private static func activity(_ moment: Timestamp) -> Double {
        let hour = Double(moment.nanoseconds / 1_000_000_000 % 86_400) / 3600
        if hour < 6 || hour >= 21 { return 0.15 }
        if hour < 9 { return 0.15 + 0.85 * (hour - 6) / 3 }
        return hour < 17 ? 1 : 1 - 0.85 * (hour - 17) / 4
    }

    private mutating func flow(
        _ source: Organization.Host, _ destination: IPAddress, _ groups: GroupSetID, _ begin: Timestamp,
        _ transport: Transport, _ port: UInt16, sent: UInt64, received: UInt64, seconds: Double,
        _ application: NameID, failure: Double = 0.02
    ) -> Flow {
        var flow = Flow(
            source: source.address, destination: destination,
            start: begin.advanced(by: Int64(random.below(1_000_000)) * 1000), transport: transport,
            sourcePort: UInt16(32_768 + random.below(28_000)), destinationPort: port)
        flow.sourceGroups = source.groups
        flow.destinationGroups = groups
        if random.chance(failure) {
            flow.state = random.chance(0.3) ? .rejected : .attempted
            flow.bytesSent = transport == .tcp ? UInt64(60 * (1 + random.below(3))) : 70
            flow.packetsSent = 1 + UInt64(random.below(3))
            if flow.state == .rejected && transport != .tcp { flow.state = .attempted }
            return flow
        }
        flow.application = application
        flow.bytesSent = sent
        flow.bytesReceived = received
        flow.packetsSent = 2 + sent / 900
        flow.packetsReceived = 2 + received / 1200
        flow.duration = Int64(seconds * 1e6) * 1000
        flow.state = transport == .tcp ? (random.chance(0.08) ? .reset : .closed) : .established
        return flow
    }

    /// The desktops that are switched on.
    private var present: ArraySlice<Organization.Host> {
        organization.desktops.prefix(max(2, Int(Double(organization.desktops.count) * presence)))
    }

    /// What `pages` makes of a page on average: its look-ups, and 2.5 flows inside or 7.5 outside.
    private static let flowsAPage = 1.4 + 0.2 * 2.5 + 0.8 * 7.5

    /// Bursts of connections to a few sites, each after a look-up: nearly all of the traffic.
    private mutating func pages(_ begin: Timestamp, into flows: inout [Flow]) {
        for _ in 0..<random.count(mean: pagesAtFull * Self.activity(begin)) {
            let host = present[random.rank(present.count)]
            lookUp(host, begin, into: &flows)
            if random.chance(0.2) {
                let server = organization.webServers[random.below(4)]
                for _ in 0...random.below(4) {
                    web(host, server.address, server.groups, begin, into: &flows)
                }
                continue
            }
            let site = host.sites[random.rank(host.sites.count)]
            for _ in 0...random.below(14) {
                let peer = random.chance(0.6) ? site : host.sites[random.rank(host.sites.count)]
                web(host, peer, organization.outside, begin, into: &flows)
            }
        }
    }

    private mutating func web(
        _ host: Organization.Host, _ peer: IPAddress, _ groups: GroupSetID, _ begin: Timestamp,
        into flows: inout [Flow]
    ) {
        let isPlain = random.chance(0.15)
        let sent = random.size(median: 1100, spread: 0.9)
        let received = random.size(median: 7000, spread: 1.7)
        let seconds = Double(random.size(median: 700, spread: 1.5)) / 1000
        flows.append(
            flow(
                host, peer, groups, begin, .tcp, isPlain ? 80 : 443, sent: sent, received: received,
                seconds: min(seconds, 1800), isPlain ? application.http : application.tls))
    }

    private mutating func lookUp(_ host: Organization.Host, _ begin: Timestamp, into flows: inout [Flow]) {
        let resolver = organization.resolvers[random.below(2)]
        flows.append(
            flow(
                host, resolver.address, resolver.groups, begin, .udp, 53, sent: UInt64(60 + random.below(40)),
                received: UInt64(90 + random.below(300)), seconds: 0.01, application.dns, failure: 0.004))
        guard random.chance(0.4) else { return }
        // What the resolver does not know it asks the world.
        let outside = Organization.site(v6: false, rank: 5000 + random.rank(3000))
        flows.append(
            flow(
                resolver, outside, organization.outside, begin, .udp, 53, sent: 70, received: 220, seconds: 0.05,
                application.dns, failure: 0.03))
    }

    /// What hosts do by the clock: time, mail, updates, copies of files.
    private mutating func polling(_ begin: Timestamp, into flows: inout [Flow]) {
        let now = second
        for host in present {
            let age = now + host.phase
            if age % host.clockInterval == 0 {
                flows.append(
                    flow(
                        host, organization.resolvers[0].address, organization.resolvers[0].groups, begin, .udp, 123,
                        sent: 76, received: 76, seconds: 0.02, application.ntp, failure: 0.01))
            }
            if age % 300 == 7 {
                let received = random.size(median: 1500, spread: 1)
                flows.append(
                    flow(
                        host, organization.mailServer.address, organization.mailServer.groups, begin, .tcp, 993,
                        sent: 900, received: received, seconds: 0.5, application.tls))
            }
            if age % 3600 == 11 {
                let received = random.size(median: 30_000, spread: 2)
                flows.append(
                    flow(
                        host, Organization.site(v6: !host.address.isV4, rank: 1), organization.outside, begin, .tcp,
                        443,
                        sent: 2500, received: received, seconds: 4, application.tls))
            }
            // One host in three copies its work to the file server, one in seven to its usual cloud.
            if age % 3600 == 1800, host.phase % 3 == 0 {
                let sent = random.size(median: 20e6, spread: 0.7)
                flows.append(
                    flow(
                        host, organization.fileServer.address, organization.fileServer.groups, begin, .tcp, 445,
                        sent: sent, received: sent / 50, seconds: Double(sent) / 5e6, application.smb, failure: 0))
            }
            if age % 2400 == 600, host.phase % 7 == 0 {
                let sent = random.size(median: 4e6, spread: 0.9)
                flows.append(
                    flow(
                        host, host.cloud, organization.outside, begin, .tcp, 443, sent: sent, received: sent / 40,
                        seconds: Double(sent) / 1e6 + 2, application.tls, failure: 0))
            }
        }
    }

    /// The monitor that asks everyone, silent ones too; mail from and to the world; broadcasts.
    private mutating func servers(_ begin: Timestamp, into flows: inout [Flow]) {
        if second % Int(60 / presence) == 20 {
            for server in organization.webServers + [organization.mailServer, organization.fileServer] {
                flows.append(
                    flow(
                        organization.monitor, server.address, server.groups, begin, .tcp, 443, sent: 400, received: 900,
                        seconds: 0.1, application.tls, failure: 0))
            }
            for address in organization.silent {
                flows.append(
                    flow(
                        organization.monitor, address, .none, begin, .tcp, 443, sent: 60, received: 0, seconds: 0,
                        .none, failure: 1))
            }
        }
        if random.chance(Organization.mailRate * presence * Self.activity(begin)) {
            let peer = Organization.site(v6: false, rank: 8000 + random.rank(500))
            let sent = random.size(median: 20_000, spread: 1.5)
            flows.append(
                flow(
                    organization.mailServer, peer, organization.outside, begin, .tcp, 25, sent: sent, received: 700,
                    seconds: 2, application.smtp, failure: 0.05))
        }
        guard random.chance(Organization.broadcastRate * presence) else { return }
        let host = present[random.below(present.count)]
        let isV4 = host.address.isV4
        let kinds: [(UInt32, UInt16)] = [(0xe000_00fb, 5353), (0xefff_fffa, 1900), (0x0a14_ffff, 137), (.max, 67)]
        let kind = kinds[random.below(4)]
        var call = flow(
            host, isV4 ? IPAddress(v4: kind.0) : IPAddress(high: 0xff02_0000_0000_0000, low: 0xfb), .none, begin, .udp,
            isV4 ? kind.1 : 5353, sent: 180, received: 0, seconds: 0, .none, failure: 0)
        call.state = .attempted
        call.packetsReceived = 0
        // DHCP's clients ask from a port of their own.
        if call.destinationPort == 67 { call.sourcePort = 68 }
        flows.append(call)
    }

    /// Sharing files with strangers: many peers on high ports, a third of them gone.
    private mutating func strangers(_ begin: Timestamp, into flows: inout [Flow]) {
        for _ in 0..<random.count(mean: Organization.peerToPeerRate * presence) {
            let peer = Organization.site(v6: !organization.peerToPeer.address.isV4, rank: 20_000 + random.rank(4000))
            let received = random.size(median: 3000, spread: 2.2)
            let sent = random.size(median: 2500, spread: 2.2)
            let port = UInt16(6881 + random.below(50_000))
            flows.append(
                flow(
                    organization.peerToPeer, peer, organization.outside, begin, random.chance(0.7) ? .udp : .tcp, port,
                    sent: sent, received: received, seconds: 20, .none, failure: 0.33))
        }
    }
}
