import FlowFormats
public import FlowModel

/// Flows drawn as text, a line a series:
///
///     0s     10.0.0.5:50000 -> 45.0.0.9:25 tcp closed 3000/800 2s
///     10m x90 +6s  10.0.0.{n%4} -> 45.0.0.{n}:443 udp 60/0
///
/// When the first begins, how many there are and how far apart; who opens it to whom; protocol; state, if any; bytes sent and
/// received; how long it lasts, if at all. `{n}` is the number of the flow in its series, from 0; `{n%4}`, `{n/4}` and
/// `{n+4}` are what one would think. An IPv6 address with a port stands in brackets. A source port not given is 40000 and
/// up. Ends in private networks are home. `#` begins a comment.
public struct Scenario: Sendable {
    /// The flows by start; of the same moment in the order of the lines.
    public let flows: [Flow]

    /// What is wrong with a line.
    public struct Mistake: Error, CustomStringConvertible {
        public let description: String
    }

    /// Reads a scenario. Parameter start: when time 0 is.
    public init(_ text: String, from start: Timestamp = Timestamp(seconds: 1_600_000_000)) throws {
        var flows: [Flow] = []
        for line in text.split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
            if !words.isEmpty { flows += try Self.series(words, from: start) }
        }
        self.flows = flows.indices.sorted { (flows[$0].start, $0) < (flows[$1].start, $1) }.map { flows[$0] }
    }

    private static func series(_ words: [String], from start: Timestamp) throws -> [Flow] {
        guard let arrow = words.firstIndex(of: "->"), arrow >= 2, words.count > arrow + 2 else {
            throw Mistake(description: "no flow such as 0s 10.0.0.5 -> 10.0.0.6:80 tcp 100/200: \(words)")
        }
        var count = 1
        var step: Int64 = 0
        for word in words[1..<(arrow - 1)] {
            if word.hasPrefix("x"), let number = Int(word.dropFirst()) {
                count = number
            } else if word.hasPrefix("+") {
                step = try nanoseconds(String(word.dropFirst()))
            } else {
                throw Mistake(description: "\"\(word)\" is neither how many (x90) nor how far apart (+6s)")
            }
        }
        let first = start.advanced(by: try nanoseconds(words[0]))
        return try (0..<count).map { number in
            let parts = try words[(arrow - 1)...].map { try filled($0, number) }
            return try flow(parts, at: first.advanced(by: step * Int64(number)), number)
        }
    }

    private static func flow(_ parts: [String], at start: Timestamp, _ number: Int) throws -> Flow {
        let (source, sourcePort) = try end(parts[0])
        let (destination, destinationPort) = try end(parts[2])
        guard let transport = Transport(text: Array(parts[3].utf8).span) else {
            throw Mistake(description: "no protocol \"\(parts[3])\"")
        }
        var flow = Flow(
            source: source, destination: destination, start: start, transport: transport,
            sourcePort: sourcePort ?? UInt16(40_000 + number % 25_000), destinationPort: destinationPort ?? 0)
        for part in parts[4...] {
            if let state = ConnectionState.allCases.first(where: { "\($0)" == part }) {
                flow.state = state
            } else if let slash = part.firstIndex(of: "/"), let sent = UInt64(part[..<slash]),
                let received = UInt64(part[part.index(after: slash)...])
            {
                (flow.bytesSent, flow.bytesReceived) = (sent, received)
                (flow.packetsSent, flow.packetsReceived) = (1 + sent / 1500, received == 0 ? 0 : 1 + received / 1500)
            } else {
                flow.duration = try nanoseconds(part)
            }
        }
        if source.isPrivateOrLink { flow.traits.insert(.sourceIsHome) }
        if destination.isPrivateOrLink { flow.traits.insert(.destinationIsHome) }
        return flow
    }

    private static func end(_ text: String) throws -> (IPAddress, UInt16?) {
        if let address = IPAddress(text) { return (address, nil) }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            let address = IPAddress(text[..<colon].filter { $0 != "[" && $0 != "]" })
        else { throw Mistake(description: "no address and port \"\(text)\"") }
        return (address, port)
    }

    private static func nanoseconds(_ text: String) throws -> Int64 {
        let units: [(String, Double)] = [("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86_400e9)]
        for (unit, length) in units where text.hasSuffix(unit) {
            if let amount = Double(text.dropLast(unit.count)) { return Int64(amount * length) }
        }
        throw Mistake(description: "no time such as 90s, 5m or 2h: \"\(text)\"")
    }

    /// Puts the number of a flow in the place of `{n}`, `{n%4}`, `{n/4}` and `{n+4}`.
    private static func filled(_ word: String, _ number: Int) throws -> String {
        var result = ""
        var rest = word[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let inside = rest[rest.index(after: open)..<close]
            let operand = Int(inside.dropFirst(2))
            let value: Int? =
                switch (inside.dropFirst().first, operand) {
                case (nil, _): number
                case ("%", let operand?) where operand > 0: number % operand
                case ("/", let operand?) where operand > 0: number / operand
                case ("+", let operand?): number + operand
                default: nil
                }
            guard inside.first == "n", let value else { throw Mistake(description: "what is \"{\(inside)}\"?") }
            result += rest[..<open] + String(value)
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
