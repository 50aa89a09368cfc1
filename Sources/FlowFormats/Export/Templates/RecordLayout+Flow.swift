internal import FlowModel

extension RecordLayout {
    /// Fills an empty flow in where it stands, from the record at `record`. Its counters are as the record states them.
    @inline(__always)
    func fill(_ flow: inout Flow, _ bytes: RawSpan, _ record: Int, _ time: MessageTime) {
        (flow.source, flow.destination) = addresses(bytes, record)
        let (start, duration) = span(bytes, record, time)
        flow.start = Timestamp(nanoseconds: start)
        flow.duration = duration
        flow.transport = Transport(rawValue: UInt8(truncatingIfNeeded: value(.transport, bytes, record)))
        flow.sourcePort = UInt16(truncatingIfNeeded: value(.sourcePort, bytes, record))
        flow.destinationPort = UInt16(truncatingIfNeeded: value(.destinationPort, bytes, record))
        flow.bytesSent = value(.bytesSent, bytes, record)
        flow.packetsSent = value(.packetsSent, bytes, record)
        flow.flagsSent = UInt8(truncatingIfNeeded: value(.flagsSent, bytes, record))
        if hasWayBack {
            flow.bytesReceived = value(.bytesReceived, bytes, record)
            flow.packetsReceived = value(.packetsReceived, bytes, record)
            flow.flagsReceived = UInt8(truncatingIfNeeded: value(.flagsReceived, bytes, record))
        }
        if !has(.transport) { flow.transport = .unknown }
        if hasRareFields { addRare(to: &flow, bytes, record) }
        // Of the flags of one way alone the joining of records makes the state.
        if hasWayBack, flow.hasWayBack { flow.settleState() }
    }

    @inline(__always)
    private func addresses(_ bytes: RawSpan, _ record: Int) -> (IPAddress, IPAddress) {
        var isV6 = family == .v6
        if family == .both {
            let version = value(.ipVersion, bytes, record)
            isV6 =
                version == 6
                || version != 4 && value(.source4, bytes, record) | value(.destination4, bytes, record) == 0
        }
        if isV6 {
            return (
                IPAddress(high: value(.source6High, bytes, record), low: value(.source6Low, bytes, record)),
                IPAddress(high: value(.destination6High, bytes, record), low: value(.destination6Low, bytes, record))
            )
        }
        return (
            IPAddress(v4: UInt32(truncatingIfNeeded: value(.source4, bytes, record))),
            IPAddress(v4: UInt32(truncatingIfNeeded: value(.destination4, bytes, record)))
        )
    }

    /// When the flow began and how long it lasted, of whichever of start, end, duration and observation there are. A
    /// record that states no time happened when it was exported.
    @inline(__always)
    private func span(_ bytes: RawSpan, _ record: Int, _ time: MessageTime) -> (start: Int64, duration: Int64) {
        let start = time.moment(value(.start, bytes, record), startUnit)
        var end = time.moment(value(.end, bytes, record), endUnit)
        if let start, let end { return (start, max(0, end.subtractingClamped(start))) }
        end = end ?? time.moment(value(.observed, bytes, record), observedUnit)
        let scale: Int64 = durationUnit == .durationMicroseconds ? 1000 : 1_000_000
        let duration = Int64(min(value(.duration, bytes, record), 1 << 40)) * scale
        if let start { return (start, end.map { max(0, $0.subtractingClamped(start)) } ?? duration) }
        let last = end ?? time.exported.addingClamped(time.correction)
        return (last.subtractingClamped(duration), duration)
    }

    @inline(never)
    private func addRare(to flow: inout Flow, _ bytes: RawSpan, _ record: Int) {
        flow.flagsSent |= UInt8(truncatingIfNeeded: value(.firstFlagsSent, bytes, record))
        flow.flagsReceived |= UInt8(truncatingIfNeeded: value(.firstFlagsReceived, bytes, record))
        if flow.destinationPort == 0, flow.transport == .icmp || flow.transport == .icmpV6 {
            let type = value(.icmpType, bytes, record) << 8 | value(.icmpCode, bytes, record)
            flow.destinationPort = UInt16(truncatingIfNeeded: value(.icmpTypeAndCode, bytes, record) | type)
        }
        if bytesAreTotal { flow.traits.insert(.bytesAreTotal) }
        // NSEL: what an access list refused.
        if value(.firewallEvent, bytes, record) == 3 { flow.state = .rejected }
        // RFC 5103: the source is not who began.
        if value(.direction, bytes, record) == 2 { flow.turnAround() }
    }

    /// Whether the record of an event is a flow: one that counts nothing is one only if it says that a connection was
    /// refused (3) or is over (2).
    @inline(__always)
    func isFlow(_ bytes: RawSpan, _ record: Int) -> Bool {
        let event = value(.firewallEvent, bytes, record)
        if event == 2 || event == 3 { return true }
        return value(.bytesSent, bytes, record) | value(.bytesReceived, bytes, record)
            | value(.packetsSent, bytes, record) | value(.packetsReceived, bytes, record) != 0
    }

    /// How many packets each packet of the record stands for; nil where the record does not say.
    func samplingRate(_ bytes: RawSpan, _ record: Int) -> UInt32? {
        let oneIn = value(.oneIn, bytes, record)
        if oneIn > 0 { return UInt32(clamping: oneIn) }
        let interval = value(.packetInterval, bytes, record)
        if interval > 0 {
            return UInt32(clamping: interval.addingClamped(value(.packetSpace, bytes, record)) / interval)
        }
        let size = value(.sampleSize, bytes, record)
        if size > 0 { return UInt32(clamping: max(1, value(.samplePopulation, bytes, record) / size)) }
        let chance = Double(bitPattern: value(.sampleChance, bytes, record))
        return chance > 1e-9 && chance <= 1 ? UInt32((1 / chance).rounded()) : nil
    }
}

extension Flow {
    /// Multiplies the counters by how many packets each packet stands for.
    @inline(__always)
    mutating func scale(by rate: UInt32) {
        guard rate > 1 else { return }
        bytesSent = bytesSent.multipliedClamped(rate)
        bytesReceived = bytesReceived.multipliedClamped(rate)
        packetsSent = packetsSent.multipliedClamped(rate)
        packetsReceived = packetsReceived.multipliedClamped(rate)
    }
}

extension UInt64 {
    fileprivate func multipliedClamped(_ factor: UInt32) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: UInt64(factor))
        return overflow ? .max : product
    }
}
