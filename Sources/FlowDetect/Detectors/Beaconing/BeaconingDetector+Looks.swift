import FlowFeatures
import FlowMath
import FlowModel

/// Whether the calls of a (pair, port) follow a clock, and what is said of it.
extension BeaconingDetector {
    /// Looks for a clock in the last calls. Parameter newest: how many of them count, where it is reported again.
    mutating func look(
        _ track: Int, newest: Int? = nil, at last: Timestamp, tables: FlowTables, findings: inout FindingSink
    ) {
        let count = tracks[track].calls
        let kept = min(newest ?? count, Self.keptCalls)
        let base = track * Self.keptCalls
        // The last word is that of all calls.
        if newest == nil { pasts[track].seenCalls = count }
        let first = calls[base + (count - kept) & (Self.keptCalls - 1)]
        times.removeAll(keepingCapacity: true)
        for place in 0..<kept {
            times.append(Double(calls[base + (count - kept + place) & (Self.keptCalls - 1)] &- first) / 100)
        }
        if tracks[track].nextRetelling != 0 { tracks[track].nextRetelling = Self.tick(last) &+ Self.retryTicks }
        // One that stopped in between has not gone on.
        if newest != nil, hasStopped { return }
        guard let (clock, calls) = clockOfTimes(), newest != nil || count >= 2 * pasts[track].reported else { return }
        tracks[track].nextRetelling = Self.tick(last) &+ Self.retellTicks
        if newest == nil { pasts[track].reported = count }
        report(track, clock, calls: calls, last: last, length: times.last ?? 0, tables: tables, findings: &findings)
    }

    /// Whether half of the time of `times` and more went by without a call.
    private var hasStopped: Bool {
        let length = times.last ?? 0
        return zip(times, times.dropFirst()).contains { $1 - $0 > length / 2 }
    }

    /// The clock that `times` follow, and how many calls that is where some come in pairs.
    private mutating func clockOfTimes() -> (clock: Periodicity, calls: Int)? {
        for deadTime in Self.deadTimes {
            intervals.removeAll(keepingCapacity: true)
            var last = -Double.infinity
            for time in times where time - last >= deadTime {
                if last >= 0 { intervals.append(time - last) }
                last = time
            }
            if deadTime > Self.deadTimes[0] {
                let left = Double(intervals.count + 1)
                guard intervals.count + 1 >= Self.leastCalls else { return nil }
                guard left <= (1 - Self.pairedShare) * Double(times.count),
                    // Half of them are that long.
                    intervals.count(where: { $0 >= Self.pairedDistance * deadTime }) >= (intervals.count + 1) / 2
                else { continue }
            }
            if let clock = Periodicity(intervals, deadTime: deadTime, scratch: &scratch) {
                return (clock, intervals.count + 1)
            }
        }
        return nil
    }

    private mutating func report(
        _ track: Int, _ clock: Periodicity, calls: Int, last: Timestamp, length: Double, tables: FlowTables,
        findings: inout FindingSink
    ) {
        let sample = pasts[track].sample
        let isSilent = Double(tracks[track].unanswered) >= Self.silentShare * Double(tracks[track].flows)
        let source = sample.sourceHost.index
        if isSilent, !tracks[track].isSilentBeacon {
            tracks[track].isSilentBeacon = true
            silent[source] = silent[source].addingClamped(1)
        }
        let clients = 1 + tables.network.otherCallers(of: sample.destinationHost, besides: sample.pair)
        let since = Double(last.nanoseconds) * 1e-9 - Double(pasts[track].first.nanoseconds) * 1e-9
        var most = Self.clockEvidence + Self.lastingEvidence * min(1, max(0, since) / Self.lastingSeconds)
        if isSilent {
            most += Self.silentEvidence
        } else if !BeaconingReason.usualPorts.contains(sample.destinationPort) {
            most += Self.unusualPortEvidence
        }
        // The more peers a host has, the sooner one of them looks regular.
        var evidence = min(most, clock.evidence - logarithm(Double(max(1, peers[source]))))
        if isSilent, silent[source] > Self.silentPeers { evidence = min(evidence, Self.peerToPeerEvidence) }
        evidence -= Self.clientEvidence * max(0, logarithm2(Double(clients) / Self.ordinaryClients))
        evidence -= max(0, logarithm(Double(peers[source]) / Self.ordinaryPeers))
        let flows = Int(tracks[track].flows - pasts[track].seenFlows)
        pasts[track].seenFlows = tracks[track].flows
        pasts[track].callsAtFinding = tracks[track].calls
        guard evidence > 0 || findings.takesAll else {
            findings.count(Self.name, 1)
            return
        }
        findings.add(
            Finding(
                detector: Self.name, subject: sample.sourceKey, peer: sample.destination,
                span: Window(start: last.advanced(by: -Int64(length * 1e9)), end: max(last, sample.end)),
                score: clock.evidence, baseline: clock.threshold, evidence: max(0, evidence), flows: flows,
                reason: BeaconingReason(
                    period: clock.period, jitter: clock.jitter, missed: clock.missed, calls: calls,
                    port: sample.destinationPort, transport: sample.transport,
                    unanswered: Double(tracks[track].unanswered) / Double(tracks[track].flows),
                    clients: clients),
                sample: tables.sample(sample)))
    }
}
