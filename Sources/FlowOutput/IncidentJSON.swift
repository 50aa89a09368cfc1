public import FlowModel

/// Incidents and findings as JSON Lines. Keys are a promise: added to, never renamed.
public struct IncidentJSON: Sendable {
    /// JSON.
    public init() {}

    /// One line for an incident, newline included. Parameter rank: from 1.
    public func line(_ incident: Incident, rank: Int) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("id", incident.id)
            json.field("rank", rank)
            json.field("subject", incident.subject.description)
            if !incident.site.isEmpty { json.field("site", incident.site) }
            json.field("probability", incident.probability)
            json.field("logOdds", incident.logOdds)
            json.field("severity", incident.severity.rawValue)
            json.field("category", incident.category.rawValue)
            json.field("firstSeen", incident.span.start.description)
            json.field("lastSeen", incident.span.end.description)
            json.field("flows", incident.flows)
            json.field("summary", Story.summary(of: incident))
            json.key("findings")
            json.array(incident.parts) { json, part in write(part, to: &json) }
            json.key("clearedBy")
            json.array(incident.clearings) { json, clearing in
                json.object { json in
                    json.key("detectors")
                    json.array(clearing.detectors) { json, name in json.value(name.rawValue) }
                    json.field("evidence", clearing.evidence)
                    json.field("below", clearing.limit)
                }
            }
            json.key("peers")
            json.array(incident.peers) { json, peer in json.value(peer.description) }
            writePlaces(incident, to: &json)
            json.key("sampleFlows")
            json.array(incident.samples) { json, flow in FlowJSON.write(flow, to: &json) }
        }
        json.newline()
        return json.bytes
    }

    /// One line for a finding, newline included.
    public func line(_ finding: Finding) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("detector", finding.detector.rawValue)
            json.field("subject", finding.subject.description)
            if let peer = finding.peer { json.field("peer", peer.description) }
            json.field("firstSeen", finding.span.start.description)
            json.field("lastSeen", finding.span.end.description)
            json.field("score", finding.score)
            json.field("baseline", finding.baseline)
            json.field("evidence", finding.evidence)
            json.field("flows", finding.flows)
            for fact in finding.reason.facts { write(fact, to: &json) }
            json.field("summary", finding.sentence)
        }
        json.newline()
        return json.bytes
    }

    private func write(_ part: Incident.Part, to json: inout JSONText) {
        json.object { json in
            json.field("detector", part.strongest.detector.rawValue)
            json.field("stage", part.strongest.reason.stage.rawValue)
            json.field("share", part.share)
            json.field("evidence", part.evidence)
            json.field("score", part.strongest.score)
            json.field("baseline", part.strongest.baseline)
            json.field("count", part.count)
            json.field("summary", part.strongest.sentence)
            json.key("techniques")
            json.array(part.strongest.reason.techniques) { json, technique in json.value(technique) }
            json.field("firstSeen", part.span.start.description)
            json.field("lastSeen", part.span.end.description)
            for fact in part.strongest.reason.facts where !fact.isDetail { write(fact, to: &json) }
        }
    }

    /// Where the subject and the peers are; no key where no place is known.
    private func writePlaces(_ incident: Incident, to json: inout JSONText) {
        guard !incident.places.isEmpty else { return }
        var seen: Set<IPAddress> = []
        let ends = ([incident.subject] + incident.peers).filter { seen.insert($0).inserted }
        json.key("places")
        json.array(ends.filter { incident.places[$0] != nil }) { json, address in
            let place = incident.places[address] ?? .unknown
            json.object { json in
                json.field("address", address.description)
                if place.country != 0 { json.field("country", place.countryCode) }
                if place.autonomousSystem != 0 { json.field("asn", Int(place.autonomousSystem)) }
            }
        }
    }

    private func write(_ fact: Fact, to json: inout JSONText) {
        json.key(fact.key)
        write(fact.value, to: &json)
    }

    private func write(_ value: Fact.Value, to json: inout JSONText) {
        switch value {
        case .number(let number): json.number(number)
        case .text(let text): json.value(text)
        case .list(let values): json.array(values) { json, value in write(value, to: &json) }
        case .object(let facts): json.object { json in for fact in facts { write(fact, to: &json) } }
        }
    }
}
