import FlowEnrich
import FlowMath
import FlowModel
import Testing

/// Four flows: a web request, a name look-up, a failed try over IPv6, an echo request.
private let flows: [Flow] = {
    func address(_ text: String) -> IPAddress { IPAddress(text) ?? .unspecified }
    var web = Flow(
        source: address("10.0.0.5"), destination: address("93.184.216.34"), start: Timestamp(seconds: 1000),
        duration: 2_000_000_000, transport: .tcp, state: .closed, sourcePort: 50_000, destinationPort: 443,
        bytesSent: 1000, bytesReceived: 9000, packetsSent: 8, packetsReceived: 12)
    web.flagsSent = TCPFlag.syn | TCPFlag.acknowledge | TCPFlag.fin
    web.flagsReceived = TCPFlag.syn | TCPFlag.acknowledge | TCPFlag.push
    let look = Flow(
        source: address("10.0.0.5"), destination: address("10.0.0.53"), start: Timestamp(seconds: 1001),
        duration: 0, transport: .udp, state: .established, sourcePort: 50_001, destinationPort: 53, bytesSent: 60,
        bytesReceived: 140, packetsSent: 1, packetsReceived: 1)
    var tried = Flow(
        source: address("2001:db8::7"), destination: address("2001:db8:1::9"), start: Timestamp(seconds: 1002),
        duration: 250_000_000, transport: .tcp, state: .attempted, sourcePort: 443, destinationPort: 22,
        bytesSent: 120, packetsSent: 2)
    tried.flagsSent = TCPFlag.syn
    let echo = Flow(
        source: address("192.168.1.1"), destination: address("10.0.0.5"), start: Timestamp(seconds: 1003),
        duration: 60_000_000_000, transport: .icmp, bytesSent: 2_000_000, packetsSent: 60)
    return [web, look, tried, echo]
}()

private func taken(_ filter: String, of flows: [Flow] = flows, names: FlowNames = FlowNames()) throws -> [Int] {
    var filter = try FlowFilter(filter)
    filter.learn(names)
    return flows.indices.filter { index in
        var one = [flows[index]]
        filter.apply(to: &one)
        return one.count == 1
    }
}

@Test(arguments: [
    ("any", [0, 1, 2, 3]), ("not any", []),
    ("host 10.0.0.5", [0, 1, 3]), ("src host 10.0.0.5", [0, 1]), ("dst 10.0.0.5", [3]), ("ip 2001:db8::7", [2]),
    ("host in [10.0.0.53 2001:db8:1::9]", [1, 2]), ("host != 10.0.0.5", [2]),
    ("net 10.0.0.0/8", [0, 1, 3]), ("src and dst net 10.0.0.0/8", [1]), ("net 2001:db8::/32", [2]),
    ("dst net 93.184.216.32/28", [0]), ("not net 0.0.0.0/0", [2]), ("src or dst net 192.168.0.0/16", [3]),
    ("port 443", [0, 2]), ("dst port 443", [0]), ("port in [53, 22]", [1, 2]), ("src port > 50000", [1]),
    ("dst port 20-60", [1, 2]), ("port != 443", [1, 3]),
    ("proto tcp", [0, 2]), ("proto 17", [1]), ("tcp", [0, 2]), ("proto in [icmp udp]", [1, 3]),
    ("proto != tcp", [1, 3]),
    ("ipv6", [2]), ("ipv4", [0, 1, 3]), ("udp port 53", [1]), ("tcp dst port 443", [0]),
    ("bytes > 1k", [0, 3]), ("bytes = 10k", [0]), ("sent >= 1000", [0, 3]), ("received < 1", [2, 3]),
    ("src bytes 60", [1]), ("dst bytes 140", [1]), ("bytes 1m-3m", [3]), ("bytes <= 0.2k", [1, 2]),
    ("packets 20", [0]), ("packets < 3", [1, 2]), ("src packets 60", [3]),
    ("duration > 1s", [0, 3]), ("duration = 250ms", [2]), ("duration >= 1m", [3]), ("duration 0s", [1]),
    ("rate > 4k", [0, 3]), ("bps 40k", [0]), ("pps 10", [0]), ("pps >= 8", [0, 2]), ("bpp > 400", [0, 3]),
    ("state attempted", [2]), ("state in [closed established]", [0, 1]), ("state != closed", [1, 2, 3]),
    ("flags S", [0, 2]), ("flags SAP", [0]), ("not flags S", [1, 3]), ("src flags F", [0]), ("dst flags P", [0]),
    ("tcp and not flags A", [2]), ("tcp and flags != PA", [2]),
    ("not tcp and not udp", [3]), ("tcp or udp and port 53", [0, 1, 2]), ("(tcp or udp) and port 53", [1]),
    ("TCP && !(port 22 || port 53)", [0]), ("not not tcp", [0, 2]),
])
func `a filter takes what it says`(_ filter: String, _ expected: [Int]) throws {
    #expect(try taken(filter) == expected)
}

@Test func `names are whole names, case aside, with stars, and those not met are told`() throws {
    var names = FlowNames()
    var flows = flows
    let web = names.groups.intern(["Web Servers", "Atlanta"])
    flows[0].sourceGroups = web
    flows[1].destinationGroups = web
    flows[2].label = names.labels.intern("flow=From-Botnet-V42-TCP")
    flows[3].application = names.applications.intern("ping")
    #expect(try taken("group \"web servers\"", of: flows, names: names) == [0, 1])
    #expect(try taken("src group atlanta", of: flows, names: names) == [0])
    #expect(try taken("group web", of: flows, names: names) == [])
    #expect(try taken("group in [web* x]", of: flows, names: names) == [0, 1])
    #expect(try taken("label *botnet*", of: flows, names: names) == [2])
    #expect(try taken("label ''", of: flows, names: names) == [0, 1, 3])
    #expect(try taken("app pin?", of: flows, names: names) == [3])
    #expect(try taken("app != ping", of: flows, names: names) == [0, 1, 2])

    var filter = try FlowFilter("group Atlanta and label nothing")
    filter.learn(names)
    #expect(filter.unmet.map { "\($0.kind) \($0.name)" } == ["label nothing"])
}

@Test func `names that come later are looked up later`() throws {
    var names = FlowNames()
    var filter = try FlowFilter("label late")
    filter.learn(names)
    var flow = flows[0]
    flow.label = names.labels.intern("late")
    filter.learn(names)
    var batch = [flows[0], flow]
    filter.apply(to: &batch)
    #expect(batch == [flow])
    #expect(filter.droppedCount == 1)
}

@Test func `since is the first moment taken, until the first that is not`() throws {
    func starts(_ since: Int64?, _ until: Int64?) throws -> [Int64] {
        var filter = try FlowFilter(
            nil, since: since.map { Timestamp(seconds: $0) }, until: until.map { Timestamp(seconds: $0) })
        var flows = flows
        filter.apply(to: &flows)
        return flows.map { $0.start.nanoseconds / 1_000_000_000 }
    }
    #expect(try starts(1001, nil) == [1001, 1002, 1003])
    #expect(try starts(nil, 1002) == [1000, 1001])
    #expect(try starts(1001, 1003) == [1001, 1002])
    #expect(try starts(-5, nil).count == 4)
}

@Test(arguments: [
    ("", 0), ("tcp and", 7), ("port", 4), ("port x", 5), ("port 70000", 5), ("host 10.0.0.0/8", 5), ("net 10.0.0", 4),
    ("bytes > 1k-2k", 8), ("duration > 5", 11), ("(tcp", 4), ("tcp)", 3), ("tcp udp", 4), ("port in 80", 8),
    ("port in [80", 11), ("state gone", 6), ("flags SX", 6), ("label \"open", 6), ("tcp & udp", 4),
    ("src or port 5", 7),
    ("frobnicate 5", 0), ("src tcp", 4), ("bytes > -1", 8), ("bytes > 99999999999999999999", 8),
    ("bytes > 18446745t", 8),
    ("proto 256", 6), ("rate > 1.0000000001", 7),
])
func `a caret stands where a filter is wrong`(_ filter: String, _ column: Int) {
    let error = #expect(throws: FilterError.self) { _ = try FlowFilter(filter) }
    #expect(error?.column == column, "\(error?.text ?? "")")
}

@Test func `the message is the filter with a caret under it`() {
    let error = #expect(throws: FilterError.self) { _ = try FlowFilter("tcp and port 99999") }
    #expect(
        error?.text == """
            expected a port (0 to 65535) or a range such as 1000-2000
              tcp and port 99999
                           ^
            """)
}

@Test func `what a filter can grow is limited`() {
    let deep = String(repeating: "(", count: 5000) + "tcp" + String(repeating: ")", count: 5000)
    #expect(throws: FilterError.self) { _ = try FlowFilter(deep) }
    #expect(throws: FilterError.self) { _ = try FlowFilter(String(repeating: "not ", count: 5000) + "tcp") }
    let wide = "port in [" + (0..<20_000).map { "\($0)" }.joined(separator: " ") + "]"
    #expect(throws: FilterError.self) { _ = try FlowFilter(wide) }
    let named = Array(repeating: "label x", count: 300).joined(separator: " or ")
    #expect(throws: FilterError.self) { _ = try FlowFilter(named) }
}

@Test func `and, or and not mean what they mean, for any expression`() throws {
    let conditions: [(text: String, holds: (Flow) -> Bool)] = [
        ("tcp", { $0.transport == .tcp }), ("port 443", { $0.sourcePort == 443 || $0.destinationPort == 443 }),
        ("bytes > 1k", { $0.bytes > 1000 }), ("ipv6", { !$0.source.isV4 }), ("state closed", { $0.state == .closed }),
    ]
    var random = SeededGenerator(seed: 7)
    func expression(_ depth: Int) -> (text: String, holds: (Flow) -> Bool) {
        if depth == 0 || random.below(4) == 0 { return conditions[random.below(conditions.count)] }
        let left = expression(depth - 1)
        switch random.below(3) {
        case 0: return ("not (\(left.text))", { !left.holds($0) })
        case 1:
            let right = expression(depth - 1)
            return ("(\(left.text)) and (\(right.text))", { left.holds($0) && right.holds($0) })
        default:
            let right = expression(depth - 1)
            return ("(\(left.text)) or (\(right.text))", { left.holds($0) || right.holds($0) })
        }
    }
    for _ in 0..<500 {
        let (text, holds) = expression(5)
        #expect(try taken(text) == flows.indices.filter { holds(flows[$0]) }, "\(text)")
    }
}

@Test func `no text traps the parser`() {
    let pieces = [
        "tcp", "port", "in", "[", "]", "(", ")", "and", "or", "not", "src", "dst", "\"", "'", ",", "5", "1k",
        "1.5.5m", "-", "=", "!=", ">", "!", "&&", "|", "é\u{301}", "10.0.0.0/8", "::/129", "label", "*", "\u{0}",
        "flags",
    ]
    var random = SeededGenerator(seed: 3)
    var accepted = 0
    for _ in 0..<20_000 {
        let text = (0..<random.below(9)).map { _ in pieces[random.below(pieces.count)] }.joined(
            separator: random.below(2) == 0 ? " " : "")
        if (try? FlowFilter(text)) != nil { accepted += 1 }
    }
    // "tcp" alone is one text in 9 × 32, so 69 of 20,000 on average; five times its spread of 8.3 below that is 28.
    #expect(accepted > 28)
}
