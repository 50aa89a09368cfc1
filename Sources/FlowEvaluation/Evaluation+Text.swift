import FlowMath
import FlowModel
import FlowOutput

extension Evaluation {
    /// For a person: a paragraph, then a line for each rival and each detector.
    public func text() -> String {
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

    /// The result of one variant in a few words.
    public static func summary(_ result: EvaluationResult) -> String {
        "found \(result.foundHosts.count), false \(result.falseIncidents.count), "
            + "hosts and 5 min \(number(result.hostWindowAveragePrecision))"
    }

    /// Three decimals, or a dash for no value.
    public static func number(_ value: Double?) -> String {
        guard let value else { return "–" }
        let thousandths = Int((value * 1000).rounded())
        return "\(thousandths / 1000)." + String(String(1000 + thousandths % 1000).dropFirst())
    }
}

extension Evaluation {
    /// What the truth of the file leaves open, a line each. Parameter isFitted: whether a calibration is fitted to it.
    public func openQuestions(isFitted: Bool) -> [String] {
        let use = isFitted ? "left out" : "every host counts as benign"
        let unknown =
            isTruthKnown ? [] : ["\(file): no label says malicious or benign, and there is no other truth: \(use)"]
        return unknown
            + unknownLabels.map { "label \"\($0)\" says neither malicious nor benign; taken for benign" }
    }
}
