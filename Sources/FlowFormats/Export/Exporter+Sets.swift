internal import FlowModel

/// NetFlow v9 and IPFIX: messages made of sets.
extension Exporter {
    /// Decodes a message. A set that is wrong is passed over by its length; the first fault is thrown at the end.
    mutating func decodeSets(
        _ bytes: RawSpan, receivedAt: Timestamp?, waiting: inout WaitingSets, into batch: inout FlowBatch
    ) throws(DecodeError) {
        let header = try MessageHeader(of: bytes)
        clock.compare(exported: header.time.exported, receivedAt: receivedAt)
        var message = Message(budget: limits.values, time: header.time)
        message.time.correction = clock.correction
        var place = header.length
        while place + 4 <= header.end {
            let id = bytes.uint16(at: place)
            let length = Int(bytes.uint16(at: place + 2))
            // Some exporters fill their datagrams with zeros.
            if id == 0, length == 0, bytes.isZero(place..<header.end) { break }
            // A header can state a few bytes too few: what lies in the datagram whole is read.
            guard length >= 4, place + length <= bytes.byteCount else {
                message.note(DecodeError(.badSetLength, at: place))
                break
            }
            let end = place + length
            do throws(DecodeError) {
                if id >= 256 {
                    try decodeData(id, bytes, place, end, &message, &waiting, &batch)
                } else if id == header.templateSet || id == header.optionsSet {
                    let isOptions = id == header.optionsSet
                    let set = TemplateSet(
                        header: header, isOptions: isOptions, from: place + 4, to: end, limits: limits)
                    try takeTemplates(set, bytes, &waiting, &batch)
                } else {
                    counts.unknownSets += 1
                }
            } catch {
                counts.brokenSets += 1
                message.note(error)
            }
            place = end
        }
        sequence.take(
            header.sequence, units: header.isNetFlow9 ? 1 : message.records.map { UInt32(clamping: $0) },
            counts: &counts)
        if let fault = message.fault { throw fault }
    }

    /// What is kept while a message is decoded.
    private struct Message {
        /// Values that may still be decoded.
        var budget: Int
        var time: MessageTime
        /// Data records so far; nil where a set could not be counted.
        var records: Int? = 0
        var fault: DecodeError?

        mutating func note(_ error: DecodeError) {
            if fault == nil { fault = error }
            records = nil
        }
    }

    private mutating func decodeData(
        _ id: UInt16, _ bytes: RawSpan, _ start: Int, _ end: Int, _ message: inout Message,
        _ waiting: inout WaitingSets, _ batch: inout FlowBatch
    ) throws(DecodeError) {
        guard let plan = templates[id] else {
            message.records = nil
            let key = WaitingSets.Key(exporter: index, template: id)
            if !waiting.keep(bytes, start, end, message.time, for: key) { counts.lostSets += 1 }
            return
        }
        let records = try decodeRecords(plan, bytes, start + 4, end, message.time, &message.budget, &batch)
        message.records? += records
    }

    private mutating func takeTemplates(
        _ set: TemplateSet, _ bytes: RawSpan, _ waiting: inout WaitingSets, _ batch: inout FlowBatch
    ) throws(DecodeError) {
        var set = set
        var fault: DecodeError?
        while let item = try set.next(bytes) {
            switch item {
            case .withdrawal(let id): withdraw(id)
            case .template(let id, let plan):
                guard templates.count < limits.templates || templates[id] != nil else {
                    fault = fault ?? DecodeError(.tooManyTemplates, at: set.place)
                    continue
                }
                templates[id] = plan
                counts.templates += 1
                for entry in waiting.take(WaitingSets.Key(exporter: index, template: id)) {
                    decodeLate(entry, plan, &batch)
                }
            }
        }
        if let fault { throw fault }
    }

    private mutating func decodeLate(_ entry: WaitingSets.Entry, _ plan: RecordPlan, _ batch: inout FlowBatch) {
        var budget = limits.values
        let bytes = entry.bytes.span.bytes
        do throws(DecodeError) {
            _ = try decodeRecords(plan, bytes, 8, bytes.byteCount, entry.time, &budget, &batch)
            counts.lateSets += 1
        } catch {
            counts.brokenSets += 1
        }
    }

    /// Forgets a template; by the ids of their sets all templates, or all options templates (RFC 7011, 8.1).
    private mutating func withdraw(_ id: UInt16) {
        switch id {
        case 2: templates = templates.filter { $0.value.kind == .options }
        case 3: templates = templates.filter { $0.value.kind != .options }
        default: templates[id] = nil
        }
    }
}
