import FlowDetect
import FlowModel
import FlowTestKit
import Testing

private struct House {
    var isV6 = false
    var port: UInt16 = 445
    var state = ConnectionState.closed
    var bytes: UInt64 = 20_000

    func address(_ number: Int) -> IPAddress { .home(number, isV6: isV6) }

    func session(_ source: Int, _ target: Int, minute: Int) -> Flow {
        var flow = Flow(
            source: address(source), destination: address(target),
            start: Timestamp(seconds: 1_600_000_000 + Int64(minute) * 60), transport: .tcp, state: state,
            sourcePort: 50_000, destinationPort: port, bytesSent: bytes, bytesReceived: state.isFailure ? 0 : bytes,
            packetsSent: state.isFailure ? 1 : 30, packetsReceived: state.isFailure ? 0 : 30)
        flow.traits = [.sourceIsHome, .destinationIsHome]
        return flow
    }

    /// Thirty hosts that browse, once, so that they are known.
    var known: [Flow] {
        var web = self
        (web.port, web.state, web.bytes) = (443, .closed, 2000)
        return (1...30).map { web.session($0, 99, minute: 0) }
    }

    /// Host 1 enters 2, 3 and 4; these enter 5, 6, 7.
    var movement: [Flow] {
        known + (0..<3).map { session(1, 2 + $0, minute: 60 + $0) }
            + (0..<3).map { session(2 + $0 % 2, 5 + $0, minute: 70 + 5 * $0) }
    }
}

private func findings(_ flows: [Flow], batch: Int = .max) -> [Finding] {
    findings(of: LateralMovementDetector(LateralMovementSettings()), in: flows, batch: batch)
}

@Test func `entries that go on are told of whoever came first, and are enough for an incident`() throws {
    let found = findings(House().movement)
    #expect(Set(found.map(\.subject)) == [House().address(1)])
    let last = try #require(found.last)
    #expect(last.evidence > 8 && last.score == 6)
    let movement = try #require(last.reason as? LateralMovementReason)
    #expect(movement.hosts == 3 && movement.further == 3 && movement.steps == 2)
    #expect(found.reduce(0) { $0 + $1.flows } == 6)
    #expect(found.allSatisfy { $0.evidence.isFinite && $0.evidence > 0 && $0.baseline.isFinite })
}

@Test func `a chain of single entries is one movement`() throws {
    let house = House()
    let found = findings(house.known + (0..<4).map { house.session(1 + $0, 2 + $0, minute: 60 + 20 * $0) })
    let movement = try #require(found.last?.reason as? LateralMovementReason)
    #expect(found.last?.subject == house.address(1) && movement.steps == 4)
    #expect(movement.last == house.address(4))
}

@Test func `entries of one host without further ones are a hint`() {
    let house = House()
    let round = house.known + (0..<20).map { house.session(1, 2 + $0, minute: 60 + $0) }
    #expect(findings(round).allSatisfy { $0.evidence <= 4.5 } && !findings(round).isEmpty)
    #expect(findings(house.known + [house.session(1, 2, minute: 60)]).isEmpty)
}

@Test func `the chance of entries is that of a negative binomial`() throws {
    let house = House()
    let found = findings(house.known + (0..<2).map { house.session(1, 2 + $0, minute: 80) })
    // An hour beyond the learning time: shape 2 × 0.02, 3 hours. P(≥ 1) = 1 − 0.75^0.04 = 0.01144; P(1) = 0.75^0.04 ×
    // 0.04 / 4 = 0.009886; P(≥ 2) = 0.001554; ln(0.01144 / 0.001554) = 1.996.
    #expect(abs(try #require(found.first).evidence - 1.996) < 0.01)
}

@Test func `servers, known ways, ways back and what fails or says nothing are ordinary`() {
    let house = House()
    // Everybody uses the server; from there it goes to those who came.
    let clients = (2...20).map { house.session($0, 1, minute: 30 + $0) }
    #expect(findings(house.known + clients).isEmpty)
    let back = (2...6).map { house.session(1, $0, minute: 55 + $0) }
    #expect(findings(house.known + clients + back).isEmpty)
    let onward = (21...26).map { house.session(1, $0, minute: 55 + $0) }
    #expect(findings(house.known + clients + onward).allSatisfy { $0.evidence <= 4.5 })
    #expect(findings(house.known + [house.session(1, 2, minute: 60), house.session(2, 1, minute: 61)]).isEmpty)
    // What was done while learning is known.
    let early =
        (0..<3).map { house.session(1, 2 + $0, minute: 1) } + (0..<3).map { house.session(2, 5 + $0, minute: 2) }
    #expect(findings(house.known + early).allSatisfy { $0.evidence <= 4.5 })
    let later = early.map { flow in
        var flow = flow
        flow.start = flow.start.advanced(by: 3 * 3_600_000_000_000)
        return flow
    }
    #expect(findings(house.known + early + later).count == findings(house.known + early).count)
    for other in [
        House(port: 443), House(state: .attempted), House(state: .rejected, bytes: 40), House(bytes: 200),
    ] {
        #expect(findings(other.movement).isEmpty)
    }
    var outside = house.movement
    for index in outside.indices { outside[index].traits = .sourceIsHome }
    #expect(findings(outside).isEmpty)
}

@Test func `entries hours apart are no movement`() {
    let house = House()
    let slow = (0..<6).map { house.session(1 + $0, 2 + $0, minute: 60 + 90 * $0) }
    #expect(findings(house.known + slow).isEmpty)
}

@Test func `movements are the same over IPv6 and in any batches`() {
    let four = findings(House().movement)
    #expect(four.map(\.evidence) == findings(House(isV6: true).movement).map(\.evidence))
    for size in [1, 2, 7] { #expect(findings(House().movement, batch: size) == four) }
}

@Test func `the forgotten are not on the way`() {
    let flows = House().movement
    var run = DetectorRun(LateralMovementDetector(LateralMovementSettings()), closesWindows: false)
    run.show(Array(flows[..<33]))
    run.forget(House().address(1))
    run.show(Array(flows[33...]))
    #expect(run.findings.allSatisfy { $0.evidence <= 4.5 })
}

@Test func `a host that many used months ago is no server for ever; one that they still use is`() {
    let house = House()
    let month = 31 * 24 * 60
    func found(usedUntil last: Int) -> [Finding] {
        // Eight clients of host 1, every month; then it is entered, and entry goes on from it.
        let used = (0...last).flatMap { at in (11...18).map { house.session($0, 1, minute: 30 + at * month) } }
        let entries =
            house.known + [house.session(9, 1, minute: 60)] + (0..<4).map { house.session(1, 2 + $0, minute: 70 + $0) }
        let late = entries.map { flow in
            var flow = flow
            flow.start = flow.start.advanced(by: 6 * Int64(month) * 60_000_000_000)
            return flow
        }
        return findingsByWindow(
            of: LateralMovementDetector(LateralMovementSettings()), in: house.known + used + late)
    }
    #expect(found(usedUntil: 0).last?.subject == house.address(9))
    #expect(found(usedUntil: 6).allSatisfy { $0.subject != house.address(9) })
}
