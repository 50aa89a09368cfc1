internal import FlowModel

extension Exporter {
    /// Decodes the records of a set between two offsets. Returns: how many there were.
    mutating func decodeRecords(
        _ plan: RecordPlan, _ bytes: RawSpan, _ start: Int, _ end: Int, _ time: MessageTime, _ budget: inout Int,
        _ batch: inout FlowBatch
    ) throws(DecodeError) -> Int {
        let limit = max(0, budget) / plan.fieldCount
        let count: Int
        let ending: RecordPlan.Ending
        switch plan.kind {
        case .flow: (count, ending) = decodeFlows(plan, bytes, start, end, time, limit, &batch)
        case .options:
            (count, ending) = plan.forEachRecord(bytes, from: start, to: end, limit: limit) { layout, record in
                takeOptions(layout, bytes, record)
            }
            counts.optionsRecords += UInt64(count)
        case .other:
            (count, ending) = plan.forEachRecord(bytes, from: start, to: end, limit: limit) { _, _ in }
            counts.otherRecords += UInt64(count)
            batch.skipped.count(.otherEvent, count)
        }
        budget -= count * plan.fieldCount
        switch ending {
        case .done: return count
        case .tooMany(let place): throw DecodeError(.tooManyValues, at: place)
        case .broken(let place): throw DecodeError(.badVariableField, at: place)
        }
    }

    private mutating func decodeFlows(
        _ plan: RecordPlan, _ bytes: RawSpan, _ start: Int, _ end: Int, _ time: MessageTime, _ limit: Int,
        _ batch: inout FlowBatch
    ) -> (Int, RecordPlan.Ending) {
        var reading = Reading(time: time, rate: sampling.usual, empty: emptyFlow)
        // IPFIX has no uptime in its header.
        reading.needsStart = time.uptime == nil && plan.layout.statesUptime
        reading.isSampled = !plan.layout.present.isDisjoint(with: .sampling)
        var walk = (count: 0, ending: RecordPlan.Ending.done)
        let most = min(limit, (end - start) / plan.length)
        batch.flows.append(addingCapacity: most) { (flows: inout OutputSpan<Flow>) in
            if plan.skips.isEmpty {
                // As `forEachRecord`, with the layout in place: handing it on would copy it for each record.
                let layout = plan.layout
                var record = start
                for _ in 0..<most {
                    take(layout, bytes, record, &reading, &flows)
                    record = record &+ plan.length
                }
                walk.count = most
                if record &+ plan.length <= end { walk.ending = .tooMany(at: record) }
            } else {
                walk = plan.forEachRecord(bytes, from: start, to: end, limit: limit) { layout, record in
                    takeApart(layout, bytes, record, &reading, &flows)
                }
            }
        }
        samplingRate = reading.rate
        if reading.begins > 0 { batch.skipped.count(.begin, reading.begins) }
        return walk
    }

    /// What is kept while the flows of a set are read.
    private struct Reading {
        var time: MessageTime
        var rate: UInt32
        let empty: Flow
        var needsStart = false
        var isSampled = false
        /// Events that a connection began.
        var begins = 0
    }

    @inline(__always)
    private mutating func take(
        _ layout: RecordLayout, _ bytes: RawSpan, _ record: Int, _ reading: inout Reading,
        _ flows: inout OutputSpan<Flow>
    ) {
        if layout.hasEvents, !layout.isFlow(bytes, record) {
            reading.begins += 1
            return
        }
        if reading.needsStart { reading.time.started = started(layout, bytes, record, reading.time) }
        if reading.isSampled { reading.rate = samplingRate(layout, bytes, record) }
        // Filled in where it stands: copying one whose bytes were just written singly stalls.
        let place = flows.count
        flows.append(reading.empty)
        layout.fill(&flows[place], bytes, record, reading.time)
        flows[place].scale(by: reading.rate)
    }

    /// The same, not inlined: fields of variable length are rare.
    @inline(never)
    private mutating func takeApart(
        _ layout: RecordLayout, _ bytes: RawSpan, _ record: Int, _ reading: inout Reading,
        _ flows: inout OutputSpan<Flow>
    ) {
        take(layout, bytes, record, &reading, &flows)
    }

    /// A flow of which nothing is known but who exported it.
    var emptyFlow: Flow {
        var flow = Flow(source: .unspecified, destination: .unspecified, start: Timestamp(nanoseconds: 0))
        flow.origin = origin
        return flow
    }

    private mutating func started(
        _ layout: RecordLayout, _ bytes: RawSpan, _ record: Int, _ time: MessageTime
    ) -> Int64 {
        let stated = layout.value(.started, bytes, record)
        if stated > 0 { return Int64(min(stated, 9_223_372_036_854)) * 1_000_000 }
        return clock.start(exported: time.exported, recordEnd: layout.value(.end, bytes, record))
    }

    private func samplingRate(_ layout: RecordLayout, _ bytes: RawSpan, _ record: Int) -> UInt32 {
        if let rate = layout.samplingRate(bytes, record) { return rate }
        return layout.has(.sampler) ? sampling.rate(ofSampler: layout.value(.sampler, bytes, record)) : sampling.usual
    }

    private mutating func takeOptions(_ layout: RecordLayout, _ bytes: RawSpan, _ record: Int) {
        if let rate = layout.samplingRate(bytes, record) {
            sampling.take(rate, ofSampler: layout.has(.sampler) ? layout.value(.sampler, bytes, record) : nil)
        }
        let started = layout.value(.started, bytes, record)
        if started > 0 { clock.started = Int64(min(started, 9_223_372_036_854)) * 1_000_000 }
    }
}
