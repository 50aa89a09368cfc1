import FlowModel

/// A record of conn.log to a flow, whatever it was written as.
struct ZeekRow: Sendable {
    enum Column: Int, CaseIterable, Sendable {
        case time, source, sourcePort, destination, destinationPort, transport, service, duration, bytesSent
        case bytesReceived, state, history, packetsSent, packetsReceived, label, detail, path
    }

    /// Whether the label column is `tunnel_parents label detailed-label`, joined by blanks.
    var hasJoinedLabel = false
    private var times = CivilTimeParser()
    private var labelText: [UInt8] = []

    /// Appends the flow of a record whose fields stand in `line`, or counts it as broken.
    mutating func append(
        _ fields: FieldPlaces<Column>, of line: Span<UInt8>, number: Int, into batch: inout FlowBatch
    ) {
        var field = FieldName.time
        var column = Column.time
        do throws(FieldError) {
            let start = try Field.moment(fields.field(.time, of: line), &times)
            (field, column) = (.source, .source)
            let source = try Field.address(fields.field(.source, of: line))
            (field, column) = (.sourcePort, .sourcePort)
            let sourcePort = try Field.port(fields.field(.sourcePort, of: line))
            (field, column) = (.destination, .destination)
            let destination = try Field.address(fields.field(.destination, of: line))
            (field, column) = (.destinationPort, .destinationPort)
            let destinationPort = try Field.port(fields.field(.destinationPort, of: line))
            (field, column) = (.duration, .duration)
            let length = fields.field(.duration, of: line)
            let duration = Self.isUnset(length) ? 0 : try Field.duration(length)
            (field, column) = (.bytesSent, .bytesSent)
            let sent = try Self.count(fields.field(.bytesSent, of: line))
            (field, column) = (.bytesReceived, .bytesReceived)
            let received = try Self.count(fields.field(.bytesReceived, of: line))
            (field, column) = (.packetsSent, .packetsSent)
            let packetsSent = try Self.count(fields.field(.packetsSent, of: line))
            (field, column) = (.packetsReceived, .packetsReceived)
            let packetsReceived = try Self.count(fields.field(.packetsReceived, of: line))
            var flow = Flow(
                source: source, destination: destination, start: start, duration: duration,
                transport: Transport(text: fields.field(.transport, of: line)) ?? .unknown,
                sourcePort: sourcePort, destinationPort: destinationPort, bytesSent: sent, bytesReceived: received,
                packetsSent: packetsSent, packetsReceived: packetsReceived)
            (flow.state, flow.traits) = ZeekState.state(fields.field(.state, of: line))
            takeHistory(fields.field(.history, of: line), into: &flow)
            takeNames(fields, of: line, into: &flow, batch: &batch)
            batch.flows.append(flow)
        } catch {
            let hasNul = line.first(0, from: 0) != nil
            batch.reject(
                hasNul ? .nulByte : error.reason, field: field, line: number, excerpt: fields.field(column, of: line))
        }
    }

    private static func isUnset(_ text: Span<UInt8>) -> Bool {
        text.isEmpty || text.count == 1 && text[0] == UInt8(ascii: "-") || text.isEqual(to: "(empty)")
    }

    private static func count(_ text: Span<UInt8>) throws(FieldError) -> UInt64 {
        isUnset(text) ? 0 : try Field.unsigned(text)
    }

    /// Upper case is the originator, lower case the responder; h is a SYN with ACK.
    private func takeHistory(_ text: Span<UInt8>, into flow: inout Flow) {
        for index in text.indices {
            let letter = text[index]
            if letter == UInt8(ascii: "h") {
                flow.flagsReceived |= TCPFlag.syn | TCPFlag.acknowledge
            } else if letter >= 0x61 && letter <= 0x7a {
                flow.flagsReceived |= TCPFlag.of(letter & ~0x20)
            } else {
                flow.flagsSent |= TCPFlag.of(letter)
            }
        }
    }

    private mutating func takeNames(
        _ fields: FieldPlaces<Column>, of line: Span<UInt8>, into flow: inout Flow, batch: inout FlowBatch
    ) {
        let service = fields.field(.service, of: line)
        if !Self.isUnset(service) {
            flow.application = batch.names.intern(service)
            batch.nameKinds.insert(.application)
        }
        guard fields.isSet(.label) || fields.isSet(.detail) else { return }
        let label = fields.field(.label, of: line)
        labelText.removeAll(keepingCapacity: true)
        if hasJoinedLabel {
            appendWords(of: label, from: 1)
        } else {
            appendWords(of: label, from: 0)
            appendWords(of: fields.field(.detail, of: line), from: 0)
        }
        guard !labelText.isEmpty else { return }
        flow.label = batch.names.intern(labelText.span)
        batch.nameKinds.insert(.label)
    }

    /// Appends the words of `text`, the first `skipped` and lone `-` aside, each after a blank.
    private mutating func appendWords(of text: Span<UInt8>, from skipped: Int) {
        var word = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == 0x20 {
            if index > start {
                let isDash = index - start == 1 && text[start] == UInt8(ascii: "-")
                if word >= skipped && !isDash && !text.extracting(start..<index).isEqual(to: "(empty)") {
                    if !labelText.isEmpty { labelText.append(0x20) }
                    for place in start..<index { labelText.append(text[place]) }
                }
                word += 1
            }
            start = index + 1
        }
    }
}

/// Zeek's conn_state (documentation of base/protocols/conn).
enum ZeekState {
    static func state(_ text: Span<UInt8>) -> (ConnectionState, FlowTraits) {
        if text.isEqual(to: "SF") { return (.closed, []) }
        if text.isEqual(to: "S0") { return (.attempted, []) }
        if text.isEqual(to: "REJ") { return (.rejected, []) }
        if text.isEqual(to: "S1") { return (.established, []) }
        if text.isEqual(to: "S2") || text.isEqual(to: "S3") { return (.closing, []) }
        if text.isEqual(to: "RSTO") || text.isEqual(to: "RSTR") { return (.reset, []) }
        // The originator's SYN, then its own reset or FIN, and never an answer.
        if text.isEqual(to: "RSTOS0") || text.isEqual(to: "SH") { return (.attempted, []) }
        // Only the responder's side was seen, or neither end's beginning.
        if text.isEqual(to: "RSTRH") || text.isEqual(to: "SHR") || text.isEqual(to: "OTH") {
            return (.unknown, .isMidstream)
        }
        return (.unknown, [])
    }

    static func word(_ state: ConnectionState) -> StaticString {
        switch state {
        case .unknown: "-"
        case .attempted: "S0"
        case .rejected: "REJ"
        case .established: "S1"
        case .closing: "S2"
        case .closed: "SF"
        case .reset: "RSTO"
        }
    }
}
