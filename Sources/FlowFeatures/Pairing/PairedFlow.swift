import FlowModel

/// What one-way records become: two of them one flow, or one alone.
enum PairedFlow {
    /// The flow of two records with swapped ends. Parameter first: the one that came first.
    static func join(_ first: Flow, _ second: Flow) -> Flow {
        let (question, answer) = isOpener(second, rather: first) ? (second, first) : (first, second)
        var flow = question
        flow.start = min(question.start, answer.start)
        flow.duration = max(question.end, answer.end).nanoseconds.subtractingClamped(flow.start.nanoseconds)
        flow.bytesReceived = answer.bytesSent
        flow.packetsReceived = answer.packetsSent
        flow.flagsReceived = answer.flagsSent
        if flow.label == .none { flow.label = answer.label }
        if flow.application == .none { flow.application = answer.application }
        if flow.sourceGroups == .none { flow.sourceGroups = answer.destinationGroups }
        if flow.destinationGroups == .none { flow.destinationGroups = answer.sourceGroups }
        if wasOpenBefore(question) && wasOpenBefore(answer) {
            flow.traits.insert(.isMidstream)
        } else {
            flow.traits.remove(.isMidstream)
        }
        flow.state = state(question, answer)
        return flow
    }

    /// Who opened a flow: the way with a SYN but no ACK; else, unless both ways were open before their records, the one
    /// that started earlier; else the one towards the lower port, which is the service's; else the one that came first.
    private static func isOpener(_ record: Flow, rather other: Flow) -> Bool {
        if asks(record) != asks(other) { return asks(record) }
        if record.start != other.start, !(wasOpenBefore(record) && wasOpenBefore(other)) {
            return record.start < other.start
        }
        return record.destinationPort < other.destinationPort
    }

    private static func asks(_ record: Flow) -> Bool {
        record.transport == .tcp && record.flagsSent & (TCPFlag.syn | TCPFlag.acknowledge) == TCPFlag.syn
    }

    /// Whether the flags, where the format has any, show no beginning.
    private static func wasOpenBefore(_ record: Flow) -> Bool {
        record.traits.contains(.isMidstream)
            || record.transport == .tcp && record.flagsSent != 0 && record.flagsSent & TCPFlag.syn == 0
    }

    private static func state(_ question: Flow, _ answer: Flow) -> ConnectionState {
        if question.state == .rejected || answer.state == .rejected { return .rejected }
        if question.state != .unknown { return question.state }
        guard question.transport == .tcp else { return .established }
        // Whether a packet without flags came back is not said by formats without flags.
        let hasFlags = question.flagsSent | answer.flagsSent != 0 || wasOpenBefore(question)
        guard hasFlags else { return .unknown }
        // Whatever comes back acknowledges, also where the exporter does not record it.
        return ConnectionState(flagsSent: question.flagsSent, flagsReceived: answer.flagsSent | TCPFlag.acknowledge)
    }

    /// The flow of a record whose reverse did not come.
    static func alone(_ record: Flow) -> Flow {
        guard record.transport == .tcp, record.state == .unknown else { return record }
        var flow = record
        let flags = flow.flagsSent
        if asks(flow) {
            flow.state = .attempted
        } else if flags != 0 || wasOpenBefore(flow) {
            // An acknowledgement says that the other way exists, though no record of it came.
            flow.state =
                flags & TCPFlag.reset != 0 ? .reset : flags & TCPFlag.fin != 0 ? .closing : .established
            let isAnswer = flags == TCPFlag.syn | TCPFlag.acknowledge
            if isAnswer || wasOpenBefore(flow) { flow.traits.insert(.isMidstream) }
        }
        return flow
    }
}
