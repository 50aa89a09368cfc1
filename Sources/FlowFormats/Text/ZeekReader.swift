import FlowModel

/// A reader of records of conn.log, whatever they were written as.
protocol ZeekReader: RowReader {
    /// How many words of the label column are not the label's: `tunnel_parents label detailed-label`, joined by blanks.
    var wordsBeforeLabel: Int { get }
}

extension ZeekReader {
    @inline(__always)
    mutating func flow(of bytes: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        var flow = try row.flow(of: bytes)
        (flow.state, flow.traits) = ZeekState.state(row.take(.state, of: bytes))
        Self.takeHistory(row.take(.history, of: bytes), into: &flow)
        flow.application = row.name(.application, of: bytes, &batch)
        if flow.application != .none { batch.nameKinds.insert(.application) }
        flow.label = row.label(of: bytes, skipping: wordsBeforeLabel, &batch)
        return flow
    }

    /// Upper case is the originator, lower case the responder; h is a SYN with ACK.
    private static func takeHistory(_ text: Span<UInt8>, into flow: inout Flow) {
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
}
