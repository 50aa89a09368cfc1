import FlowCharts
import FlowFeatures
import FlowModel
import FlowOutput

extension TimelineChart {
    /// Flows in time, at most 200 bars, with lanes below.
    init(_ counter: TimelineCounter, title: String, lanes: [Lane] = []) {
        let (bins, width, _) = counter.series(atMost: 200)
        let from = bins.first.map { ", from " + IncidentTable.minute($0.start) + " UTC" } ?? ""
        self.init(
            title: title + ", each " + Quantity.microseconds(Double(width) * 1e-3) + from,
            bins: bins.map { (start: $0.start, count: $0.flows) }, binWidth: width, lanes: lanes)
    }
}
