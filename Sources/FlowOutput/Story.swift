public import FlowModel

/// Says in words what findings and incidents say in numbers.
public struct Story: Sendable {
    private let names: FlowNames

    /// A teller who knows the names that ids point to.
    public init(names: FlowNames) { self.names = names }

    /// One sentence: what was seen, with the number and the normal it was held against.
    public func sentence(of finding: Finding) -> String {
        switch finding.reason {
        case .pairOutlier(let outlier): sentence(outlier)
        case .groupOutlier(let outlier): sentence(outlier, peer: finding.peer)
        case .fanOut(let fanOut): sentence(fanOut, peer: finding.peer)
        case .exfiltration(let theft): sentence(theft, peer: finding.peer)
        case .bruteForce(let series): sentence(series, finding)
        case .flood(let flood): sentence(flood, peer: finding.peer)
        }
    }

    /// The ATT&CK techniques a finding points to; none where it says nothing of intent.
    public func techniques(of finding: Finding) -> [String] {
        switch finding.reason {
        case .fanOut(let fanOut): fanOut.peers > fanOut.mostPortsOnOnePeer ? ["T1018", "T1046"] : ["T1046"]
        case .groupOutlier(let outlier):
            !outlier.isPublicPeer ? [] : outlier.measure.isSent ? ["T1048"] : ["T1105"]
        case .exfiltration: ["T1048"]
        case .bruteForce(let series):
            // Few guesses at each of many servers are one password for many accounts, or a list of stolen ones.
            (series.servers >= 5 && series.guesses <= 5 * series.servers
                ? ["T1110.003", "T1110.004"] : ["T1110.001"]) + (series.session == nil ? [] : ["T1078"])
        case .flood(let flood):
            flood.isAnswered
                ? ["T1499.002"]
                : flood.transport == .tcp
                    ? ["T1498.001", "T1499.001"]
                    : Self.amplifiers.contains(flood.port) && flood.transport == .udp && flood.sources > 1
                        ? ["T1498.002"] : ["T1498.001"]
        case .pairOutlier: []
        }
    }

    private func sentence(_ outlier: Finding.PairOutlier) -> String {
        let labels = ["connections", "destination ports", "bytes sent", "bytes received"]
        var parts: [String] = []
        for index in outlier.values.indices where outlier.outside[index] {
            let number = { (value: Double) in index < 2 ? Quantity.short(value) : Quantity.bytes(value) }
            parts.append(
                "\(number(outlier.values[index])) \(index < 2 ? labels[index] : String(labels[index].dropFirst(6)))"
                    + " (fence \(number(outlier.fences[index])))")
        }
        return "stands out among the pairs of its window: " + parts.joined(separator: ", ")
    }

    private func sentence(_ outlier: Finding.GroupOutlier, peer: IPAddress?) -> String {
        let amount = Quantity.bytes(outlier.value) + (outlier.measure.isRate ? "/s" : "")
        let median = Quantity.bytes(outlier.median) + (outlier.measure.isRate ? "/s" : "")
        let verb = outlier.measure.isSent ? "sent" : "received"
        let preposition = outlier.measure.isSent ? "to" : "from"
        let group = names.groups.groups(of: outlier.groups).first.map { names.groups.names.name($0) }
        let whose = group.map { "the \"\($0)\" group" } ?? "hosts here"
        let kind = outlier.isPublicPeer ? "public" : "internal"
        return "\(verb) \(amount) \(preposition) \(kind) \(peer?.description ?? "peer"); the median of \(whose)"
            + " \(preposition) \(kind) peers is \(median) (\(Quantity.short(outlier.deviations)) robust deviations above)"
    }

    private func sentence(_ theft: Finding.Exfiltration, peer: IPAddress?) -> String {
        var text =
            "sent \(Quantity.bytes(theft.bytes)) to public \(peer?.description ?? "peer") in "
            + Quantity.count(theft.flows, "flow")
        if theft.seconds > 0 { text += " over \(Quantity.microseconds(Double(theft.seconds) * 1e6))" }
        text += ", \(Quantity.bytes(theft.received)) came back"
        if theft.otherHosts == 0 { text += "; no other host here talks to it" }
        if theft.isNewPeer { text += theft.otherHosts == 0 ? " and it was new" : "; it was new" }
        return text + "; 99 of 100 public peers get less than \(Quantity.bytes(theft.usual))"
    }

    private func sentence(_ fanOut: Finding.FanOut, peer: IPAddress?) -> String {
        let usual = "99 of 100 hosts here stay below \(Quantity.short(fanOut.usual)) a window"
        let unanswered = "\(Quantity.grouped(fanOut.unanswered)) unanswered"
        if let peer {
            return "tried \(Quantity.count(fanOut.attempts, "port")) of \(peer), \(unanswered); \(usual)"
        }
        var text =
            "tried \(Quantity.count(fanOut.attempts, "service")) on \(Quantity.count(fanOut.peers, "host")), "
            + unanswered
        if fanOut.mostPortsOnOnePeer > 6 {
            text += ", up to \(Quantity.count(fanOut.mostPortsOnOnePeer, "port")) on one"
        } else if fanOut.commonPort != 0 {
            text += ", mostly port \(fanOut.commonPort)"
        }
        return text + "; " + usual
    }

    private func sentence(_ series: Finding.BruteForce, _ finding: Finding) -> String {
        let seconds = Double(finding.span.end.nanoseconds) * 1e-9 - Double(finding.span.start.nanoseconds) * 1e-9
        let servers = Quantity.count(series.servers, "host")
        var text =
            "\(Quantity.count(series.guesses, "short connection")) of about \(Quantity.bytes(series.bytes)) sent to port"
            + " \(series.port) (\(series.service.name)) of "
            + (finding.peer?.description ?? (series.hasMoreServers ? "more than " : "") + servers)
            + " in \(Quantity.microseconds(seconds * 1e6)); up to \(Quantity.short(series.usual)) a minute are ordinary here"
        if let session = series.session {
            text += "; after them \(Quantity.bytes(Double(session.bytes)))"
            // Not every format has durations.
            if session.seconds > 0 { text += " in \(Quantity.microseconds(session.seconds * 1e6))" }
            text += " with \(session.server): possibly a right guess"
        }
        return text
    }

    /// UDP services that answer with more than they are asked (US-CERT TA14-017A).
    private static let amplifiers: Set<UInt16> = [17, 19, 53, 111, 123, 137, 161, 389, 500, 1900, 5353, 11211, 47808]

    private func sentence(_ flood: Finding.Flood, peer: IPAddress?) -> String {
        let isByPackets = flood.packetsPerSecond > 5 * flood.flowsPerSecond && !flood.isAnswered
        let amount =
            "\(Quantity.short(isByPackets ? flood.packetsPerSecond : flood.flowsPerSecond)) "
            + (flood.isAnswered ? "answered" : "unanswered")
            + " \(flood.transport) \(isByPackets ? "packets" : "flows") a second"
        let port = flood.port == 0 ? "" : ", port \(flood.port)"
        let usual = "up to \(Quantity.short(flood.usual)) flows a second are ordinary there"
        if flood.role == .source { return "sent \(amount) to \(peer?.description ?? "one host")\(port); \(usual)" }
        return "got \(amount)\(port), from about \(Quantity.count(flood.sources, "host"))"
            + " (evenness \(Quantity.short(flood.evenness))); \(usual)"
    }

    /// One line for a flow: `2021-05-11T11:36:40Z  10.0.0.1:52793 → 192.0.2.7:80  tcp  closed  8.2 MB / 12 MB  79 s`.
    public func line(of flow: Flow) -> String {
        var text =
            "\(flow.start)  \(FlowTable.end(flow.source, flow.sourcePort)) → \(FlowTable.end(flow.destination, flow.destinationPort))"
            + "  \(flow.transport)"
        if flow.state != .unknown { text += "  \(flow.state)" }
        text += "  \(Quantity.bytes(Double(flow.bytesSent))) / \(Quantity.bytes(Double(flow.bytesReceived)))"
        if flow.duration > 0 { text += "  \(Quantity.short(Double(flow.duration) * 1e-9)) s" }
        let application = names.applications.name(flow.application)
        return application.isEmpty ? text : text + "  " + application
    }
}
