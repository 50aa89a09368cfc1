import FlowMath
public import FlowModel
public import FlowState

/// Settings of `dns-tunnel`.
public struct DNSTunnelSettings: Codable, Sendable, Equatable, RangedSettings {
    /// Whether to run it.
    public var isEnabled = true
    /// Fewer bytes both ways, with one server or a few in five minutes, are never a finding: a busy client's 500 questions of 80
    /// bytes and their answers come to less.
    public var minimumBytes = 200_000
    public static let ranges: [String: ClosedRange<Double>] = ["minimumBytes": 1...1e12]
    /// The defaults.
    public init() {}
}

/// `dns-tunnel`: a home host that moves data through DNS: with one server or a few, many large questions or answers, for long.
///
/// Null model: what a (host, server) pair, or a host with up to eight servers, asks in five minutes. A client's question has under 100 bytes with its headers
/// and its answer a few hundred, for a name is short; data packed into names fills them (iodine, dnscat2: 150 to 300
/// bytes a question), or fills the answers. Both the size of a question and all that was sent (or of an answer, and
/// received) must be far above a floor, above what these pairs do (an EWMA that learns little from slices with findings)
/// and above what 95 of 100 slices of the group stay below; each slice that it goes on adds to it. Of a connection, which
/// packets are questions is not known: its packets count. Hosts that answer on these ports, and those that spread their
/// questions over many servers, are resolvers and no subjects. Many small questions are `dns-volume`, not a tunnel.
/// Memory: 64 bytes for each of 8,192 pairs, the pair that was silent longest makes room; 16 bytes and a bit a host.
public struct DNSTunnelDetector: Detector {
    public static let profile = DetectorProfile(
        name: .dnsTunnel,
        watchesFor:
            "data moved through DNS: with one server or a few, large questions or answers, far more bytes than"
            + " ordinary, for long",
        weight: "enough for an incident by itself once it goes on",
        family: .names, cap: 12,
        capSource: "with the prior of -7 a probability of 0.99: beyond it evidence decides nothing",
        evidence: .total)

    static let slice: Int64 = 300_000_000_000
    /// Bytes with headers that questions of names, and answers to them, have on average at most.
    static let ordinaryQuestion: Float = 110
    static let ordinaryAnswer: Float = 500
    /// Questions in a slice from which their mean size says anything.
    static let leastQuestions: Float = 20
    static let ownFactor: Float = 4
    static let groupFactor = 2.0
    /// Share of all that a host asks, in bytes, that goes to the one server, or to the few that data is moved through; who
    /// spreads it more resolves names itself.
    static let leastShare: Float = 0.5
    static let mostServers = 8
    /// Evidence, in nats, of an octave of bytes above the limit, of size above the ordinary, and of each further slice.
    static let bytesOctave = 1.2
    static let sizeOctave = 2.5
    static let mostBytes = 4.0
    static let mostSize = 4.0
    static let lasting = 2.0
    static let mostLasting = 6.0
    /// That as much goes up as comes down: a name's answer repeats the name.
    static let upwards = 1.5

    private static let pairCount = 8192
    private static let ways = 8

    /// Home hosts whose questions a resolver answers at least.
    static let resolverClients = 4

    private struct Pair {
        var pair = PairID.unlisted
        var group = NameID.none
        /// Slices with findings, one after the other.
        var lasted: UInt16 = 0
        var habit = Habit()
        /// In the current slice.
        var questions: Float = 0
        var sent: Float = 0
        var received: Float = 0
        var flows: UInt32 = 0
        var reportedFlows: UInt32 = 0
        /// Whether this slice has a finding.
        var isFound = false
        /// When the next finding is due, in bytes both ways; 0 for none in this slice yet.
        var next: Float = 0
    }

    /// What a host asks of all servers in a slice.
    private struct Host {
        var slice = Int64.min
        var bytes: Float = 0
        /// From how many of them on all its servers are looked at together.
        var next: Float = 0
        /// One bit for each home host whose questions it answered, by hash.
        var clients: UInt64 = 0
    }

    /// Pairs that made room for others.
    public private(set) var overflowCount = 0
    private let floor: Float
    private var pairs = Array(repeating: Pair(), count: DNSTunnelDetector.pairCount)
    /// Hosts that answer the questions of several.
    private var servers = HostSet()
    private var hosts: [Host] = []

    /// A detector with the given thresholds.
    public init(_ settings: DNSTunnelSettings) { floor = Float(settings.minimumBytes) }

    public mutating func observe(_ flows: Span<Flow>, tables: FlowTables, findings: inout FindingSink) {
        for index in flows.indices {
            let port = flows[index].destinationPort
            guard port == 53 || port == 853 else { continue }
            let flow = flows[index]
            guard flow.traits.contains(.sourceIsHome) || flow.sourceGroups != .none else { continue }
            guard flow.transport == .udp || flow.transport == .tcp, flow.pair != .unlisted else { continue }
            findings.flow = index
            take(flow, tables: tables, findings: &findings)
        }
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&pairs)
        try state.carry(&servers)
        try state.carry(&hosts)
        try state.carry(&overflowCount)
        guard pairs.count == Self.pairCount else { throw .damaged }
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        servers.subtract(gone)
        for index in hosts.indices where gone.contains(HostID(rawValue: UInt32(index))) { hosts[index] = Host() }
        for index in pairs.indices where pairs[index].pair != .unlisted {
            let pair = pairs[index].pair
            if gone.contains(tables.pairs.source(of: pair)) || gone.contains(tables.pairs.destination(of: pair)) {
                pairs[index] = Pair()
            }
        }
    }

    /// Notes that a host answered a question. One client does not make a resolver: who moves data could ask himself.
    private mutating func answered(_ flow: Flow) {
        guard flow.traits.contains(.sourceIsHome) else { return }
        let server = flow.destinationHost.index
        if hosts.count <= server { hosts.append(contentsOf: repeatElement(Host(), count: server + 1 - hosts.count)) }
        hosts[server].clients |= 1 << ((UInt64(flow.sourceHost.rawValue) &* 0x9e37_79b9_7f4a_7c15) >> 58)
        if hosts[server].clients.nonzeroBitCount >= Self.resolverClients { servers.insert(flow.destinationHost) }
    }

    private mutating func take(_ flow: Flow, tables: FlowTables, findings: inout FindingSink) {
        let host = flow.sourceHost.index
        if hosts.count <= host { hosts.append(contentsOf: repeatElement(Host(), count: host + 1 - hosts.count)) }
        if flow.isAnswered, !flow.traits.contains(.isMidstream) { answered(flow) }
        let number = Habit.number(of: flow.start, length: Self.slice)
        let place = place(of: flow, at: number)
        if pairs[place].habit.isOver(at: number) { turn(place, to: number, lessons: &findings.lessons) }
        pairs[place].group = tables.firstGroup(of: flow.sourceGroups)
        // Of a record longer than the slice its share.
        let share = flow.duration > Self.slice ? Float(Self.slice) / Float(flow.duration) : 1
        let isSum = flow.traits.contains(.bytesAreTotal)
        let packets = Float(flow.packetsSent) / (flow.packetsReceived == 0 && flow.isAnswered ? 2 : 1)
        pairs[place].questions += max(1, packets) * share
        let sent = Float(flow.bytesSent) * share / (isSum ? 2 : 1)
        let received = isSum ? sent : Float(flow.bytesReceived) * share
        pairs[place].sent += sent
        pairs[place].received += received
        if hosts[host].slice != number { hosts[host] = Host(slice: number) }
        hosts[host].bytes += sent + received
        pairs[place].flows = pairs[place].flows.addingClamped(1)
        let bytes = pairs[place].sent + pairs[place].received
        guard pairs[place].questions >= Self.leastQuestions else { return }
        if bytes >= floor, bytes >= pairs[place].next {
            let limit = judge([place], flow, tables: tables, findings: &findings)
            pairs[place].next = limit.map { max($0, bytes * 1.2) } ?? bytes * 1.414
        }
        // A tunnel spread over several servers has less than half of all with each.
        let all = hosts[host].bytes
        if all >= floor, all >= hosts[host].next, bytes < Self.leastShare * all, Load(pairs[place]).size > 1 {
            judgeAll(of: flow.sourceHost, place, flow, tables: tables, findings: &findings)
        }
    }

    /// Where the pair stands, new if need be, in place of that among a few which was silent longest.
    private mutating func place(of flow: Flow, at number: Int64) -> Int {
        let mixed = UInt64(flow.pair.rawValue) &* 0x9e37_79b9_7f4a_7c15
        let base = Int(mixed >> 51) & ~(Self.ways - 1)
        var oldest = base
        for place in base..<(base + Self.ways) {
            if pairs[place].pair == flow.pair { return place }
            if pairs[place].habit.slice < pairs[oldest].habit.slice { oldest = place }
        }
        if pairs[oldest].pair != .unlisted { overflowCount += 1 }
        pairs[oldest] = Pair()
        pairs[oldest].pair = flow.pair
        pairs[oldest].habit.slice = number
        return oldest
    }

    private mutating func turn(_ place: Int, to number: Int64, lessons: inout NetworkLessons) {
        let pair = pairs[place]
        let bytes = pair.sent + pair.received
        pairs[place].habit.learn(bytes, isSuspicious: pair.isFound)
        lessons.add(Double(bytes), of: pair.group, to: .dnsTunnel)
        if !pair.isFound || number - pair.habit.slice > 2 { pairs[place].lasted = 0 }
        pairs[place].habit.slice = number
        (pairs[place].questions, pairs[place].sent, pairs[place].received) = (0, 0, 0)
        (pairs[place].flows, pairs[place].reportedFlows, pairs[place].next) = (0, 0, 0)
        pairs[place].isFound = false
    }

    /// Judges what a client asks of several servers together: of those that it moves data through the few with the most.
    /// Parameter place: one of them.
    private mutating func judgeAll(
        of host: HostID, _ place: Int, _ flow: Flow, tables: FlowTables, findings: inout FindingSink
    ) {
        let slice = pairs[place].habit.slice
        var places = pairs.indices.filter { place in
            let pair = pairs[place]
            return pair.pair != .unlisted && pair.habit.slice == slice && pair.questions >= Self.leastQuestions
                && tables.pairs.source(of: pair.pair) == host && Load(pair).size > 1
        }
        places.sort { pairs[$0].sent + pairs[$0].received > pairs[$1].sent + pairs[$1].received }
        hosts[host.index].next = hosts[host.index].bytes * 1.414
        _ = judge(Array(places.prefix(Self.mostServers)), flow, tables: tables, findings: &findings)
    }

    /// What a client did in a slice with one server or several.
    private struct Load {
        var questions: Float = 0
        var sent: Float = 0
        var received: Float = 0
        /// Mean of earlier slices.
        var usual: Float = 0
        /// Slices with findings, this one included.
        var lasted: UInt16 = 0
        var flows: UInt32 = 0

        var bytes: Float { sent + received }
        var question: Float { sent / questions }
        var answer: Float { received / questions }
        /// How many times as large as ordinary ones the questions or the answers are.
        var size: Float { max(question / ordinaryQuestion, answer / ordinaryAnswer) }

        init() {}

        init(_ pair: Pair) { add(pair) }

        mutating func add(_ pair: Pair) {
            questions += pair.questions
            sent += pair.sent
            received += pair.received
            usual += pair.habit.usual
            lasted = max(lasted, pair.isFound ? pair.lasted : pair.lasted.addingClamped(1))
            flows = flows.addingClamped(pair.flows - pair.reportedFlows)
        }
    }

    /// Tells of the pairs of a client if together they are a tunnel. Returns: the limit, if they are none.
    private mutating func judge(
        _ places: [Int], _ flow: Flow, tables: FlowTables, findings: inout FindingSink
    ) -> Float? {
        var load = Load()
        for place in places { load.add(pairs[place]) }
        let group = tables.firstGroup(of: flow.sourceGroups)
        let limit = max(
            floor, Self.ownFactor * load.usual, Float(Self.groupFactor * tables.network.high(of: group, in: .dnsTunnel))
        )
        guard load.bytes >= limit, load.size > 1, load.bytes >= Self.leastShare * hosts[flow.sourceHost.index].bytes,
            !servers.contains(flow.sourceHost)
        else { return limit }
        var evidence = min(Self.mostBytes, 1 + Self.bytesOctave * logarithm2(Double(load.bytes / limit)))
        evidence += min(Self.mostSize, Self.sizeOctave * logarithm2(Double(load.size)))
        if load.sent * 2 >= load.received { evidence += Self.upwards }
        evidence += min(Self.mostLasting, Self.lasting * Double(load.lasted - 1))
        findings.add(
            Finding(
                detector: Self.name, subject: flow.sourceKey,
                peer: tables.hosts.address(of: tables.pairs.destination(of: pairs[places[0]].pair)),
                span: Window(start: flow.start, end: flow.end), score: Double(load.bytes), baseline: Double(limit),
                evidence: evidence, flows: Int(load.flows),
                reason: DNSTunnelReason(
                    sent: Double(load.sent), received: Double(load.received), question: Double(load.question),
                    answer: Double(load.answer), servers: places.count, minutes: 5 * Int(load.lasted),
                    limit: Double(limit)),
                sample: tables.sample(flow)))
        for place in places {
            if !pairs[place].isFound { pairs[place].lasted = pairs[place].lasted.addingClamped(1) }
            pairs[place].isFound = true
            pairs[place].reportedFlows = pairs[place].flows
        }
        return nil
    }
}
