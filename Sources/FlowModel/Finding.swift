/// What one detector says about one host, at one time.
public struct Finding: Sendable, Equatable {
    /// Who says it.
    public var detector: DetectorName
    /// The host it is about.
    public var subject: IPAddress
    /// The other end, where there is one.
    public var peer: IPAddress?
    /// From when to when it was seen.
    public var span: Window
    /// How unusual it is, in the detector's own unit; higher is worse.
    public var score: Double
    /// The normal it was held against, in the unit of the number in `reason`.
    public var baseline: Double
    /// Log-likelihood ratio of "something is wrong" against "ordinary traffic", in nats.
    public var evidence: Double
    /// How many flows it rests on.
    public var flows: Int
    /// What was seen, in numbers.
    public var reason: Reason
    /// One of the flows.
    public var sample: Flow?

    /// A finding of all its parts.
    public init(
        detector: DetectorName, subject: IPAddress, peer: IPAddress?, span: Window, score: Double, baseline: Double,
        evidence: Double, flows: Int, reason: Reason, sample: Flow?
    ) {
        self.detector = detector
        self.subject = subject
        self.peer = peer
        self.span = span
        self.score = score
        self.baseline = baseline
        self.evidence = evidence
        self.flows = flows
        self.reason = reason
        self.sample = sample
    }

    /// What was seen, in numbers; text is made of it on output.
    public enum Reason: Sendable, Equatable {
        /// A pair outside Tukey's fences of its window.
        case pairOutlier(PairOutlier)
        /// A flow far above its group.
        case groupOutlier(GroupOutlier)
        /// Much sent to one public peer.
        case exfiltration(Exfiltration)
        /// Many short connections to a service that asks for a password.
        case bruteForce(BruteForce)
        /// Far more flows or packets to one host than are ordinary.
        case flood(Flood)
        /// Many peers or ports tried, most of them in vain.
        case portScan(PortScan)
        /// Far more questions over DNS than are ordinary.
        case dnsVolume(DNSVolume)
        /// Calls by a clock.
        case beacon(Beacon)
        /// Something a host met for the first time.
        case novelty(Novelty)
        /// Hosts entered over ports of administration, one from the other.
        case lateralMovement(LateralMovement)
        /// A flow that the settings forbid.
        case policy(Policy)
        /// Data moved through DNS.
        case dnsTunnel(DNSTunnel)
        /// One service port of many servers outside.
        case fanOut(FanOut)
        /// A port outside that mining pools or Tor use.
        case servicePort(ServicePort)
        /// A connection that lasts longer than is allowed.
        case longConnection(LongConnection)
        /// Much gathered from hosts inside.
        case hoarding(Hoarding)
        /// Unlike what a model of good traffic has learnt.
        case modelOutlier(ModelOutlier)
        /// Far more peers that did not answer than are ordinary.
        case unanswered(Unanswered)
        /// Connections that were taken up, hardly used and never closed.
        case neverClosed(NeverClosed)
        /// Large answers of services that answer with more than they are asked.
        case amplification(Amplification)
        /// A host with far more ports, peers or bytes than its group.
        case portCount(PortCount)
        /// A minute in which addresses or ports are spread otherwise than before.
        case entropyShift(EntropyShift)
        /// A flow that should not look as it does.
        case basicCheck(BasicCheck)
        /// Traffic with somebody who is on a blocklist.
        case listed(Listed)

        /// Whether each finding counts from the start of what it tells, so that the latest tells most.
        public var isRunningTotal: Bool {
            switch self {
            case .bruteForce, .dnsVolume, .flood, .lateralMovement, .neverClosed, .amplification: true
            case .pairOutlier, .groupOutlier, .portScan, .exfiltration, .beacon, .novelty, .policy, .dnsTunnel, .fanOut,
                .servicePort, .longConnection, .hoarding, .unanswered, .portCount, .entropyShift, .basicCheck,
                .listed, .modelOutlier:
                false
            }
        }
    }

    /// A pair outside Tukey's fences.
    public struct PairOutlier: Sendable, Equatable {
        /// The values of the pair: connections, distinct destination ports, bytes sent, bytes received.
        public var values: [Double]
        /// The upper fences of the same features.
        public var fences: [Double]
        /// Which of the features lie outside.
        public var outside: [Bool]
        /// A pair's values, its fences and which lie outside.
        public init(values: [Double], fences: [Double], outside: [Bool]) {
            self.values = values
            self.fences = fences
            self.outside = outside
        }
        /// The names of the features, in their order.
        public static let features = ["connections", "destinationPorts", "bytesSent", "bytesReceived"]
    }

    /// A flow far above its group.
    public struct GroupOutlier: Sendable, Equatable {
        /// What is far above.
        public var measure: GroupMeasure
        /// Bytes, or bytes a second.
        public var value: Double
        /// The group's median.
        public var median: Double
        /// Robust standard deviations above it, of the logarithm.
        public var deviations: Double
        /// The subject's groups, the first of which it is held against; `.none` is all home hosts.
        public var groups: GroupSetID
        /// Whether the peer has a public address.
        public var isPublicPeer: Bool
        /// A measure, its value and what the group does.
        public init(
            measure: GroupMeasure, value: Double, median: Double, deviations: Double, groups: GroupSetID,
            isPublicPeer: Bool
        ) {
            self.measure = measure
            self.value = value
            self.median = median
            self.deviations = deviations
            self.groups = groups
            self.isPublicPeer = isPublicPeer
        }
    }

    /// Much sent to one public peer.
    public struct Exfiltration: Sendable, Equatable {
        /// Bytes sent to it.
        public var bytes: Double
        /// Bytes that came back.
        public var received: Double
        /// In how many flows.
        public var flows: Int
        /// Over how long.
        public var seconds: Int
        /// Home hosts that talk to it too; nil where too few are known to tell.
        public var otherHosts: Int?
        /// Whether it was new when it began.
        public var isNewPeer: Bool
        /// Bytes that 99 of 100 public peers get less than, to the octave.
        public var usual: Double
        /// The numbers of one pair.
        public init(
            bytes: Double, received: Double, flows: Int, seconds: Int, otherHosts: Int?, isNewPeer: Bool, usual: Double
        ) {
            self.bytes = bytes
            self.received = received
            self.flows = flows
            self.seconds = seconds
            self.otherHosts = otherHosts
            self.isNewPeer = isNewPeer
            self.usual = usual
        }
    }

    /// Peers and ports tried for the first time.
    public struct PortScan: Sendable, Equatable {
        /// Most examples of each kind.
        public static let exampleLimit = 16

        /// How peers and ports go together.
        public enum Kind: Sendable, Equatable {
            /// Many ports of a peer.
            case vertical
            /// A port of many peers.
            case horizontal
            /// Any port of any peer.
            case random
        }

        /// A port of a peer.
        public struct Service: Sendable, Equatable {
            /// The peer.
            public var address: IPAddress
            /// The port.
            public var port: UInt16
            /// A port of a peer.
            public init(address: IPAddress, port: UInt16) {
                self.address = address
                self.port = port
            }
        }

        /// How peers and ports go together.
        public var kind = Kind.random
        /// Whether a stranger from outside tried what is ours.
        public var isInbound: Bool
        /// Distinct (peer, port) that did not answer; above 512 contacts this and the counts below are estimates.
        public var unanswered = 0
        /// Distinct (peer, port) that answered, and nothing was said.
        public var touched = 0
        /// Distinct peers and ports among the unanswered.
        public var peerCount = 0
        public var portCount = 0
        /// The peers and ports tried most, and some that answered.
        public var peers: [IPAddress] = []
        public var ports: [UInt16] = []
        public var answers: [Service] = []

        /// Nothing tried yet.
        public init(isInbound: Bool) { self.isInbound = isInbound }
    }
}

extension Finding {
    /// Many short connections to a service that asks for a password.
    public struct BruteForce: Sendable, Equatable {
        /// What was tried.
        public var service: LoginService
        /// Its port.
        public var port: UInt16
        /// How many short connections.
        public var guesses: Int
        /// To how many servers.
        public var servers: Int
        /// Whether there were more servers than are counted.
        public var hasMoreServers: Bool
        /// Bytes sent in one, about.
        public var bytes: Double
        /// How many a minute are ordinary for this source here.
        public var usual: Double
        /// The first that was larger or longer, after many that were not: a guess that may have been right.
        public var session: Session?

        /// A connection longer than a guess.
        public struct Session: Sendable, Equatable, BitwiseCopyable {
            /// To whom.
            public var server: IPAddress
            /// Bytes both ways.
            public var bytes: UInt64
            /// How long it was.
            public var seconds: Double
            /// A connection to a server, of a size and a length.
            public init(server: IPAddress, bytes: UInt64, seconds: Double) {
                self.server = server
                self.bytes = bytes
                self.seconds = seconds
            }
        }

        /// The numbers of one series.
        public init(
            service: LoginService, port: UInt16, guesses: Int, servers: Int, hasMoreServers: Bool, bytes: Double,
            usual: Double, session: Session?
        ) {
            self.service = service
            self.port = port
            self.guesses = guesses
            self.servers = servers
            self.hasMoreServers = hasMoreServers
            self.bytes = bytes
            self.usual = usual
            self.session = session
        }
    }
}

extension Finding {
    /// Far more flows or packets to one host than are ordinary.
    public struct Flood: Sendable, Equatable {
        /// Whether the subject floods or is flooded.
        public var role: Role
        /// The protocol of the flow that decided.
        public var transport: Transport
        /// Whether the target answers.
        public var isAnswered: Bool
        /// The port most of the load is on, the lower of the two; 0 for ICMP.
        public var port: UInt16
        /// Flows a second.
        public var flowsPerSecond: Double
        /// Packets a second; 0 where the format has none.
        public var packetsPerSecond: Double
        /// Flows a second, or packets that weigh as much, that are ordinary at most.
        public var usual: Double
        /// About how many sources, up to 1,420.
        public var sources: Int
        /// Entropy of the sources' shares, 0 (one has all) to 1 (all alike).
        public var evenness: Double

        /// The end of a flood that a host is at.
        public enum Role: Sendable { case source, target }

        /// The numbers of one flood.
        public init(
            role: Role, transport: Transport, isAnswered: Bool, port: UInt16, flowsPerSecond: Double,
            packetsPerSecond: Double, usual: Double, sources: Int, evenness: Double
        ) {
            self.role = role
            self.transport = transport
            self.isAnswered = isAnswered
            self.port = port
            self.flowsPerSecond = flowsPerSecond
            self.packetsPerSecond = packetsPerSecond
            self.usual = usual
            self.sources = sources
            self.evenness = evenness
        }
    }
}

extension Finding {
    /// Far more questions over DNS than are ordinary, in five minutes.
    public struct DNSVolume: Sendable, Equatable {
        /// Questions so far.
        public var questions: Double
        /// Of these, unanswered.
        public var unanswered: Double
        /// Other connections opened in the same time.
        public var others: Double
        /// So many questions more than connections are ordinary at most.
        public var limit: Double
        /// What the host itself asks; nil while nothing is known of it.
        public var usual: Double?
        /// The numbers of one host.
        public init(questions: Double, unanswered: Double, others: Double, limit: Double, usual: Double?) {
            self.questions = questions
            self.unanswered = unanswered
            self.others = others
            self.limit = limit
            self.usual = usual
        }
    }

    /// Calls of one port by a clock.
    public struct Beacon: Sendable, Equatable {
        /// Seconds from one call to the next.
        public var period: Double
        /// By which share of the period a call is off at most, 0 to 1.
        public var jitter: Double
        /// Share of calls that were left out, 0 to below 1.
        public var missed: Double
        /// Calls looked at; those that come together count once.
        public var calls: Int
        /// The port called.
        public var port: UInt16
        /// Over this.
        public var transport: Transport
        /// Share of the flows without an answer.
        public var unanswered: Double
        /// Home hosts that were seen to call the same address.
        public var clients: Int
        /// Ports that applications call outside every day.
        public static let usualPorts: Set<UInt16> = [21, 22, 53, 80, 443, 853, 3478, 5222, 5223, 5228, 8080, 8443]

        /// A clock and what follows it.
        public init(
            period: Double, jitter: Double, missed: Double, calls: Int, port: UInt16, transport: Transport,
            unanswered: Double, clients: Int
        ) {
            self.period = period
            self.jitter = jitter
            self.missed = missed
            self.calls = calls
            self.port = port
            self.transport = transport
            self.unanswered = unanswered
            self.clients = clients
        }
    }
}

/// The measures a flow is held against its group in.
public enum GroupMeasure: String, Sendable, CaseIterable {
    case bytesSent
    case rateSent
    case bytesReceived
    case rateReceived

    /// Whether it is about what the subject sent.
    public var isSent: Bool { self == .bytesSent || self == .rateSent }
    /// Whether it is bytes a second.
    public var isRate: Bool { self == .rateSent || self == .rateReceived }
}

/// The detectors by the names that `--only` and `--without` take.
public enum DetectorName: String, Sendable, CaseIterable {
    case exfiltration
    case bruteForce = "brute-force"
    case dnsVolume = "dns-volume"
    case flood
    case beaconing
    case groupOutlier = "group-outlier"
    case pairOutlier = "pair-outlier"
    case portScan = "port-scan"
    case newPort = "new-port"
    case newPeer = "new-peer"
    case lateralMovement = "lateral-movement"
    case policy
    case dnsTunnel = "dns-tunnel"
    case spam
    case miningAndTor = "mining-and-tor"
    case longConnection = "long-connection"
    case dataHoarding = "data-hoarding"
    case modelOutlier = "model-outlier"
    case unanswered
    case neverClosed = "never-closed"
    case amplification
    case portCount = "port-count"
    case entropyShift = "entropy-shift"
    case basicChecks = "basic-checks"
    case blocklistHit = "blocklist-hit"
    case newCountry = "new-country"
}
