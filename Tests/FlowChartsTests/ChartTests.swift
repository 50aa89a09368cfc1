import FlowCharts
import Testing

private let awkward: [[Double]] = [
    [], [0], [5], [7, 7, 7], [0, 0, 1e12], [.nan, 1, .infinity, -3], Array(repeating: 2, count: 5000),
]

@Test(arguments: awkward) func `charts of awkward numbers are whole documents of finite numbers`(values: [Double]) {
    let charts = [
        SeriesChart(title: "x", values: values, limit: .infinity).svg(),
        HistogramChart(title: "x", values: values).svg(),
        RankedBarsChart(title: "x", bars: values.prefix(40).map { ("bar", $0) }).svg(),
    ]
    for svg in charts {
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
}

@Test func `names from the input are escaped`() {
    let svg = RankedBarsChart(title: "<script>&\"", bars: [("<b>\u{1b}", 1)]).svg()
    #expect(svg.contains("&lt;script&gt;&amp;&quot;"))
    #expect(!svg.contains("<script>") && !svg.contains("<b>") && !svg.contains("\u{1b}"))
}

@Test func `the axis is logarithmic where the data asks for it`() {
    #expect(SeriesChart(title: "x", values: [10, 1e6]).svg().contains("log scale"))
    #expect(!SeriesChart(title: "x", values: [10, 20]).svg().contains("log scale"))
}

@Test func `an outlier among many flows keeps its needle`() {
    var values = Array(repeating: 10.0, count: 100_000)
    values[50_000] = 1e9
    let svg = SeriesChart(title: "x", values: values).svg()
    #expect(svg.contains("1 GB"))
    #expect(svg.utf8.count < 60_000)
}

@Test func `the axis of a histogram has round numbers`() {
    let svg = HistogramChart(title: "x", values: Array(repeating: 10, count: 454)).svg()
    for tick in [0, 100, 200, 300, 400, 500] { #expect(svg.contains(">\(tick)</text>"), "\(tick)") }
}
