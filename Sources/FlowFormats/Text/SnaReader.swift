import FlowModel

/// A reader of flow searches of Cisco Secure Network Analytics, whatever they were written as.
protocol SnaReader: RowReader {}

extension SnaReader {
    @inline(__always)
    mutating func flow(of bytes: Span<UInt8>, into batch: inout FlowBatch) throws(FieldError) -> Flow? {
        let start = try row.civilTime(.start, of: bytes)
        let source = try row.address(.source, of: bytes)
        let sourceEnd = try SnaFields.endpoint(row.take(.sourcePort, of: bytes))
        let destination = try row.address(.destination, of: bytes)
        let destinationEnd = try SnaFields.endpoint(row.take(.destinationPort, of: bytes))
        let sent = try SnaFields.size(row.take(.bytesSent, of: bytes))
        let received = try SnaFields.size(row.take(.bytesReceived, of: bytes))
        // Rounded by the exporter on its own, so it is not always the sum.
        let total = row.take(.bytes, of: bytes)
        let reported = total.isEmpty ? 0 : try SnaFields.size(total)
        let lasting = row.take(.duration, of: bytes)
        let duration = lasting.isEmpty ? 0 : try SnaFields.duration(lasting)
        var flow = Flow(
            source: source, destination: destination, start: start, duration: duration,
            transport: sourceEnd.transport, sourcePort: sourceEnd.port, destinationPort: destinationEnd.port,
            bytesSent: sent, bytesReceived: received)
        flow.reportedBytes = reported
        flow.packetsSent = try row.count(.packetsSent, of: bytes)
        flow.packetsReceived = try row.count(.packetsReceived, of: bytes)
        flow.application = name(.application, of: bytes, &batch)
        flow.sourceGroups = GroupSetID(rawValue: name(.sourceGroups, of: bytes, &batch).rawValue)
        flow.destinationGroups = GroupSetID(rawValue: name(.destinationGroups, of: bytes, &batch).rawValue)
        batch.nameKinds.insert([.application, .groups])
        if row.has(.action), FirewallAction.isRefusal(row.text(.action, of: bytes)) { flow.state = .rejected }
        if row.has(.direction), row.text(.direction, of: bytes).isEqual(to: "Server") { flow.turnAround() }
        return flow
    }

    private func name(_ column: Column, of bytes: Span<UInt8>, _ batch: inout FlowBatch) -> NameID {
        let text = row.fields.field(column, of: bytes)
        return SnaFields.isNothing(text) ? .none : batch.names.intern(text)
    }
}
