public import FlowModel

/// Incidents as a short table for a terminal, and one of them as a story.
public struct IncidentTable: Sendable {
    private let story: Story

    /// A table told by `story`.
    public init(story: Story) { self.story = story }

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
                Quantity.probability(incident.probability), incident.subject.description,
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
        incident.parts.first.map { story.sentence(of: $0.strongest) } ?? ""
    }

    /// One incident in full.
    public func explanation(of incident: Incident, rank: Int) -> String {
        var text = """
            Incident \(rank) (\(incident.id)): \(Self.end(incident.subject, in: incident))
            \(incident.severity.rawValue) \(incident.category.rawValue), probability \
            \(Quantity.probability(incident.probability)) (log-odds \(Quantity.short(incident.logOdds)))
            \(incident.span.start) to \(incident.span.end), \(Quantity.count(incident.flows, "flow"))

            Why:

            """
        for part in incident.parts {
            let finding = part.strongest
            text += "  \(finding.detector.rawValue), \(Quantity.short(part.share * 100)) % of the evidence, "
            text += "\(Quantity.count(part.count, "finding")) from \(part.span.start) to \(part.span.end)\n"
            text += "    \(story.sentence(of: finding))\n"
            let techniques = story.techniques(of: finding)
            if !techniques.isEmpty { text += "    ATT&CK: \(techniques.joined(separator: ", "))\n" }
        }
        if !incident.peers.isEmpty {
            text += "\nPeers: \(incident.peers.map { Self.end($0, in: incident) }.joined(separator: ", "))\n"
        }
        if !incident.samples.isEmpty {
            text += "\nSample flows (sent / received):\n"
            for flow in incident.samples { text += "  \(story.line(of: flow))\n" }
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
