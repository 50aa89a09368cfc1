public import FlowModel

/// Incidents and findings as JSON Lines. Keys are a promise: added to, never renamed.
public struct IncidentJSON: Sendable {
    private let story: Story
    private let names: FlowNames

    /// JSON with the sentences of a story.
    public init(names: FlowNames) {
        self.names = names
        story = Story(names: names)
    }

    /// One line for an incident, newline included. Parameter rank: from 1.
    public func line(_ incident: Incident, rank: Int) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("id", incident.id)
            json.field("rank", rank)
            json.field("subject", incident.subject.description)
            json.field("probability", incident.probability)
            json.field("logOdds", incident.logOdds)
            json.field("severity", incident.severity.rawValue)
            json.field("category", incident.category.rawValue)
            json.field("firstSeen", incident.span.start.description)
            json.field("lastSeen", incident.span.end.description)
            json.field("flows", incident.flows)
            json.field("summary", incident.parts.first.map { story.sentence(of: $0.strongest) } ?? "")
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
            json.array(incident.samples) { json, flow in FlowJSON(names: names).write(flow, to: &json) }
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
            if case .pairOutlier(let outlier) = finding.reason {
                json.key("values")
                json.object { json in
                    for (index, feature) in Finding.PairOutlier.features.enumerated() {
                        json.field(feature, outlier.values[index])
                    }
                }
                json.key("outside")
                json.array(Finding.PairOutlier.features.indices.filter { outlier.outside[$0] }) { json, index in
                    json.value(Finding.PairOutlier.features[index])
                }
            }
            writeScan(finding, to: &json)
            json.field("summary", story.sentence(of: finding))
        }
        json.newline()
        return json.bytes
    }

    private func write(_ part: Incident.Part, to json: inout JSONText) {
        json.object { json in
            json.field("detector", part.strongest.detector.rawValue)
            json.field("stage", part.strongest.stage.rawValue)
            json.field("share", part.share)
            json.field("evidence", part.evidence)
            json.field("score", part.strongest.score)
            json.field("baseline", part.strongest.baseline)
            json.field("count", part.count)
            json.field("summary", story.sentence(of: part.strongest))
            json.key("techniques")
            json.array(story.techniques(of: part.strongest)) { json, technique in json.value(technique) }
            json.field("firstSeen", part.span.start.description)
            json.field("lastSeen", part.span.end.description)
            writeScan(part.strongest, to: &json)
        }
    }

    /// Where the subject and the peers are; no key where no place is known.
    private func writePlaces(_ incident: Incident, to json: inout JSONText) {
        guard !incident.places.isEmpty else { return }
        var told: Set<IPAddress> = []
        let ends = ([incident.subject] + incident.peers).filter { told.insert($0).inserted }
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

    /// What a scan tried in vain most often, and what answered.
    private func writeScan(_ finding: Finding, to json: inout JSONText) {
        guard case .portScan(let scan) = finding.reason else { return }
        json.field("unanswered", scan.unanswered)
        json.key("ports")
        json.array(scan.ports) { json, port in json.number(Double(port)) }
        json.key("targets")
        json.array(scan.peers) { json, peer in json.value(peer.description) }
        json.key("answered")
        json.array(scan.answers) { json, open in json.value(FlowTable.end(open.address, open.port)) }
    }
}
