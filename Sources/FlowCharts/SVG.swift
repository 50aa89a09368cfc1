/// An SVG being written. Colours are classes, so that one file is readable on light and on dark.
struct SVG {
    private(set) var text: String

    init(width: Int, height: Int, title: String) {
        text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
            height="\(height)" font-family="system-ui, sans-serif" font-size="12" role="img">
            <title>\(Self.escaped(title))</title>
            <style>
            .back { fill: #ffffff } .ink { fill: #1f2933 } .faint { fill: #52606d } .grid { stroke: #d9dee4 }
            .axis { stroke: #7b8794 } .data { stroke: #1f6feb; fill: #1f6feb } .limit { stroke: #c2410c }
            .warn { fill: #c2410c }
            @media (prefers-color-scheme: dark) {
            .back { fill: #10161d } .ink { fill: #e4e7eb } .faint { fill: #9aa5b1 } .grid { stroke: #2b3641 }
            .axis { stroke: #7b8794 } .data { stroke: #6cb2ff; fill: #6cb2ff } .limit { stroke: #ff9d5c }
            .warn { fill: #ff9d5c }
            }
            </style>
            <rect class="back" width="\(width)" height="\(height)"/>

            """
        label(title, x: 16, y: 24, style: "ink", size: 15)
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String, width: Double = 1) {
        text += "<line class=\"\(style)\" x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" "
        text += "x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\" stroke-width=\"\(Self.number(width))\"/>\n"
    }

    mutating func rectangle(x: Double, y: Double, width: Double, height: Double, style: String) {
        text += "<rect class=\"\(style)\" stroke=\"none\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
        text += "width=\"\(Self.number(max(0, width)))\" height=\"\(Self.number(max(0, height)))\"/>\n"
    }

    mutating func label(
        _ words: String, x: Double, y: Double, style: String, anchor: String = "start", size: Int = 12
    ) {
        text += "<text class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
        text += "text-anchor=\"\(anchor)\" font-size=\"\(size)\">\(Self.escaped(words))</text>\n"
    }

    mutating func circle(x: Double, y: Double, radius: Double, style: String) {
        text += "<circle class=\"\(style)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" "
        text += "r=\"\(Self.number(radius))\"/>\n"
    }

    /// Adds rules of style, for light and for dark.
    mutating func style(_ rules: [String], dark: [String]) {
        text += "<style>\n\(rules.joined(separator: " "))\n@media (prefers-color-scheme: dark) {\n"
        text += "\(dark.joined(separator: " "))\n}\n</style>\n"
    }

    mutating func path(_ commands: String, style: String, width: Double) {
        text += "<path class=\"\(style)\" fill=\"none\" stroke-width=\"\(Self.number(width))\" d=\"\(commands)\"/>\n"
    }

    /// The finished document.
    func finished() -> String { text + "</svg>\n" }

    /// Two decimals at most, and never "nan" or "inf", which no viewer draws.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
    }

    static func escaped(_ words: String) -> String {
        var result = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
