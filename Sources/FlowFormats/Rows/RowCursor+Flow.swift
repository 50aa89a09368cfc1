import FlowModel

extension RowCursor {
    /// The flow of a row: ends, times, protocol and counts. What is left, states, flags, names, is each format's own.
    @inline(__always)
    mutating func flow(of line: Span<UInt8>) throws(FieldError) -> Flow {
        let start = try time(.start, of: line)
        let duration = try duration(of: line, from: start)
        let source = try address(.source, of: line)
        let destination = try address(.destination, of: line)
        return try flow(of: line, from: source, to: destination, start: start, duration: duration)
    }

    /// As `flow(of:)` where the format writes ends and times in a way of its own.
    @inline(__always)
    mutating func flow(
        of line: Span<UInt8>, from source: IPAddress, to destination: IPAddress, start: Timestamp, duration: Int64
    ) throws(FieldError) -> Flow {
        var flow = Flow(source: source, destination: destination, start: start, duration: duration)
        flow.transport = transport(of: line) ?? .unknown
        // Of ESP and others without ports the columns hold something else, such as the SPI.
        if flow.transport.mayHavePorts {
            flow.sourcePort = try port(.sourcePort, of: line)
            flow.destinationPort =
                hasTypeDotCode && (flow.transport == .icmp || flow.transport == .icmpV6)
                ? try icmpPort(.destinationPort, of: line) : try port(.destinationPort, of: line)
        }
        try takeCounts(of: line, into: &flow)
        return flow
    }

    /// Bytes and packets of each way; where only one way and the sum are written, the other is what is left.
    @inline(__always)
    private mutating func takeCounts(of line: Span<UInt8>, into flow: inout Flow) throws(FieldError) {
        flow.bytesSent = try count(.bytesSent, of: line)
        flow.bytesReceived = try count(.bytesReceived, of: line)
        flow.packetsSent = try count(.packetsSent, of: line)
        flow.packetsReceived = try count(.packetsReceived, of: line)
        if has(.bytes) {
            let total = try count(.bytes, of: line)
            Self.split(
                total, sent: &flow.bytesSent, has(.bytesSent), received: &flow.bytesReceived, has(.bytesReceived))
            if !has(.bytesSent) && !has(.bytesReceived) { flow.traits.insert(.bytesAreTotal) }
        }
        if has(.packets) {
            let total = try count(.packets, of: line)
            Self.split(
                total, sent: &flow.packetsSent, has(.packetsSent), received: &flow.packetsReceived,
                has(.packetsReceived))
        }
    }

    private static func split(
        _ total: UInt64, sent: inout UInt64, _ hasSent: Bool, received: inout UInt64, _ hasReceived: Bool
    ) {
        switch (hasSent, hasReceived) {
        case (true, true): break
        case (true, false):
            sent = min(sent, total)
            received = total - sent
        case (false, true):
            received = min(received, total)
            sent = total - received
        case (false, false): sent = total
        }
    }
}

extension Flow {
    /// Makes the destination the side that opened the flow.
    mutating func turnAround() {
        swap(&source, &destination)
        swap(&sourcePort, &destinationPort)
        swap(&flagsSent, &flagsReceived)
        swap(&sourceGroups, &destinationGroups)
        guard !traits.contains(.bytesAreTotal) else { return }
        swap(&bytesSent, &bytesReceived)
        swap(&packetsSent, &packetsReceived)
    }
}

extension Transport {
    /// Whether records of the protocol have ports, or ICMP's type and code in their place.
    @inline(__always)
    var mayHavePorts: Bool {
        switch rawValue {
        // ICMP, TCP, UDP, DCCP, ICMPv6, SCTP, UDP-Lite, not known.
        case 1, 6, 17, 33, 58, 132, 136, 255: true
        default: false
        }
    }
}
