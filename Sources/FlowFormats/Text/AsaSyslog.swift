public import FlowModel

/// `asa-syslog`: what Cisco ASA and FTD firewalls log of connections.
///
/// A Teardown message is a flow, a denied packet one of state rejected; other messages are counted and passed over. A
/// Built message says which end opened its connection, so the lines must be read in order. Source of the texts: Cisco
/// Secure Firewall ASA Series Syslog Messages.
public struct AsaSyslogReader: LineReader {
    public static let format = FlowFormat(
        name: "asa-syslog", summary: "Cisco ASA and FTD syslog of connections",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: false)

    public var isSkippingLine = false
    private var times = SyslogTimeParser()
    private var openings = AsaOpenings()
    private var row = RowCursor()

    public init() {}

    public static func recognizes(_ head: Span<UInt8>) -> Bool {
        guard head.count > 0, head[0] != UInt8(ascii: "{"), head[0] != UInt8(ascii: "[") else { return false }
        return tag(of: head) != nil
    }

    /// The number in `%ASA-6-302014:` or `%FTD-session-6-302014:`, where that begins and where the text behind it does.
    private static func tag(of line: Span<UInt8>) -> (number: UInt64, start: Int, textStart: Int)? {
        // From the percent sign to the colon, with the longest class of messages; some relays drop the colon.
        let longest = 40
        var position = 0
        while let start = line.first(UInt8(ascii: "%"), from: position) {
            position = start + 1
            let tag = line.extracting(start..<min(start + longest, line.count))
            guard tag.begins(with: "%ASA-") || tag.begins(with: "%FTD-") || tag.begins(with: "%NGIPS-")
            else { continue }
            var end = 5
            while end < tag.count, tag[end] != UInt8(ascii: ":"), tag[end] != 0x20 { end += 1 }
            guard end >= 13, end < tag.count, tag[end - 7] == UInt8(ascii: "-"),
                let number = try? Field.unsigned(tag.extracting(end - 6..<end))
            else { continue }
            return (number, start, start + end + 1)
        }
        return nil
    }

    public mutating func readLine(_ line: Span<UInt8>, number: Int, into batch: inout FlowBatch) throws(ReadError) {
        guard let tag = Self.tag(of: line) else {
            batch.skipped.count(.otherEvent)
            return
        }
        if tag.number == 430_002 || tag.number == 430_003 {
            takeConnectionEvent(line, tag.start, tag.textStart, isBegin: tag.number == 430_002, number, into: &batch)
            return
        }
        var message = AsaMessage(line.extracting(tag.textStart..<line.count))
        do throws(FieldError) {
            guard var flow = try flow(tag.number, &message) else {
                batch.skipped.count(.otherEvent)
                return
            }
            let header = line.extracting(0..<tag.start)
            do throws(FieldError) {
                flow.start = try times.parse(header).advanced(by: -flow.duration)
            } catch {
                batch.reject(error.reason, field: .time, line: number, excerpt: header)
                return
            }
            batch.flows.append(flow)
        } catch {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(hasNul ? .nulByte : error.reason, field: message.field, line: number, excerpt: message.rest)
        }
    }

    private mutating func takeConnectionEvent(
        _ line: Span<UInt8>, _ headerEnd: Int, _ textStart: Int, isBegin: Bool, _ number: Int,
        into batch: inout FlowBatch
    ) {
        FtdConnections.note(line, from: textStart, in: &row.fields)
        let written = try? times.parse(line.extracting(0..<headerEnd))
        do throws(FieldError) {
            if let flow = try FtdConnections.flow(
                &row, of: line, isBegin: isBegin, writtenAt: written, &batch)
            {
                batch.flows.append(flow)
            } else {
                batch.skipped.count(.begin)
            }
        } catch {
            batch.reject(
                error.reason, field: row.column.field, line: number, excerpt: row.fields.field(row.column, of: line))
        }
    }

    /// The flow of a message, but for its start; nil where it is none.
    private mutating func flow(_ number: UInt64, _ message: inout AsaMessage) throws(FieldError) -> Flow? {
        switch number {
        case 302_014, 302_304: return try teardown(.tcp, &message)
        case 302_016: return try teardown(.udp, &message)
        case 302_018: return try teardown(.gre, &message)
        case 302_036, 302_306: return try teardown(.sctp, &message)
        case 302_021: return try icmpTeardown(&message)
        case 302_013, 302_303: try? built(.tcp, &message)
        case 302_015: try? built(.udp, &message)
        case 302_017: try? built(.gre, &message)
        case 302_035, 302_305: try? built(.sctp, &message)
        case 302_020: try? icmpBuilt(&message)
        case 106_001, 106_006, 106_007, 106_015, 106_021:
            return try denied(&message, from: " from ", .plain, to: " to ", .plain)
        case 710_003: return try denied(&message, from: " from ", .plain, to: " to ", .afterInterface)
        case 106_014, 106_023: return try denied(&message, from: " src ", .afterInterface, to: " dst ", .afterInterface)
        case 106_100, 106_102, 106_103: return try deniedByList(&message)
        default: break
        }
        return nil
    }

    // MARK: Connections

    /// `connection 9 for outside:10.1.2.1/22 (10.1.2.1/22) to inside:10.1.1.2/53496`; GRE has `from` for `for`.
    private static func ends(
        _ transport: Transport, _ message: inout AsaMessage
    ) throws(FieldError) -> (first: AsaEnd, second: AsaEnd, key: UInt64) {
        let number = try message.connection()
        // GRE and connections past the inspection (`state-bypass`) have `from` for `for`.
        try message.skip(past: message.rest.contains(" for ") ? " for " : " from ")
        let first = try message.source(.afterInterface)
        try message.skip(past: " to ")
        let second = try message.destination(.afterInterface)
        return (first, second, AsaOpenings.key(number, transport, first, second))
    }

    /// `faddr 10.1.2.1/512 gaddr 192.0.2.9/0 laddr 10.1.1.2/0 type 8 code 0`: the foreign end and the local one.
    private static func icmpEnds(
        _ message: inout AsaMessage
    ) throws(FieldError) -> (first: AsaEnd, second: AsaEnd, typeAndCode: UInt16, key: UInt64) {
        try message.skip(past: " faddr ")
        let first = try message.source(.plain)
        try message.skip(past: " laddr ")
        let second = try message.destination(.plain)
        let typeAndCode = try message.typeAndCode()
        return (first, second, typeAndCode, AsaOpenings.key(UInt64(typeAndCode), .icmp, first, second))
    }

    private mutating func built(_ transport: Transport, _ message: inout AsaMessage) throws(FieldError) {
        let isOutbound = message.rest.contains("Built outbound ")
        openings.put(try Self.ends(transport, &message).key, isOutbound: isOutbound)
    }

    private mutating func icmpBuilt(_ message: inout AsaMessage) throws(FieldError) {
        let isOutbound = message.rest.contains("Built outbound ")
        openings.put(try Self.icmpEnds(&message).key, isOutbound: isOutbound)
    }

    private mutating func teardown(_ transport: Transport, _ message: inout AsaMessage) throws(FieldError) -> Flow {
        let (first, second, key) = try Self.ends(transport, &message)
        let (duration, bytes) = try message.durationAndBytes()
        var flow = flow(first, second, key, transport)
        flow.duration = duration
        flow.bytesSent = bytes
        flow.traits = .bytesAreTotal
        if transport == .tcp {
            flow.state = Self.state(reason: message.rest, bytes: bytes)
        } else if bytes > 0 {
            flow.state = .established
        }
        return flow
    }

    private mutating func icmpTeardown(_ message: inout AsaMessage) throws(FieldError) -> Flow {
        let (first, second, typeAndCode, key) = try Self.icmpEnds(&message)
        var flow = flow(first, second, key, .icmp)
        // The number of the echo stands where others have a port.
        flow.sourcePort = 0
        flow.destinationPort = typeAndCode
        return flow
    }

    /// Inbound: the first end opened it; outbound: the second. Not known: the lower port is the destination's.
    private mutating func flow(_ first: AsaEnd, _ second: AsaEnd, _ key: UInt64, _ transport: Transport) -> Flow {
        let isOutbound = openings.take(key) ?? (first.port < second.port)
        return Self.flow(isOutbound ? second : first, isOutbound ? first : second, transport)
    }

    private static func flow(_ source: AsaEnd, _ destination: AsaEnd, _ transport: Transport) -> Flow {
        Flow(
            source: source.address, destination: destination.address, start: Timestamp(nanoseconds: 0),
            transport: transport == .icmp && !source.address.isV4 ? .icmpV6 : transport, sourcePort: source.port,
            destinationPort: destination.port)
    }

    private static func state(reason: Span<UInt8>, bytes: UInt64) -> ConnectionState {
        if reason.contains("TCP FINs") { return .closed }
        if reason.contains("SYN Timeout") { return .attempted }
        if reason.contains("FIN Timeout") { return .closing }
        if reason.contains("Reset") || reason.contains("reset") { return bytes == 0 ? .rejected : .reset }
        return .established
    }

    // MARK: Denied packets

    private func denied(
        _ message: inout AsaMessage, from: StaticString, _ sourceForm: AsaEndForm, to: StaticString,
        _ destinationForm: AsaEndForm
    ) throws(FieldError) -> Flow {
        let transport = message.transport(before: from)
        try message.skip(past: from)
        let source = try message.source(sourceForm)
        try message.skip(past: to)
        let destination = try message.destination(destinationForm)
        var flow = Self.flow(source, destination, transport)
        flow.state = .rejected
        if transport == .icmp || transport == .icmpV6 { flow.destinationPort = try message.typeAndCode() }
        if transport == .tcp { flow.flagsSent = message.flags() }
        // No request, but what came late of a connection the firewall has forgotten.
        if flow.flagsSent & ~TCPFlag.syn != 0 {
            flow.state = .unknown
            flow.traits = .isMidstream
        }
        return flow
    }

    /// `access-list outside denied tcp outside/10.1.2.1(4000) -> inside/10.1.1.2(22)`; ICMP has its type for the source's
    /// port and its code for the destination's. Returns: nil for a permitted packet.
    private func deniedByList(_ message: inout AsaMessage) throws(FieldError) -> Flow? {
        guard message.rest.contains(" denied ") else { return nil }
        try message.skip(past: " denied ")
        let transport = message.transport(before: "/")
        let source = try message.source(.inAccessList)
        try message.skip(past: "-> ")
        let destination = try message.destination(.inAccessList)
        var flow = Self.flow(source, destination, transport)
        flow.state = .rejected
        if transport == .icmp || transport == .icmpV6 {
            flow.sourcePort = 0
            flow.destinationPort = source.port << 8 | destination.port & 0xff
        }
        return flow
    }
}
