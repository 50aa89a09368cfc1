public import FlowModel

/// `azure`: flow logs of Azure network security groups (versions 1 and 2) and virtual networks (version 4), as the
/// blobs hold them: JSON with `flowTuples` of commas inside.
///
/// A connection has a tuple when it begins (B), may have some while it goes on (C), and one when it ends (E); the bytes
/// of C and E are those since the tuple before. A begin waits for the next tuple of its ends, which then starts where the
/// begin was; begins that nothing follows are flows without bytes. In no order: several interfaces follow one another.
public struct AzureFlowLogReader: RowReader, JSONStreamReader {
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
    /// The fields of a tuple: of a security group's the decision and the phase, of a virtual network's the phase and how
    /// the flow is encrypted stand as action and state.
    var row = RowCursor()
    private var isInTuples = false
    private var begins: [Ends: (flow: Flow, number: Int)] = [:]
    /// The begins in the order they came; one no longer in `begins` under its number was followed.
    private var arrivals: [(ends: Ends, number: Int)] = []
    private var oldest = 0
    private var beginCount = 0

    public init() {
        row.columns = ColumnMap([
            .start, .source, .destination, .sourcePort, .destinationPort, .transport, .direction, .action, .state,
            .packetsSent, .bytesSent, .packetsReceived, .bytesReceived,
        ])
    }

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        isJSON(head) && head.contains("\"flowTuples\"")
    }

    public mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        takeLast(rest, into: &batch)
        while oldest < arrivals.count { letOldestGo(into: &batch) }
    }

    mutating func readObject(
        _ bytes: Span<UInt8>, _ cursor: inout JSONCursor, line: Int, into batch: inout FlowBatch
    ) throws(JSONStop) -> JSONObjectRole { .wrapper }

    mutating func readKey(_ key: Span<UInt8>) { isInTuples = key.isEqual(to: "flowTuples") }

    mutating func readText(_ text: Span<UInt8>, line: Int, into batch: inout FlowBatch) {
        guard isInTuples else { return }
        guard row.split(text) >= 8 else {
            batch.reject(.tooFewFields, field: .row, line: line, excerpt: text)
            return
        }
        takeRow(of: text, number: line, into: &batch)
    }

    mutating func flow(of text: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        let named = row.text(.transport, of: text)
        let transport = named.isEqual(to: "T") ? .tcp : named.isEqual(to: "U") ? .udp : row.transport(of: text)
        guard let transport else { throw FieldError(.unknownProtocol) }
        var flow = try row.flow(of: text)
        flow.transport = transport
        // Of a security group A or D, of a virtual network the phase, B, C, E or D.
        var phase = try Self.letter(row.take(.action, of: text))
        if phase == UInt8(ascii: "A"), row.has(.state) {
            phase = try Self.letter(row.take(.state, of: text), orElse: phase)
        }
        take(&flow, phase: phase, into: &batch)
        return nil
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

    private static func letter(_ text: Span<UInt8>, orElse missing: UInt8? = nil) throws(FieldError) -> UInt8 {
        if text.isEmpty, let missing { return missing }
        guard text.count == 1 else { throw FieldError(.missingField) }
        return text[0] & ~0x20
    }
}
