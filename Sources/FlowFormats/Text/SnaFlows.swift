import FlowModel

/// Records to flows.
struct SnaFlows: Sendable {
    private var times = CivilTimeParser()

    /// Appends the flow of a record whose fields stand in `bytes`, or counts it as broken. Parameter line: where the
    /// record begins, from 1 at the start of the batch.
    mutating func append(
        _ record: FieldPlaces<SnaColumn>, of bytes: Span<UInt8>, line: Int, into batch: inout FlowBatch
    ) {
        for column in SnaColumn.allCases where column.isNeeded && !record.isSet(column) {
            batch.reject(.missingField, field: column.field, line: line, excerpt: bytes.extracting(0..<0))
            return
        }
        var column = SnaColumn.start
        do throws(FieldError) {
            let start = try times.parse(record.field(.start, of: bytes).trimmed)
            column = .subjectAddress
            let source = try Field.address(record.field(.subjectAddress, of: bytes).trimmed)
            column = .subjectPort
            let sourceEnd = try SnaFields.endpoint(record.field(.subjectPort, of: bytes))
            column = .peerAddress
            let destination = try Field.address(record.field(.peerAddress, of: bytes).trimmed)
            column = .peerPort
            let destinationEnd = try SnaFields.endpoint(record.field(.peerPort, of: bytes))
            column = .subjectBytes
            let sent = try SnaFields.size(record.field(.subjectBytes, of: bytes))
            column = .peerBytes
            let received = try SnaFields.size(record.field(.peerBytes, of: bytes))
            column = .totalBytes
            // Rounded by the exporter on its own, so it is not always the sum.
            let total = record.field(.totalBytes, of: bytes)
            let reported = total.isEmpty ? 0 : try SnaFields.size(total)
            column = .duration
            let lasting = record.field(.duration, of: bytes)
            let duration = lasting.isEmpty ? 0 : try SnaFields.duration(lasting)
            var flow = Flow(
                source: source, destination: destination, start: start, duration: duration,
                transport: sourceEnd.transport, sourcePort: sourceEnd.port, destinationPort: destinationEnd.port,
                bytesSent: sent, bytesReceived: received)
            flow.reportedBytes = reported
            flow.application = Self.name(record.field(.application, of: bytes), &batch)
            flow.sourceGroups = GroupSetID(
                rawValue: Self.name(record.field(.subjectGroups, of: bytes), &batch).rawValue)
            flow.destinationGroups = GroupSetID(
                rawValue: Self.name(record.field(.peerGroups, of: bytes), &batch).rawValue)
            batch.nameKinds.insert([.application, .groups])
            batch.flows.append(flow)
        } catch {
            let field: FieldName = error.reason == .unknownProtocol ? .transport : column.field
            batch.reject(error.reason, field: field, line: line, excerpt: record.field(column, of: bytes))
        }
    }

    private static func name(_ text: Span<UInt8>, _ batch: inout FlowBatch) -> NameID {
        SnaFields.isNothing(text) ? .none : batch.names.intern(text)
    }
}
