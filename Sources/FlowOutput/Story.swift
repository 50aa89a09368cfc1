public import FlowModel

/// Says in words what findings and incidents say in numbers.
public struct Story: Sendable {
    let names: FlowNames

    /// A teller who knows the names that ids point to.
    public init(names: FlowNames) { self.names = names }

    /// One sentence: what was seen, with the number and the normal it was held against.
    public func sentence(of finding: Finding) -> String {
        switch finding.reason {
        case .pairOutlier(let outlier): sentence(outlier)
        case .groupOutlier(let outlier): sentence(outlier, peer: finding.peer)
        case .exfiltration(let theft): sentence(theft, peer: finding.peer)
        case .bruteForce(let series): sentence(series, finding)
        case .flood(let flood): sentence(flood, peer: finding.peer)
        case .portScan(let scan): sentence(scan)
        case .dnsVolume(let volume): sentence(volume)
        case .beacon(let beacon): sentence(beacon, peer: finding.peer)
        case .novelty(let novelty): sentence(novelty, peer: finding.peer)
        case .lateralMovement(let movement): sentence(movement, finding)
        case .policy(let breach): sentence(breach, peer: finding.peer)
        case .dnsTunnel(let tunnel): sentence(tunnel, peer: finding.peer)
        case .fanOut(let fan): sentence(fan)
        case .servicePort(let use): sentence(use, peer: finding.peer)
        case .longConnection(let long): sentence(long, peer: finding.peer)
        case .hoarding(let gathered): sentence(gathered)
        case .modelOutlier(let outlier): sentence(outlier)
        case .unanswered(let unanswered): sentence(unanswered)
        case .neverClosed(let held): sentence(held, peer: finding.peer)
        case .amplification(let amplified): sentence(amplified)
        case .portCount(let count): sentence(count)
        case .entropyShift(let shift): sentence(shift)
        case .basicCheck(let check): sentence(check, finding)
        case .listed(let listed): sentence(listed, finding)
        }
    }

    /// The ATT&CK techniques a finding points to; none where it says nothing of intent.
    public func techniques(of finding: Finding) -> [String] {
        switch finding.reason {
        case .portScan(let scan): scan.isInbound ? ["T1595"] : scan.kind == .vertical ? ["T1046"] : ["T1018", "T1046"]
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
        case .dnsVolume: ["T1071.004", "T1568.002"]
        case .beacon(let beacon): Finding.Beacon.usualPorts.contains(beacon.port) ? ["T1071"] : ["T1071", "T1571"]
        case .lateralMovement(let movement): techniques(of: movement)
        case .dnsTunnel: ["T1071.004", "T1572"]
        case .fanOut(let fan): fan.isMail ? ["T1566.002", "T1071.003"] : []
        case .servicePort(let port): port.use == .mining ? ["T1496"] : ["T1090.003"]
        case .longConnection: ["T1571"]
        case .hoarding: ["T1039", "T1074"]
        case .pairOutlier, .novelty, .policy, .unanswered, .portCount, .entropyShift, .modelOutlier: []
        case .neverClosed: ["T1499.002"]
        case .amplification: ["T1498.002"]
        case .basicCheck(let check): check == .torPort ? ["T1090.003"] : []
        case .listed(let listed): listed.isOutbound ? ["T1071"] : []
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

    private func sentence(_ scan: Finding.PortScan) -> String {
        let ports = Quantity.count(scan.portCount, "port")
        let hosts = Quantity.count(scan.peerCount, "host")
        var text: String
        switch scan.kind {
        case .vertical where scan.peerCount == 1:
            text = "tried \(ports) of \(list(scan.peers)) in vain (\(list(scan.ports)))"
        case .vertical:
            text = "tried \(ports) of \(hosts) in vain, \(Quantity.count(scan.unanswered, "service")) in all"
            text += " (\(list(scan.ports)); \(list(scan.peers)))"
        case .horizontal where scan.portCount == 1:
            let what = scan.ports == [0] ? "pinged" : "tried port \(list(scan.ports)) of"
            text = "\(what) \(hosts) in vain (\(list(scan.peers)))"
        case .horizontal, .random:
            text = "tried \(Quantity.count(scan.unanswered, "service")) of \(hosts) in vain"
            text += " (\(scan.portCount == 1 ? "port" : "ports") \(list(scan.ports)); \(list(scan.peers)))"
        }
        if scan.touched > 0 {
            let open = scan.answers.map { FlowTable.end($0.address, $0.port) }
            text += "; \(Quantity.grouped(scan.touched)) answered (\(list(open)))"
        }
        return text
            + (scan.isInbound ? "; nobody here had asked it" : "; of an ordinary host's first tries 1 in 4 fails")
    }

    /// A few of the examples.
    private func list(_ examples: [some Any]) -> String {
        let shown = examples.prefix(5).map { "\($0)" }.joined(separator: ", ")
        return examples.count > 5 ? shown + ", …" : shown
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
        return
            "got \(amount)\(port), from \(flood.sources >= 1400 ? "more than 1,400 hosts" : "about " + Quantity.count(flood.sources, "host"))"
            + " (evenness \(Quantity.short(flood.evenness))); \(usual)"
    }

    private func sentence(_ volume: Finding.DNSVolume) -> String {
        var text = "asked \(Quantity.short(volume.questions)) times over DNS in 5 min"
        if volume.unanswered >= 1 { text += ", \(Quantity.short(volume.unanswered)) unanswered" }
        text +=
            ", and opened \(Quantity.short(volume.others)) other connections; up to \(Quantity.short(volume.limit))"
            + " questions more than connections are ordinary"
        return volume.usual.map { text + " (\(Quantity.short($0)) questions for this host)" } ?? text
    }

    private func sentence(_ beacon: Finding.Beacon, peer: IPAddress?) -> String {
        let percent = { (share: Double) in "\(Quantity.short((share * 100).rounded())) %" }
        let callee = peer.map { FlowTable.end($0, beacon.port) } ?? "port \(beacon.port)"
        var text =
            "called \(callee) (\(beacon.transport)) every \(Quantity.microseconds(beacon.period * 1e6)) ± \(percent(beacon.jitter)), "
            + "\(Quantity.count(beacon.calls, "time")), \(percent(beacon.missed)) left out"
        if beacon.unanswered > 0 { text += ", \(percent(beacon.unanswered)) unanswered" }
        return text + "; \(Quantity.count(beacon.clients, "host")) here called it"
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
