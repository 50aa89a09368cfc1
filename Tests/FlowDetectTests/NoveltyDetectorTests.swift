import FlowDetect
import FlowModel
import FlowTestKit
import Testing

/// A host that calls the same server every five minutes for so many hours, then something else.
private struct Habit {
    var hours = 12
    var host = 1
    var isV6 = false

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    func call(
        _ peer: Int, port: UInt16 = 443, minute: Int, state: ConnectionState = .closed
    ) -> Flow {
        var flow = Flow(
            source: address(host), destination: address(peer),
            start: Timestamp(seconds: 1_600_000_200 + Int64(minute) * 60), transport: .tcp, state: state,
            sourcePort: 50_000, destinationPort: port, bytesSent: 700, bytesReceived: 1500, packetsSent: 8,
            packetsReceived: 8)
        if state == .attempted { (flow.bytesSent, flow.packetsSent, flow.bytesReceived) = (60, 1, 0) }
        flow.traits = [.sourceIsHome, .destinationIsHome]
        return flow
    }

    var flows: [Flow] { (0..<hours * 12).map { call(900, minute: $0 * 5) } }
    /// Ten minutes after the last.
    var after: Int { hours * 60 + 5 }
}

private func ports(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: NewPortDetector(NoveltySettings()), in: flows, batch: batch)
}

private func peers(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: NewPeerDetector(NoveltySettings()), in: flows, batch: batch)
}

private func kinds(_ findings: [Finding]) -> [NoveltyReason.Kind] {
    findings.compactMap { ($0.reason as? NoveltyReason)?.kind }
}

@Test func `a host of steady habits that uses a new port is said, at both ends`() throws {
    let habit = Habit()
    let found = ports(habit.flows + [habit.call(900, port: 4444, minute: habit.after)])
    #expect(kinds(found) == [.portUsed, .portOffered])
    #expect(found.map(\.subject) == [habit.address(1), habit.address(900)])
    // 66 slices that count without news, drawn to the group's (0 + 1) / (66 + 2) by 6: 1 of 816 is new; ln(816 / 12).
    #expect(abs(try #require(found.first).evidence - 4.2) < 0.1)
}

@Test func `a first peer of a host of steady habits is said, once`() {
    let habit = Habit()
    let found = peers(
        habit.flows + [habit.call(901, minute: habit.after), habit.call(901, minute: habit.after + 200)])
    #expect(kinds(found) == [.peer])
    #expect(found.first?.peer == habit.address(901))
}

@Test func `a first outside network says more than a first peer in a known one`() {
    let habit = Habit()
    func outside(_ address: UInt32, _ minute: Int) -> Flow {
        var flow = habit.call(900, minute: minute)
        flow.destination = IPAddress(v4: address)
        flow.traits = .sourceIsHome
        return flow
    }
    // A new peer of the same network every 20 minutes, then one of another.
    let flows = (0..<36).map { outside(0x5bb8_d800 + UInt32($0), $0 * 20) } + [outside(0x0808_0808, 725)]
    #expect(kinds(peers(flows)) == [.network])
}

@Test func `what is learning, always new, unanswered or from outside says nothing`() {
    let habit = Habit()
    #expect(ports(Habit(hours: 0).flows + [habit.call(900, port: 4444, minute: 10)]).isEmpty)
    let restless = (0..<144).map { habit.call(1000 + $0, port: 1000 + UInt16($0), minute: $0 * 5) }
    #expect(ports(restless).isEmpty && peers(restless).isEmpty)
    let vain = [habit.call(901, port: 4444, minute: habit.after, state: .attempted)]
    #expect(ports(habit.flows + vain).isEmpty && peers(habit.flows + vain).isEmpty)
    var strange = habit.flows + [habit.call(901, port: 4444, minute: habit.after)]
    for index in strange.indices { strange[index].traits = [] }
    #expect(ports(strange).isEmpty && peers(strange).isEmpty)
}

@Test func `a scan teaches nothing: what it tried in vain is new when it answers`() {
    let habit = Habit()
    let scan = (0..<500).map { habit.call(900, port: UInt16(4000 + $0), minute: 300, state: .attempted) }
    let flows = (habit.flows + scan).sorted { $0.start < $1.start }
    #expect(kinds(ports(flows + [habit.call(900, port: 4444, minute: habit.after)])) == [.portUsed, .portOffered])
}

@Test func `what many of the group do in the same stretch is ordinary`() {
    var flows: [Flow] = []
    for host in 1...20 { flows += Habit(host: host).flows }
    for host in 1...20 {
        var call = Habit(host: host).call(905, minute: Habit().after)
        call.start = call.start.advanced(by: Int64(host) * 9_000_000_000)
        flows.append(call)
    }
    flows.sort { $0.start < $1.start }
    // The first few cannot know that others follow, and what the network does is read two windows later.
    #expect(peers(flows).count <= 6)
}

@Test func `what was not used for longer than the memory is new again`() {
    let habit = Habit()
    func told(afterDays days: Int) -> Int {
        // The other port once, then the habit alone for days, then the other port.
        let calls = (0..<days * 144).map { habit.call(900, minute: 10 + $0 * 10) }
        return ports(
            [habit.call(900, port: 22, minute: 0)] + calls + [
                habit.call(900, port: 22, minute: 10 + days * 1440)
            ]
        ).count
    }
    #expect(told(afterDays: 3) == 0)
    #expect(told(afterDays: 40) == 2)
}

@Test func `news are the same over IPv6 and in any batches`() {
    func flows(_ habit: Habit) -> [Flow] {
        habit.flows + (0..<5).map { habit.call(901 + $0, port: UInt16(5000 + $0), minute: habit.after + 30 * $0) }
    }
    let four = flows(Habit())
    let six = flows(Habit(isV6: true))
    #expect(ports(four).map(\.evidence) == ports(six).map(\.evidence) && !ports(four).isEmpty)
    #expect(peers(four).map(\.evidence) == peers(six).map(\.evidence) && !peers(four).isEmpty)
    for size in [1, 7, 100] {
        #expect(ports(four, batch: size) == ports(four))
        #expect(peers(four, batch: size) == peers(four))
    }
}

@Test func `whoever is forgotten learns anew`() {
    let habit = Habit()
    var run = DetectorRun(NewPortDetector(NoveltySettings()), closesWindows: false)
    run.show(habit.flows)
    run.forget(habit.address(1))
    run.show([habit.call(900, port: 4444, minute: habit.after)])
    #expect(kinds(run.findings) == [.portOffered])
}
