public import FlowModel

/// Incidents as a short table for a terminal, and one of them as a story.
public struct IncidentTable: Sendable {
    /// A table.
    public init() {}

    /// The table, worst first. Parameter weakerCount: incidents left out, mentioned in the last line.
    public func text(_ incidents: [Incident], weakerCount: Int) -> String {
        if incidents.isEmpty {
            return weakerCount == 0
                ? "No incidents.\n" : "No incidents; \(Quantity.count(weakerCount, "host")) with weak signs.\n"
        }
        var rows = [["#", "ID", "SEVERITY", "P", "HOST", "CATEGORY", "SINCE", "WHY"]]
        for (index, incident) in incidents.enumerated() {
            rows.append([
                String(index + 1), incident.id, incident.severity.rawValue,
                Quantity.probability(incident.probability), incident.subjectText,
                incident.category.rawValue, Self.minute(incident.span.start), summary(of: incident),
            ])
        }
        var widths = Array(repeating: 0, count: 8)
        for row in rows {
            for column in 0..<7 { widths[column] = max(widths[column], row[column].count) }
        }
        var text = ""
        for row in rows {
            for column in 0..<7 {
                text += row[column] + String(repeating: " ", count: widths[column] - row[column].count + 2)
            }
            text += row[7] + "\n"
        }
        if weakerCount > 0 { text += "and \(Quantity.grouped(weakerCount)) weaker ones\n" }
        return text
    }

    /// The sentence of the strongest part.
    public func summary(of incident: Incident) -> String {
        Story.summary(of: incident)
    }

    /// One incident in full.
    public func explanation(of incident: Incident, rank: Int) -> String {
        var text = """
            Incident \(rank) (\(incident.id)): \(incident.site.isEmpty ? "" : incident.site + " ")\(Self.end(incident.subject, in: incident))
            \(incident.severity.rawValue) \(incident.category.rawValue), probability \
            \(Quantity.probability(incident.probability)) (log-odds \(Quantity.short(incident.logOdds)))
            \(incident.span.start) to \(incident.span.end), \(Quantity.count(incident.flows, "flow"))

            Why\(incident.parts.count > 1 ? ", by the steps of an attack" : ""):

            """
        for (part, stage) in inOrder(incident.parts) {
            let finding = part.strongest
            if let stage { text += "  \(stage):\n" }
            text += "  - \(finding.detector.rawValue), \(weight(of: part)), "
            text += "\(Quantity.count(part.count, "finding")) from \(part.span.start) to \(part.span.end)\n"
            text += "    \(finding.sentence)\n"
            let techniques = finding.reason.techniques
            if !techniques.isEmpty { text += "    ATT&CK: \(techniques.joined(separator: ", "))\n" }
        }
        text += clearing(of: incident)
        if !incident.peers.isEmpty {
            text += "\nPeers: \(incident.peers.map { Self.end($0, in: incident) }.joined(separator: ", "))\n"
        }
        if !incident.samples.isEmpty {
            text += "\nSample flows (sent / received):\n"
            for flow in incident.samples { text += "  \(Story.line(of: flow))\n" }
        }
        return text
    }

    /// The parts by the steps of an attack, the largest share of each first; the step with its first part, where there
    /// are several parts.
    private func inOrder(_ parts: [Incident.Part]) -> [(part: Incident.Part, stage: String?)] {
        guard parts.count > 1 else { return parts.map { ($0, nil) } }
        return AttackStage.allCases.flatMap { stage in
            parts.filter { $0.strongest.reason.stage == stage }.enumerated().map { index, part in
                (part, index == 0 ? name(of: stage) : nil)
            }
        }
    }

    private func name(of stage: AttackStage) -> String {
        switch stage {
        case .reconnaissance: "reconnaissance"
        case .exploitation: "exploitation"
        case .lateralMovement: "lateral movement"
        case .commandAndControl: "command and control"
        case .dataHoarding: "data hoarding"
        case .impact: "exfiltration or harm"
        case .context: "beside them"
        }
    }

    private func weight(of part: Incident.Part) -> String {
        part.evidence > 0
            ? "\(Quantity.short(part.share * 100)) % of the evidence (\(Quantity.short(part.evidence)) nats)"
            : "nothing beyond the others at the worst moment"
    }

    /// What alone would have made the incident less likely than not.
    private func clearing(of incident: Incident) -> String {
        guard incident.probability >= 0.5 else { return "" }
        var text = "\nWhat would have cleared it (probability below 0.5):\n"
        if incident.clearings.isEmpty { return text + "  nothing by itself: without any one of them enough is left\n" }
        for clearing in incident.clearings {
            text += "  \(clearing.detectors.map(\.rawValue).joined(separator: " and ")) "
            text += "\(clearing.detectors.count > 1 ? "all absent" : "absent"), or below "
            text += "\(Quantity.short(clearing.limit)) nats instead of \(Quantity.short(clearing.evidence))\n"
        }
        return text
    }

    /// `192.0.2.7 (AU, AS64500)`.
    private static func end(_ address: IPAddress, in incident: Incident) -> String {
        address.description + (incident.places[address].map { " (\($0))" } ?? "")
    }

    /// `2021-05-11 03:40`.
    public static func minute(_ time: Timestamp) -> String {
        String(time.description.prefix(16)).replacing("T")
    }
}

extension String {
    /// The text with one letter made a blank.
    fileprivate func replacing(_ letter: Character) -> String { String(map { $0 == letter ? " " : $0 }) }
}
