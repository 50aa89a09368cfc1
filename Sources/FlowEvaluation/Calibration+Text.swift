public import FlowIncidents
import FlowModel
import FlowOutput

extension Calibration {
    /// What `evaluate --calibrate` reports about a fit: its captures, its error, its line and its curves.
    public var text: String {
        let hosts = captures.reduce(0) { $0 + $1.hosts }
        let malicious = captures.reduce(0) { $0 + $1.malicious }
        var text =
            "\(Quantity.count(captures.count, "capture")), "
            + "\(Quantity.count(hosts, "host")) with findings, \(Quantity.grouped(malicious)) of them malicious\n"
        text +=
            "calibration error by capture held out in turn \(Evaluation.number(heldOutError)), "
            + "of the detectors' own evidence \(Evaluation.number(ownError))\n"
        text += "log-odds = \(Quantity.short(slope)) × (prior + evidence) + (\(Quantity.short(offset)))\n"
        for name in DetectorName.allCases {
            guard let curve = curves[name.rawValue] else { continue }
            let knots = zip(curve.evidence, curve.worth).map { "\(Quantity.short($0)) → \(Quantity.short($1))" }
            text += "\(name.rawValue): \(knots.joined(separator: ", "))\n"
        }
        let own = DetectorName.allCases.map(\.rawValue).filter { curves[$0] == nil }
        return text + "too few hosts, own evidence: \(own.joined(separator: ", "))\n"
    }
}
