import FlowFiles
import FlowMath
import FlowModel
import FlowOutput

extension Evaluation {
    /// One line; names are a promise. Figures without a value are null.
    public func json() -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("file", file)
            json.field("rejected", input.rejected.total)
            Self.write(result, to: &json)
            json.key("byClass")
            json.object { json in
                for kind in result.byClass {
                    json.key(kind.name)
                    json.object { json in
                        json.field("flows", kind.flows)
                        json.field("recall", kind.recall)
                    }
                }
            }
            json.field("benignFlagged", result.benignFlagged)
            json.field("calibrationError", result.reliability.error ?? .nan)
            json.key("byDetector")
            json.object { json in
                for entry in byDetector {
                    json.key(entry.name.rawValue)
                    json.object { json in
                        json.key("alone")
                        json.object { json in Self.write(entry.alone, to: &json) }
                        json.key("leftOut")
                        json.object { json in Self.write(entry.without, to: &json) }
                    }
                }
            }
            writeRivals(to: &json)
            json.key("naive")
            json.object { json in
                for naive in result.naive {
                    json.key(naive.name)
                    json.object { json in
                        json.field("flowAveragePrecision", naive.flowAveragePrecision ?? .nan)
                        json.field("flowROCArea", naive.flowROCArea ?? .nan)
                        json.field("hostWindowAveragePrecision", naive.hostWindowAveragePrecision ?? .nan)
                    }
                }
            }
        }
        json.newline()
        return json.bytes
    }

    private func writeRivals(to json: inout JSONText) {
        guard !rivals.isEmpty else { return }
        json.key("rivals")
        json.object { json in
            for rival in rivals {
                json.key(rival.name.rawValue)
                json.object { json in
                    Self.write(rival.result, to: &json)
                    json.field("lapwingFalseAtSameRecall", rival.lapwingFalse.map(Double.init) ?? .nan)
                }
            }
        }
    }

    private static func write(_ result: EvaluationResult, to json: inout JSONText) {
        json.field("flows", result.flows)
        json.field("days", result.days)
        json.field("hosts", result.hosts)
        json.field("maliciousHosts", result.maliciousHosts)
        json.field("foundHosts", result.foundHosts.count)
        json.key("found")
        json.array(result.foundHosts) { json, host in
            json.object { json in
                json.field("host", host.address.description)
                json.field("rank", host.rank)
            }
        }
        json.field("incidents", result.incidents)
        json.field("falseIncidents", result.falseIncidents.count)
        json.key("falseSubjects")
        json.array(result.falseIncidents) { json, host in json.value(host.description) }
        json.field("falsePerDayPer1000Hosts", result.falsePerDayPer1000Hosts)
        json.field("firstAlertSeconds", result.firstAlertSeconds ?? .nan)
        json.field("flowAveragePrecision", result.flowAveragePrecision ?? .nan)
        json.field("flowROCArea", result.flowROCArea ?? .nan)
        json.field("hostWindowAveragePrecision", result.hostWindowAveragePrecision ?? .nan)
    }
}
