/// A page of HTML that stands alone: no script, no network, readable in light and dark, wide and narrow.
///
/// Everything given as text is escaped; pictures are SVG of our own making.
public struct HTMLPage: Sendable {
    /// A cell of a table: text, a number, which stands to the right, or a link within the page.
    public enum Cell: Sendable {
        case text(String)
        case number(String)
        case link(String, anchor: String)
        case badge(String, level: String)
    }

    private var text = ""

    /// A page of that title. Parameter subtitle: one line below it.
    public init(title: String, subtitle: String) {
        text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Self.escaped(title))</title>
            <style>
            :root { --back: #ffffff; --ink: #1f2933; --faint: #52606d; --line: #d9dee4; --panel: #f5f7fa;
              --link: #1f6feb; --critical: #a61b1b; --high: #c2410c; --medium: #8a6d00; --low: #52606d }
            @media (prefers-color-scheme: dark) {
            :root { --back: #10161d; --ink: #e4e7eb; --faint: #9aa5b1; --line: #2b3641; --panel: #18212b;
              --link: #6cb2ff; --critical: #ff8080; --high: #ff9d5c; --medium: #e6c34a; --low: #9aa5b1 } }
            body { background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
              margin: 0 auto; padding: 1.5rem; max-width: 70rem }
            h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
            h3 { font-size: 1rem; margin: 1rem 0 .25rem } p { margin: .25rem 0 }
            .faint { color: var(--faint) } a { color: var(--link) }
            .scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem }
            th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
            th { color: var(--faint); font-weight: 600; white-space: nowrap }
            .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
            td.key { white-space: nowrap } td.long { min-width: 18rem }
            .badge { font-weight: 600 } .critical { color: var(--critical) } .high { color: var(--high) }
            .medium { color: var(--medium) } .low { color: var(--low) }
            details { background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
              padding: .5rem 1rem; margin: .6rem 0 }
            summary { cursor: pointer; overflow-wrap: anywhere }
            details:target { outline: 2px solid var(--link) }
            pre { overflow-x: auto; font: 13px/1.45 ui-monospace, monospace; margin: .5rem 0 }
            svg { display: block; margin: .5rem 0 }
            @media (max-width: 60rem) { pre { white-space: pre-wrap; overflow-wrap: anywhere } }
            </style>
            </head>
            <body>
            <h1>\(Self.escaped(title))</h1>
            <p class="faint">\(Self.escaped(subtitle))</p>

            """
    }

    /// A heading of level 2, or 3 inside of a section that folds.
    public mutating func heading(_ words: String, level: Int = 2) {
        text += "<h\(level)>\(Self.escaped(words))</h\(level)>\n"
    }

    /// A paragraph.
    public mutating func paragraph(_ words: String) { text += "<p>\(Self.escaped(words))</p>\n" }

    /// Lines as they are, in type of one width.
    public mutating func preformatted(_ words: String) { text += "<pre>\(Self.escaped(words))</pre>\n" }

    /// A picture. Parameter svg: a document of FlowCharts, which escapes what it is given.
    public mutating func figure(svg: String) {
        // On a narrow screen a picture scrolls: made to fit, its words could not be read.
        text += "<div class=\"scroll\">\(svg)</div>\n"
    }

    /// A table. The last column takes the room that is left.
    public mutating func table(_ titles: [String], _ rows: [[Cell]]) {
        text += "<div class=\"scroll\"><table>\n<tr>"
        for (index, title) in titles.enumerated() {
            var isNumber = false
            if let first = rows.first, index < first.count, case .number = first[index] { isNumber = true }
            text += (isNumber ? "<th class=\"number\">" : "<th>") + Self.escaped(title) + "</th>"
        }
        text += "</tr>\n"
        for row in rows {
            text += "<tr>"
            for cell in row { text += Self.cell(cell) }
            text += "</tr>\n"
        }
        text += "</table></div>\n"
    }

    private static func cell(_ cell: Cell) -> String {
        switch cell {
        case .text(let words):
            return "<td class=\"\(words.count > 44 ? "long" : "key")\">\(escaped(words))</td>"
        case .number(let words): return "<td class=\"number\">\(escaped(words))</td>"
        case .link(let words, let anchor):
            return "<td class=\"key\"><a href=\"#\(escaped(anchor))\">\(escaped(words))</a></td>"
        case .badge(let words, let level):
            return "<td class=\"key\"><span class=\"badge \(escaped(level))\">\(escaped(words))</span></td>"
        }
    }

    /// A section that folds. Parameter anchor: what links point to; nil for none.
    public mutating func details(
        _ summary: String, anchor: String? = nil, isOpen: Bool = false, _ body: (inout HTMLPage) -> Void
    ) {
        let id = anchor.map { " id=\"\(Self.escaped($0))\"" } ?? ""
        text += "<details\(id)\(isOpen ? " open" : "")><summary>\(Self.escaped(summary))</summary>\n"
        body(&self)
        text += "</details>\n"
    }

    /// The finished page.
    public func finished() -> String { text + "</body>\n</html>\n" }

    private static func escaped(_ words: String) -> String {
        var result = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": result += "\u{fffd}"
            // What turns the direction of writing could make an address read as another.
            case "\u{200e}", "\u{200f}", "\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}": result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
