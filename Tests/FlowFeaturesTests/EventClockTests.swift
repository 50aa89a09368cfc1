import FlowFeatures
import FlowModel
import Testing

private let second: Int64 = 1_000_000_000

private func flow(at seconds: Int64, lasting duration: Int64 = 0) -> Flow {
    Flow(
        source: IPAddress(v4: 1), destination: IPAddress(v4: 2), start: Timestamp(seconds: seconds),
        duration: duration * second)
}

/// A clock that has believed its first sixteen flows, all at `seconds`.
private func startedClock(at seconds: Int64) -> EventClock {
    var clock = EventClock(window: 10 * second)
    clock.follow(byEnd: false, lateness: 0)
    for _ in 0..<15 {
        let step15 = clock.step(flow(at: seconds)) == .hold
        #expect(step15)
    }
    let step16 = clock.step(flow(at: seconds)) == .holdAndRelease
    #expect(step16)
    return clock
}

@Test func `a window closes with the first flow behind it`() {
    var clock = startedClock(at: 1003)
    #expect(clock.closedUpTo == Timestamp(seconds: 1000))
    let step17 = clock.step(flow(at: 1009)) == .pass
    #expect(step17)
    let step18 = clock.step(flow(at: 1010)) == .closeFirst(Timestamp(seconds: 1010))
    #expect(step18)
    let step19 = clock.step(flow(at: 1009)) == .pass
    #expect(step19)
    #expect(clock.closedUpTo == Timestamp(seconds: 1010))
}

@Test func `a gap jumps over the empty windows`() {
    var clock = startedClock(at: 1003)
    let step20 = clock.step(flow(at: 1234)) == .closeFirst(Timestamp(seconds: 1230))
    #expect(step20)
}

@Test func `one flow from the far future moves nothing`() {
    var clock = startedClock(at: 1003)
    let step21 = clock.step(flow(at: 7_000_000_000)) == .hold
    #expect(step21)
    let step22 = clock.step(flow(at: 1004)) == .refute
    #expect(step22)
    let step23 = clock.step(flow(at: 1004)) == .pass
    #expect(step23)
    #expect(clock.closedUpTo == Timestamp(seconds: 1000))
}

@Test func `sixteen flows ahead are followed`() {
    var clock = startedClock(at: 1003)
    for _ in 0..<15 {
        let step24 = clock.step(flow(at: 90_001)) == .hold
        #expect(step24)
    }
    let step25 = clock.step(flow(at: 90_002)) == .holdAndRelease
    #expect(step25)
    #expect(clock.closedUpTo == Timestamp(seconds: 90_000))
}

@Test func `flows ahead at the end of the input are believed`() {
    var clock = startedClock(at: 1003)
    let step26 = clock.step(flow(at: 90_001)) == .hold
    #expect(step26)
    let step27 = clock.believeHeld()
    #expect(step27)
    let step28 = !clock.believeHeld()
    #expect(step28)
    #expect(clock.closedUpTo == Timestamp(seconds: 90_000))
}

@Test func `with lateness by end a window waits`() {
    var clock = EventClock(window: 10 * second)
    clock.follow(byEnd: true, lateness: 100 * second)
    for _ in 0..<16 { _ = clock.step(flow(at: 1000)) }
    let step29 = clock.step(flow(at: 1000, lasting: 5)) == .pass
    #expect(step29)
    let step30 = clock.step(flow(at: 1000, lasting: 110)) == .closeFirst(Timestamp(seconds: 1010))
    #expect(step30)
    let step31 = clock.step(flow(at: 1015)) == .pass
    #expect(step31)
}

@Test func `times before 1970 and at the ends of the range do not trap`() {
    var clock = EventClock(window: 10 * second)
    clock.follow(byEnd: true, lateness: 3600 * second)
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
    clock.follow(byEnd: true, lateness: 3600 * second)
    let last = Flow(
        source: IPAddress(v4: 1), destination: IPAddress(v4: 2), start: Timestamp(seconds: 1003), duration: .max)
    for _ in 0..<15 {
        let step = clock.step(last)
        #expect(step == .hold)
    }
    let agreed = clock.step(last)
    #expect(agreed == .holdAndRelease)
    for _ in 0..<16 {
        let step = clock.step(last)
        #expect(step != .hold && step != .holdAndRelease)
    }
}
