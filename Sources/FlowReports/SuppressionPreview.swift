public import FlowModel
import FlowOutput

/// What `detect --preview-suppression` prints: findings that would be hidden, incidents gone or less probable.
public struct SuppressionPreview {
    private let hidden: [DetectorName: Int]
    private let expired: Int
    private let changes: [(before: Incident, after: Double?)]

    /// A preview. Parameter hidden: findings that would be hidden, by detector. Parameter expired: those that would be,
    /// had the rule not expired. Parameters before and after: the incidents as they are and as they would be.
    public init(hidden: [DetectorName: Int], expired: Int, before: [Incident], after: [Incident]) {
        self.hidden = hidden
        self.expired = expired
        var remaining: [IPAddress: Double] = [:]
        for incident in after { remaining[incident.subject] = incident.probability }
        changes = before.compactMap { incident in
            let probability = remaining[incident.subject]
            return probability == incident.probability ? nil : (incident, probability)
        }
    }

    private var total: Int { hidden.values.reduce(0, +) }

    /// For a person: a line of counts, then a line for each incident that would change.
    public func text() -> String {
        let counts = DetectorName.allCases.compactMap { name in hidden[name].map { "\(name.rawValue) \($0)" } }
        var text = "would hide \(Quantity.count(total, "finding"))"
        text += counts.isEmpty ? "\n" : ": \(counts.joined(separator: ", "))\n"
        if expired > 0 { text += "and \(expired) more, had the rule not expired by the time in the flows\n" }
        if changes.isEmpty { return text + "no incident would change\n" }
        for (before, after) in changes {
            let now = after.map { "would be " + Quantity.probability($0) } ?? "would be gone"
            text += "incident \(before.id), \(before.subjectText), \(before.category.rawValue): "
            text += "p \(Quantity.probability(before.probability)) \(now)\n"
        }
        return text
    }

    /// One line; names are a promise.
    public func json() -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("hiddenFindings", total)
            json.field("expiredFindings", expired)
            json.key("byDetector")
            json.object { json in
                for name in DetectorName.allCases {
                    if let count = hidden[name] { json.field(name.rawValue, count) }
                }
            }
            json.key("incidents")
            json.array(changes) { json, change in
                json.object { json in
                    json.field("id", change.before.id)
                    json.field("subject", change.before.subject.description)
                    json.field("category", change.before.category.rawValue)
                    json.field("probability", change.before.probability)
                    json.field("probabilityAfter", change.after ?? .nan)
                }
            }
        }
        json.newline()
        return json.bytes
    }
}
