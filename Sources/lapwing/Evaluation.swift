import FlowFiles
import FlowMath
import FlowModel
import FlowOutput
import FlowPipeline

/// What `evaluate` says of one file, as text and as JSON.
struct Evaluation {
    var file: String
    var input: InputReport
    var result: EvaluationResult
    var byDetector: [(name: DetectorName, alone: EvaluationResult, without: EvaluationResult)] = []

    var rivals: [Rival] = []

    /// What another system's rule makes of the same flows.
    struct Rival {
        var name: RivalName
        var result: EvaluationResult
        /// Lapwing's false incidents before it has found as many hosts; nil where it never does, or there are none.
        var lapwingFalse: Int?
    }

    // MARK: Text

    func text() -> String {
        let result = result
        var text =
            "\(file): \(Quantity.count(result.flows, "flow")) over \(Quantity.microseconds(result.days * 86_400e6))\n"
        text +=
            "  incidents \(result.incidents), false \(result.falseIncidents.count) "
            + "(\(Quantity.short(result.falsePerDayPer1000Hosts)) a day and 1,000 home hosts; "
            + "\(Quantity.count(result.hosts, "home host")))\n"
        if result.maliciousHosts > 0 {
            let found = result.foundHosts.prefix(5).map { "\($0.address) (rank \($0.rank))" }.joined(separator: ", ")
            let more = result.foundHosts.count > 5 ? " and \(result.foundHosts.count - 5) more" : ""
            text +=
                "  malicious hosts \(result.foundHosts.count) of \(result.maliciousHosts) found"
                + (found.isEmpty ? "" : ": " + found + more) + "\n"
            text +=
                "  first alert "
                + (result.firstAlertSeconds.map { "after " + Quantity.microseconds($0 * 1e6) } ?? "never") + "\n"
            text += "  average precision of flows \(Self.number(result.flowAveragePrecision)), ROC area "
            text += "\(Self.number(result.flowROCArea)); of hosts and 5 min "
            text += "\(Self.number(result.hostWindowAveragePrecision))\n"
        }
        if !result.falseIncidents.isEmpty {
            let shown = result.falseIncidents.prefix(10).map(\.description).joined(separator: ", ")
            text += "  false: \(shown)\(result.falseIncidents.count > 10 ? ", …" : "")\n"
        }
        for kind in result.byClass {
            text += "  \(kind.name): \(Quantity.count(kind.flows, "flow")), recall \(Self.number(kind.recall))\n"
        }
        text += "  benign flows flagged \(Self.number(result.benignFlagged))\n"
        if let error = result.reliability.error { text += "  calibration error of hosts \(Self.number(error))\n" }
        guard result.maliciousHosts > 0 else { return text + rivalLines() + detectors() }
        for naive in result.naive {
            text += "  naive \(naive.name): flows \(Self.number(naive.flowAveragePrecision)), ROC "
            text +=
                "\(Self.number(naive.flowROCArea)); hosts and 5 min \(Self.number(naive.hostWindowAveragePrecision))\n"
        }
        return text + rivalLines() + detectors()
    }

    private func rivalLines() -> String {
        rivals.map { rival in
            let result = rival.result
            let alert = result.firstAlertSeconds.map { "after " + Quantity.microseconds($0 * 1e6) } ?? "never"
            return "  rival \(rival.name.rawValue): \(Self.summary(result)), flows "
                + "\(Self.number(result.flowAveragePrecision)), first alert \(alert); "
                + "Lapwing's false at the same recall \(rival.lapwingFalse.map(String.init) ?? "–")\n"
        }.joined()
    }

    private func detectors() -> String {
        byDetector.map { name, alone, without in
            "  \(name.rawValue) alone: \(Self.summary(alone)); left out: \(Self.summary(without))\n"
        }.joined()
    }

    static func summary(_ result: EvaluationResult) -> String {
        "found \(result.foundHosts.count), false \(result.falseIncidents.count), "
            + "hosts and 5 min \(number(result.hostWindowAveragePrecision))"
    }

    static func number(_ value: Double?) -> String {
        guard let value else { return "–" }
        let thousandths = Int((value * 1000).rounded())
        return "\(thousandths / 1000)." + String(String(1000 + thousandths % 1000).dropFirst())
    }

    // MARK: JSON

    func json() -> [UInt8] {
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

    /// Figures without a value are null.
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
