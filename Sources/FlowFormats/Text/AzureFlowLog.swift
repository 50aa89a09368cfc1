public import FlowModel

/// `azure`: flow logs of Azure network security groups (versions 1 and 2) and virtual networks (version 4), as the
/// blobs hold them: JSON with `flowTuples` of commas inside.
///
/// A connection has a tuple when it begins (B), may have some while it goes on (C), and one when it ends (E); the bytes
/// of C and E are those since the tuple before. A begin waits for the next tuple of its ends, which then starts where the
/// begin was; begins that nothing follows are flows without bytes. In no order: several interfaces follow one another.
public struct AzureFlowLogReader: FlowReader, JSONStreamReader {
    public static let format = FlowFormat(
        name: "azure", summary: "Azure NSG (v1, v2) and VNet flow logs", order: .unsorted, splitsAtNewlines: false)

    /// Begins that wait at most; the oldest beyond it is a flow at once.
    private static let beginLimit = 65_536

    /// What a begin and the tuples that follow it have in common.
    private struct Ends: Hashable {
        var source: IPAddress
        var destination: IPAddress
        var sourcePort: UInt16
        var destinationPort: UInt16
        var transport: Transport
    }

    var stream = JSONStream()
    private var isInTuples = false
    private var times = CivilTimeParser()
    private var begins: [Ends: (flow: Flow, number: Int)] = [:]
    /// The begins in the order they came; one no longer in `begins` under its number was followed.
    private var arrivals: [(ends: Ends, number: Int)] = []
    private var oldest = 0
    private var beginCount = 0

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        isJSON(head) && head.contains("\"flowTuples\"")
    }

    public mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        take(bytes, isLast: false, into: &batch)
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        takeLast(rest, into: &batch)
        while oldest < arrivals.count { letOldestGo(into: &batch) }
    }

    public mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {}

    mutating func readObject(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, line: Int, into batch: inout FlowBatch
    ) throws(JSONStop) -> JSONObjectRole { .wrapper }

    mutating func readKey(_ key: Span<UInt8>) { isInTuples = key.isEqual(to: "flowTuples") }

    mutating func readText(_ text: Span<UInt8>, line: Int, into batch: inout FlowBatch) {
        guard isInTuples else { return }
        var fields = CommaFields()
        var field = FieldName.time
        do throws(FieldError) {
            let time = try Field.moment(try fields.next(of: text), &times)
            field = .source
            let source = try Field.address(try fields.next(of: text))
            field = .destination
            let destination = try Field.address(try fields.next(of: text))
            field = .sourcePort
            let sourcePort = try Field.port(try fields.next(of: text))
            field = .destinationPort
            let destinationPort = try Field.port(try fields.next(of: text))
            field = .transport
            let transport = try Self.transport(try fields.next(of: text))
            var flow = Flow(
                source: source, destination: destination, start: time, transport: transport,
                sourcePort: sourcePort, destinationPort: destinationPort)
            field = .row
            _ = try fields.next(of: text)
            field = .state
            // Of a security group A or D, of a virtual network the phase, B, C, E or D.
            var phase = try Self.letter(try fields.next(of: text))
            let isDenied = phase == UInt8(ascii: "D")
            if phase == UInt8(ascii: "A"), fields.hasNext(of: text) {
                phase = try Self.letter(try fields.next(of: text), orElse: phase)
            } else if fields.hasNext(of: text) {
                // The phase of what was denied, or how a virtual network's flow is encrypted.
                _ = try fields.next(of: text)
            }
            field = .packetsSent
            flow.packetsSent = try Self.count(&fields, of: text)
            field = .bytesSent
            flow.bytesSent = try Self.count(&fields, of: text)
            field = .packetsReceived
            flow.packetsReceived = try Self.count(&fields, of: text)
            field = .bytesReceived
            flow.bytesReceived = try Self.count(&fields, of: text)
            take(&flow, phase: isDenied ? UInt8(ascii: "D") : phase, into: &batch)
        } catch {
            batch.reject(error.reason, field: field, line: line, excerpt: text)
        }
    }

    private mutating func take(_ flow: inout Flow, phase: UInt8, into batch: inout FlowBatch) {
        let ends = Ends(
            source: flow.source, destination: flow.destination, sourcePort: flow.sourcePort,
            destinationPort: flow.destinationPort, transport: flow.transport)
        switch phase {
        case UInt8(ascii: "D"): flow.state = .rejected
        case UInt8(ascii: "B"):
            wait(flow, ends, into: &batch)
            return
        case UInt8(ascii: "C"), UInt8(ascii: "E"):
            flow.state = Self.state(flow, isOver: phase == UInt8(ascii: "E"))
            if let begin = begins.removeValue(forKey: ends)?.flow {
                batch.skipped.count(.begin)
                // Its counts are those of the first tuple that has any.
                if begin.start <= flow.start {
                    flow.duration = flow.start.nanoseconds &- begin.start.nanoseconds
                    if flow.duration < 0 { flow.duration = 0 }
                    flow.start = begin.start
                }
            }
        default: break
        }
        batch.flows.append(flow)
    }

    private mutating func wait(_ flow: Flow, _ ends: Ends, into batch: inout FlowBatch) {
        beginCount &+= 1
        if let before = begins.updateValue((flow, beginCount), forKey: ends) { batch.flows.append(before.flow) }
        arrivals.append((ends, beginCount))
        // Followed ones behind one that waits must not grow without end either.
        if begins.count > Self.beginLimit || arrivals.count - oldest > 4 * Self.beginLimit {
            letOldestGo(into: &batch)
        }
        // Followed begins at the front are of no more use.
        while oldest < arrivals.count, begins[arrivals[oldest].ends]?.number != arrivals[oldest].number { oldest += 1 }
        if oldest > 4096, oldest * 2 > arrivals.count {
            arrivals.removeFirst(oldest)
            oldest = 0
        }
    }

    private mutating func letOldestGo(into batch: inout FlowBatch) {
        while oldest < arrivals.count {
            let (ends, number) = arrivals[oldest]
            oldest += 1
            if let begin = begins[ends], begin.number == number {
                begins[ends] = nil
                batch.flows.append(begin.flow)
                return
            }
        }
    }

    /// What was allowed and is over; nothing came back: it was only tried.
    private static func state(_ flow: Flow, isOver: Bool) -> ConnectionState {
        if flow.packetsReceived == 0 && flow.packetsSent > 0 { return flow.transport == .tcp ? .attempted : .unknown }
        return isOver && flow.transport == .tcp ? .closed : .established
    }

    private static func transport(_ text: Span<UInt8>) throws(FieldError) -> Transport {
        if text.isEqual(to: "T") { return .tcp }
        if text.isEqual(to: "U") { return .udp }
        guard let transport = Transport(text: text) else { throw FieldError(.unknownProtocol) }
        return transport
    }

    private static func letter(_ text: Span<UInt8>, orElse missing: UInt8? = nil) throws(FieldError) -> UInt8 {
        if text.isEmpty, let missing { return missing }
        guard text.count == 1 else { throw FieldError(.missingField) }
        return text[0] & ~0x20
    }

    private static func count(_ fields: inout CommaFields, of text: Span<UInt8>) throws(FieldError) -> UInt64 {
        guard fields.hasNext(of: text) else { return 0 }
        let field = try fields.next(of: text)
        return field.isEmpty ? 0 : try Field.unsigned(field)
    }
}
