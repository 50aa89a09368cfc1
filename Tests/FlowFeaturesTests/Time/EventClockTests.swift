import FlowFeatures
import FlowModel
import Testing

private let second: Int64 = 1_000_000_000

private func flow(at seconds: Int64, lasting duration: Int64 = 0, from origin: UInt16 = 0) -> Flow {
    var flow = Flow(
        source: IPAddress(v4: 1), destination: IPAddress(v4: 2), start: Timestamp(seconds: seconds),
        duration: duration * second)
    flow.origin = OriginID(rawValue: origin)
    return flow
}

/// What the clock says of each flow in turn.
private func steps(_ clock: inout EventClock, _ flows: [Flow]) -> [EventClock.Step] {
    var steps: [EventClock.Step] = []
    for flow in flows { steps.append(clock.step(flow)) }
    return steps
}

/// A clock of one origin that has believed its first sixteen flows, all at `seconds`.
private func startedClock(at seconds: Int64, _ origin: FlowOrigin = FlowOrigin(name: "a")) -> EventClock {
    var clock = EventClock(window: 10 * second)
    clock.register(origin)
    let first = steps(&clock, Array(repeating: flow(at: seconds), count: 16))
    #expect(first == Array(repeating: .hold, count: 15) + [.holdAndRelease])
    return clock
}

/// Closes windows up to so many seconds first.
private func close(_ seconds: Int64) -> EventClock.Step { .closeFirst(Timestamp(seconds: seconds)) }

@Test(
    arguments: [
        ("a window closes with the first flow behind it", [1009, 1010, 1009], [.pass, close(1010), .pass]),
        ("a gap jumps over the empty windows", [1234], [close(1230)]),
        ("one flow from the far future moves nothing", [7_000_000_000, 1004, 1004], [.hold, .refute, .pass]),
        (
            "sixteen flows ahead are followed", Array(repeating: 90_001, count: 16) + [90_010],
            Array(repeating: .hold, count: 15) + [.holdAndRelease, close(90_010)]
        ),
    ] as [(String, [Int64], [EventClock.Step])])
func `what to do with a flow after one at 1003`(what: String, times: [Int64], expected: [EventClock.Step]) {
    var clock = startedClock(at: 1003)
    #expect(steps(&clock, times.map { flow(at: $0) }) == expected)
}

@Test func `flows ahead at the end of the input are believed`() {
    var clock = startedClock(at: 1003)
    #expect(steps(&clock, [flow(at: 90_001)]) == [.hold])
    let believed = [clock.believeHeld(), clock.believeHeld()]
    #expect(believed == [true, false])
    #expect(clock.closedUpTo == Timestamp(seconds: 90_000))
}

@Test func `by end with lateness a window waits`() {
    var clock = startedClock(at: 1000, FlowOrigin(name: "a", order: .byEnd(lateness: 100 * second)))
    let flows = [flow(at: 1000, lasting: 5), flow(at: 1000, lasting: 110), flow(at: 1015)]
    #expect(steps(&clock, flows) == [.pass, close(1010), .pass])
}

@Test func `files share a hand, and the most patient of them decides how long windows wait`() {
    var clock = EventClock(window: 10 * second)
    clock.register(FlowOrigin(name: "a"))
    clock.register(FlowOrigin(name: "b", order: .byEnd(lateness: 100 * second)))
    _ = steps(&clock, Array(repeating: flow(at: 1000), count: 16))
    #expect(steps(&clock, [flow(at: 1050), flow(at: 1000, lasting: 110, from: 1)]) == [close(950), close(1010)])
    // Once it has ended the other need not wait.
    clock.end(OriginID(rawValue: 1))
    #expect(steps(&clock, [flow(at: 1121)]) == [close(1120)])
}

@Test func `exporters have a hand each, and the slowest closes`() {
    var clock = EventClock(window: 10 * second)
    for number in 1...2 { clock.register(FlowOrigin(name: "", exporter: IPAddress(v4: UInt32(number)))) }
    for origin in [0, 1] as [UInt16] {
        _ = steps(&clock, Array(repeating: flow(at: 1000, from: origin), count: 16))
    }
    let flows = [flow(at: 1055), flow(at: 1031, from: 1), flow(at: 1060), flow(at: 1075, from: 1)]
    #expect(steps(&clock, flows) == [.pass, close(1030), .pass, close(1060)])
    // One that ends or falls silent is waited for no longer.
    clock.end(OriginID(rawValue: 1))
    #expect(steps(&clock, [flow(at: 1085)]) == [close(1080)])
    let closed = clock.advance(to: Timestamp(seconds: 1234))
    #expect(closed == Timestamp(seconds: 1230))
}

@Test func `one exporter's broken clock holds back its own flows alone`() {
    var clock = EventClock(window: 10 * second)
    for number in 1...2 { clock.register(FlowOrigin(name: "", exporter: IPAddress(v4: UInt32(number)))) }
    for origin in [0, 1] as [UInt16] {
        _ = steps(&clock, Array(repeating: flow(at: 1000, from: origin), count: 16))
    }
    let flows = [flow(at: 900_000, from: 1), flow(at: 1001), flow(at: 1001, from: 1)]
    #expect(steps(&clock, flows) == [.hold, .pass, .refute])
    #expect(!clock.sharesHand(.first, OriginID(rawValue: 1)))
}

@Test func `times before 1970 and at the ends of the range do not trap`() {
    var clock = EventClock(window: 10 * second)
    clock.register(FlowOrigin(name: "a", order: .byEnd(lateness: 3600 * second)))
    for nanoseconds in [Int64.min, -1, 0, .max] {
        for _ in 0..<20 {
            _ = clock.step(
                Flow(
                    source: IPAddress(v4: 1), destination: IPAddress(v4: 2),
                    start: Timestamp(nanoseconds: nanoseconds), duration: .max))
        }
    }
    while clock.believeHeld() {}
}

@Test func `flows at the end of all time are believed, not held back for ever`() {
    var clock = EventClock(window: 10 * second)
    clock.register(FlowOrigin(name: "a", order: .byEnd(lateness: 3600 * second)))
    let last = Flow(
        source: IPAddress(v4: 1), destination: IPAddress(v4: 2), start: Timestamp(seconds: 1003), duration: .max)
    let first = steps(&clock, Array(repeating: last, count: 16))
    #expect(first == Array(repeating: .hold, count: 15) + [.holdAndRelease])
    #expect(steps(&clock, Array(repeating: last, count: 16)).allSatisfy { $0 != .hold && $0 != .holdAndRelease })
}
