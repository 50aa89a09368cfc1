internal import FlowModel

extension Exporter {
    /// Decodes the records of a set between two offsets. Returns: how many there were.
    mutating func decodeRecords(
        _ plan: RecordPlan, _ bytes: RawSpan, _ start: Int, _ end: Int, _ time: MessageTime, _ budget: inout Int,
        _ batch: inout FlowBatch
    ) throws(DecodeError) -> Int {
        var cursor = RecordCursor(plan: plan, from: start, to: end)
        let allowed = max(0, budget) / plan.fieldCount
        var count = 0
        switch plan.kind {
        case .flow: count = decodeFlows(&cursor, bytes, time, atMost: allowed, &batch)
        case .options:
            while count < allowed, cursor.advance(bytes) {
                takeOptions(cursor.plan, bytes, cursor.record)
                count += 1
            }
            counts.optionsRecords += UInt64(count)
        case .other:
            while count < allowed, cursor.advance(bytes) { count += 1 }
            counts.otherRecords += UInt64(count)
            batch.skipped.count(.otherEvent, count)
        }
        budget -= count * plan.fieldCount
        if cursor.isBroken { throw DecodeError(.badVariableField, at: cursor.record) }
        if count == allowed, cursor.advance(bytes) { throw DecodeError(.tooManyValues, at: cursor.record) }
        return count
    }

    private mutating func decodeFlows(
        _ cursor: inout RecordCursor, _ bytes: RawSpan, _ time: MessageTime, atMost allowed: Int,
        _ batch: inout FlowBatch
    ) -> Int {
        var time = time
        var count = 0
        let isSampled = !cursor.plan.present.isDisjoint(with: .sampling)
        // IPFIX has no uptime in its header.
        let needsStart = time.uptime == nil && (cursor.plan.startUnit == .uptime || cursor.plan.endUnit == .uptime)
        samplingRate = sampling.usual
        while count < allowed, cursor.advance(bytes) {
            count += 1
            let record = cursor.record
            guard cursor.plan.isFlow(bytes, record) else {
                batch.skipped.count(.begin)
                continue
            }
            if needsStart { time.started = started(cursor.plan, bytes, record, time) }
            if isSampled { samplingRate = rate(cursor.plan, bytes, record) }
            var flow = cursor.plan.flow(bytes, record, time)
            flow.scale(by: samplingRate)
            flow.origin = origin
            batch.flows.append(flow)
        }
        return count
    }

    private mutating func started(
        _ plan: RecordPlan, _ bytes: RawSpan, _ record: Int, _ time: MessageTime
    ) -> Int64 {
        let stated = plan.value(.started, bytes, record)
        if stated > 0 { return Int64(min(stated, 9_223_372_036_854)) * 1_000_000 }
        return clock.start(exported: time.exported, recordEnd: plan.value(.end, bytes, record))
    }

    private func rate(_ plan: RecordPlan, _ bytes: RawSpan, _ record: Int) -> UInt32 {
        if let rate = plan.samplingRate(bytes, record) { return rate }
        return plan.has(.sampler) ? sampling.rate(ofSampler: plan.value(.sampler, bytes, record)) : sampling.usual
    }

    private mutating func takeOptions(_ plan: RecordPlan, _ bytes: RawSpan, _ record: Int) {
        if let rate = plan.samplingRate(bytes, record) {
            sampling.take(rate, ofSampler: plan.has(.sampler) ? plan.value(.sampler, bytes, record) : nil)
        }
        let started = plan.value(.started, bytes, record)
        if started > 0 { clock.started = Int64(min(started, 9_223_372_036_854)) * 1_000_000 }
    }
}
