public import FlowModel

/// Something a host met for the first time.
public struct NoveltyReason: FindingReason {
    /// What is new to a host, or to all hosts here.
    public enum Kind: Sendable, Equatable {
        /// A service port that it used.
        case portUsed
        /// A port that it answered on.
        case portOffered
        /// A peer that it called.
        case peer
        /// An outside network that it called into.
        case network
        /// The country of a host outside.
        case country(Place)
        /// The autonomous system of a host outside.
        case autonomousSystem(Place)
    }

    /// What is new.
    public var kind: Kind
    /// The port.
    public var port: UInt16
    /// Its protocol.
    public var transport: Transport
    /// Share of ten-minute slices in which something new is ordinary, 0 to 1.
    public var share: Double
    /// Slices in which the host, or any host here, was seen to do something.
    public var slices: Int

    public func sentence(of finding: Finding) -> String {
        let peer = finding.peer?.description ?? "a peer"
        let end = finding.peer?.text(withPort: port) ?? "port \(port)"
        let text =
            switch kind {
            case .portUsed: "used port \(port) (\(transport)) for the first time, with \(end)"
            case .portOffered: "answered on port \(port) (\(transport)) for the first time, to \(peer)"
            case .peer: "opened its first connection to \(end)"
            case .network: "opened its first connection into the network of \(end)"
            case .country(let place): "is the first here in contact with \(place.countryCode), \(peer) (\(place))"
            case .autonomousSystem(let place):
                "is the first here in contact with AS\(place.autonomousSystem), \(peer) (\(place))"
            }
        let who =
            switch kind {
            case .portUsed, .portOffered, .peer, .network: "it meets something new"
            case .country, .autonomousSystem: "this network meets a new one"
            }
        return text + "; known for \(Quantity.microseconds(Double(slices) * 6e8)), \(who)"
            + " in \(Quantity.short((share * 100).rounded())) of 100 stretches of 10 min"
    }

    public func ports(of finding: Finding) -> [UInt16] { [port] }
}

extension Finding {
    /// A finding of something new in one flow; its score is -ln of how ordinary that is.
    init(
        novelty: NoveltyReason, detector: DetectorName, subject: HostKey, peer: IPAddress, evidence: Double,
        flow: SampleFlow
    ) {
        self.init(
            detector: detector, subject: subject, peer: peer,
            span: Window(start: flow.start, end: flow.start.advanced(by: flow.duration)), score: evidence,
            baseline: novelty.share, evidence: evidence, flows: 1, reason: novelty, sample: flow)
    }
}
