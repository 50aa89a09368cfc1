public import FlowFeatures
import FlowMath
public import FlowModel

/// `fan-out`: a host that tries many peers and ports it has not tried before, many of them in vain.
///
/// Null model: a sequential test on first contacts (threshold random walk, Jung, Paxson, Berger and Balakrishnan
/// 2004): an ordinary host's first contact fails with probability θ0, a scanner's with 0.8; the walk is the sum of
/// ln-likelihood ratios, never below 0. θ0 is learnt from the home hosts here, each counted a little so that one
/// scanner cannot teach it, and kept between 0.2 and 0.5. What is tried on one port everywhere, or on one peer at
/// many ports, counts in full; tries all over ports and peers are what P2P does and count a quarter. Beside the walk
/// stands a robust limit: log of the weighed fan-out against all hosts' windows here and the host's own.
/// Memory: 40 bytes a host, 1 byte a pair.
public struct FanOutDetector: Detector {
    public static let name = DetectorName.fanOut

    /// A scanner's chance to fail at a first contact; Jung et al. 2004, θ1 = 0.2 being the chance to succeed.
    static let scannerFailure = 0.8
    /// ln((1 − β) / α) for α = β = 0.01: where the walk decides.
    static let decision = 4.6
    /// The walk goes no higher, so that what is over can be forgotten.
    static let ceiling = 24.0
    /// What a window adds once the walk is at its ceiling: enough for the incident to go on.
    static let leastEvidence = 0.05
    /// What tries without a common port or peer weigh: P2P.
    static let scatteredWeight = 0.25
    /// Ports tried on one peer in a window that no application needs.
    static let ordinaryPorts = 6
    /// Share of a host's own deviation that its baseline learns when it is ordinary, and when it is not
    /// (catalogue, 12: a baseline that cannot be taught).
    static let ordinaryRate = 0.1
    static let suspiciousRate = 0.005

    private struct Host {
        var walk: Float = 0
        /// How much of the walk findings have spoken of.
        var reported: Float = 0
        /// Own baseline of log2(1 + weighed fan-out) and how many windows it is made of.
        var mean: Float = 0
        var deviation: Float = 0
        var windows: UInt32 = 0
        /// Majority vote over the ports tried in vain, and how many tries it is of.
        var port: UInt16 = 0
        var votes: Int16 = 0
        var tries: Int16 = 0
    }

    /// One source in the window at hand.
    private struct Attempt {
        var host: HostID
        var address: IPAddress
        var peers = 0
        var attempts = 0
        var unanswered = 0
        var newUnanswered = 0
        var newAnswered = 0
        var mostPorts = 0
        var flows = 0
        var commonPort: UInt16 = 0
        var commonCount = 0
        var commonPeers = 0
        var isHome = false
        var busiest = 0
        var lastEnd: Timestamp
    }

    private let settings: FanOutSettings
    private var hosts: [Host] = []
    /// Most distinct ports a pair has shown in an earlier window, up to 255.
    private var knownPorts: [UInt8] = []
    private var population = LogHistogram()
    /// Of the population, as of the window at hand.
    private var normal: (median: Double, mad: Double)?
    private var failures = 20.0
    private var contacts = 100.0
    private var places: [Int32] = []
    private var attempts: [Attempt] = []

    /// A detector with the given thresholds.
    public init(_ settings: FanOutSettings) { self.settings = settings }

    public mutating func endWindow(_ window: PairWindow, tables: FlowTables, findings: inout FindingSink) {
        grow(tables)
        gather(window)
        normal = population.total >= 50 ? population.log2MedianAndMAD : nil
        for index in attempts.indices {
            judge(attempts[index], window: window, findings: &findings)
            places[attempts[index].host.index] = -1
        }
        // Learn after judging: a window is held against what was before it.
        for attempt in attempts { learn(attempt) }
        attempts.removeAll(keepingCapacity: true)
    }

    public mutating func forget(_ gone: HostSet, tables: FlowTables) {
        for index in hosts.indices where gone.contains(HostID(rawValue: UInt32(index))) { hosts[index] = Host() }
        for index in knownPorts.indices {
            let pair = PairID(rawValue: UInt32(index))
            if gone.contains(tables.pairs.source(of: pair)) || gone.contains(tables.pairs.destination(of: pair)) {
                knownPorts[index] = 0
            }
        }
    }

    private mutating func grow(_ tables: FlowTables) {
        let hostCount = tables.hosts.indexEnd
        if hosts.count < hostCount {
            hosts.append(contentsOf: repeatElement(Host(), count: hostCount - hosts.count))
            places.append(contentsOf: repeatElement(-1, count: hostCount - places.count))
        }
        let pairCount = tables.pairs.indexEnd
        if knownPorts.count < pairCount {
            knownPorts.append(contentsOf: repeatElement(0, count: pairCount - knownPorts.count))
        }
    }

    private mutating func gather(_ window: PairWindow) {
        for (index, pair) in window.pairs.enumerated() {
            let ports = Int(pair.destinationPorts) - Int(pair.replyPorts)
            guard ports > 0 else { continue }
            let first = window.firstFlows[index]
            switch first.destination.scope {
            case .multicast, .broadcast, .reserved: continue
            default: break
            }
            var place = Int(places[pair.source.index])
            if place < 0 {
                place = attempts.count
                places[pair.source.index] = Int32(truncatingIfNeeded: place)
                attempts.append(Attempt(host: pair.source, address: first.source, lastEnd: pair.lastEnd))
                attempts[place].isHome = first.traits.contains(.sourceIsHome)
            }
            var attempt = attempts[place]
            add(pair, ports: ports, port: first.destinationPort, at: index, to: &attempt)
            attempts[place] = attempt
        }
    }

    private mutating func add(
        _ pair: PairActivity, ports: Int, port: UInt16, at index: Int, to attempt: inout Attempt
    ) {
        let unanswered = min(Int(pair.unansweredPorts), ports)
        attempt.peers += 1
        attempt.attempts += ports
        attempt.unanswered += unanswered
        attempt.flows += Int(pair.connections)
        attempt.lastEnd = max(attempt.lastEnd, pair.lastEnd)
        if ports > attempt.mostPorts {
            attempt.mostPorts = ports
            attempt.busiest = index
        }
        // Boyer–Moore majority vote: the port that most peers were tried on, if there is one.
        if attempt.commonCount == 0 {
            attempt.commonPort = port
            attempt.commonPeers = 0
        }
        attempt.commonCount += port == attempt.commonPort ? 1 : -1
        if port == attempt.commonPort { attempt.commonPeers += 1 }
        // Only what is new to this pair is a first contact: a monitor asks the same silent hosts all day.
        let known = Int(knownPorts[pair.pair.index])
        let fresh = max(0, ports - max(known, 0))
        let freshUnanswered = min(unanswered, fresh)
        attempt.newUnanswered += freshUnanswered
        attempt.newAnswered += min(fresh - freshUnanswered, ports - unanswered)
        // A steady scan of one peer shows as many ports in every window, but never the same.
        if known > 0, ports > Self.ordinaryPorts { attempt.newUnanswered += min(unanswered, ports - fresh) }
        knownPorts[pair.pair.index] = UInt8(min(255, max(known, ports)))
    }

    private func weighed(_ attempt: Attempt) -> Double {
        Double(attempt.attempts - attempt.unanswered) + settings.unansweredWeight * Double(attempt.unanswered)
    }

    private mutating func judge(_ attempt: Attempt, window: PairWindow, findings: inout FindingSink) {
        let theta = min(0.5, max(0.2, failures / contacts))
        let step = logarithm(Self.scannerFailure / theta)
        let backStep = logarithm((1 - theta) / (1 - Self.scannerFailure))
        let index = attempt.host.index
        vote(attempt, host: index)
        // A few tries say nothing of their kind: then what the host tried before decides.
        let isTogether =
            attempt.attempts < settings.minimumAttempts
            ? hosts[index].votes * 3 >= hosts[index].tries
            : attempt.commonPeers * 2 >= attempt.peers || attempt.mostPorts * 2 >= attempt.attempts
        let weight = isTogether ? 1 : Self.scatteredWeight
        let deviations = self.deviations(attempt)
        var change =
            weight * step * Double(attempt.newUnanswered) - backStep * Double(attempt.newAnswered)
        let manyPorts = attempt.mostPorts - Self.ordinaryPorts
        if manyPorts > 0 && deviations > settings.threshold {
            // Ports that answer, and so walk back, are still ports that no client needs.
            change = max(change, 0.4 * Double(manyPorts))
        }
        hosts[index].walk = Float(min(Self.ceiling, max(0, Double(hosts[index].walk) + change)))
        let walk = Double(hosts[index].walk)
        if walk < Double(hosts[index].reported) { hosts[index].reported = Float(walk) }
        let gain = walk - Double(hosts[index].reported)
        guard change > 0, walk >= Self.decision,
            deviations > settings.threshold || attempt.newUnanswered > 0
        else { return }
        guard attempt.attempts >= settings.minimumAttempts || walk >= 2 * Self.decision else { return }
        hosts[index].reported = Float(walk)
        let sample = window.firstFlows[attempt.busiest]
        let usual = exponential((population.log2Quantile(0.99) ?? 0) * logarithm(2)) - 1
        findings.add(
            Finding(
                detector: Self.name, subject: attempt.address,
                peer: attempt.peers == 1 ? sample.destination : nil,
                span: Window(start: window.window.start, end: attempt.lastEnd), score: walk,
                baseline: max(1, usual), evidence: max(Self.leastEvidence, gain), flows: attempt.flows,
                reason: .fanOut(
                    Finding.FanOut(
                        peers: attempt.peers, attempts: attempt.attempts, unanswered: attempt.unanswered,
                        mostPortsOnOnePeer: attempt.mostPorts, commonPort: attempt.commonPort,
                        usual: max(1, usual))),
                sample: sample))
    }

    /// Takes the window's tries into the host's majority vote; both counts are halved before they overflow.
    private mutating func vote(_ attempt: Attempt, host: Int) {
        guard attempt.newUnanswered > 0 else { return }
        let weight = Int16(min(100, attempt.newUnanswered))
        if hosts[host].votes <= 0 { hosts[host].port = attempt.commonPort }
        hosts[host].votes += hosts[host].port == attempt.commonPort ? weight : -weight
        hosts[host].tries += weight
        if hosts[host].tries > 1000 {
            hosts[host].tries /= 2
            hosts[host].votes /= 2
        }
    }

    /// Robust z of the weighed fan-out: the smaller of that against everyone here and that against the host itself.
    private func deviations(_ attempt: Attempt) -> Double {
        let value = logarithm2(1 + weighed(attempt))
        var deviations = Double.infinity
        if let normal {
            deviations = (value - normal.median) / max(0.75, 1.4826 * normal.mad)
        }
        let host = hosts[attempt.host.index]
        if host.windows >= 6 {
            deviations = min(deviations, (value - Double(host.mean)) / max(0.5, 1.25 * Double(host.deviation)))
        }
        return deviations.isFinite ? deviations : value
    }

    private mutating func learn(_ attempt: Attempt) {
        let value = logarithm2(1 + weighed(attempt))
        population.add(1 + weighed(attempt))
        if attempt.isHome {
            failures += Double(min(2, attempt.newUnanswered))
            contacts += Double(min(2, attempt.newUnanswered) + min(8, attempt.newAnswered))
        }
        let index = attempt.host.index
        let distance = value - Double(hosts[index].mean)
        if hosts[index].windows == 0 {
            hosts[index].mean = Float(value)
        } else {
            let isOrdinary = abs(distance) <= 3 * max(0.5, 1.25 * Double(hosts[index].deviation))
            let rate = isOrdinary || hosts[index].windows < 6 ? Self.ordinaryRate : Self.suspiciousRate
            hosts[index].mean += Float(rate * distance)
            hosts[index].deviation += Float(rate * (abs(distance) - Double(hosts[index].deviation)))
        }
        hosts[index].windows &+= 1
    }
}
