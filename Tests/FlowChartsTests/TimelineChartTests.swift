import FlowMath
import FlowModel
import Testing

@testable import FlowCharts

private func second(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_767_603_600 + seconds) }

@Test func `bars and lanes stand where their times are`() {
    let svg = TimelineChart(
        title: "T", bins: [(second(0), 10), (second(10), 0), (second(20), 5), (second(30), 0)],
        binWidth: 10_000_000_000,
        lanes: [
            .init(name: "a host", spans: [Window(start: second(20), end: second(40))], isAlarming: true),
            .init(name: "moment", spans: [Window(start: second(10), end: second(10))], isAlarming: false),
        ]
    ).svg()
    // 150 to 836 is 40 s; the second bar begins half-way and is half as high.
    #expect(svg.contains("<rect class=\"data\" stroke=\"none\" x=\"150\" y=\"44\" width=\"170.9\" height=\"150\"/>"))
    #expect(svg.contains("<rect class=\"data\" stroke=\"none\" x=\"493\" y=\"119\" width=\"170.9\" height=\"75\"/>"))
    #expect(svg.contains("<rect class=\"warn\" stroke=\"none\" x=\"493\" y=\"205\" width=\"343\" height=\"10\"/>"))
    #expect(svg.contains("x=\"321.5\" y=\"227\" width=\"3\""), "a moment is still seen")
    #expect(svg.contains(">09:00:00<") && svg.contains(">09:00:40<"))
}

@Test func `nothing, and times at the ends of all time, draw without a trap`() {
    #expect(TimelineChart(title: "T", bins: [], binWidth: 1).svg().hasSuffix("</svg>\n"))
    let ends = TimelineChart(
        title: "<T>", bins: [(Timestamp(nanoseconds: .min), 1), (Timestamp(nanoseconds: .max), .max)], binWidth: .max)
    #expect(ends.svg().contains("&lt;T&gt;") && !ends.svg().contains("nan"))
}

@Test func `a distribution has a bar for every two bins of its histogram`() {
    var histogram = LogHistogram()
    for value in [100.0, 100, 200, 5000] { histogram.add(value) }
    let svg = DistributionChart(title: "T", unit: "bytes", histogram: histogram) { "\(Int($0)) B" }.svg()
    #expect(svg.contains("bytes, log scale") && svg.contains(">96 B<"))
    let bars = svg.split(separator: "\n").filter {
        $0.hasPrefix("<rect class=\"data\"") && !$0.contains("height=\"0\"")
    }
    #expect(bars.count == 3)
    #expect(DistributionChart(title: "T", unit: "u", histogram: LogHistogram()) { _ in "" }.svg().hasSuffix("</svg>\n"))
}
