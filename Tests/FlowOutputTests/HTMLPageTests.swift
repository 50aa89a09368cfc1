import FlowOutput
import Testing

@Test func `whatever is given as text stays text`() {
    let bad = "<script>alert('1')</script>&\"\u{1b}\u{202e}"
    let good = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;\u{fffd}\u{fffd}"
    var page = HTMLPage(title: bad, subtitle: bad)
    page.heading(bad)
    page.paragraph(bad)
    page.preformatted(bad)
    page.table([bad], [[.text(bad)], [.number(bad)], [.link(bad, anchor: bad)], [.badge(bad, level: bad)]])
    page.details(bad, anchor: bad) { $0.paragraph(bad) }
    let html = page.finished()
    #expect(!html.contains("<script"))
    #expect(html.components(separatedBy: good) == 17, "\(html.components(separatedBy: good))")
}

@Test func `a page needs no network and runs no script`() {
    let html = HTMLPage(title: "t", subtitle: "s").finished()
    #expect(html.contains("default-src 'none'"))
    #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("src="))
    #expect(html.contains("prefers-color-scheme: dark") && html.contains("width=device-width"))
    #expect(html.hasSuffix("</body>\n</html>\n"))
}

extension String {
    /// How many pieces `separator` cuts the text into.
    fileprivate func components(separatedBy separator: String) -> Int {
        split(separator: separator, omittingEmptySubsequences: false).count
    }
}
