import FlowFeatures
import FlowModel
import Testing

private let second: Int64 = 1_000_000_000

private func flow(at seconds: Int64, pair: UInt32) -> Flow {
    var flow = Flow(source: IPAddress(v4: 1), destination: IPAddress(v4: 2), start: Timestamp(seconds: seconds))
    flow.sourceHost = HostID(rawValue: pair)
    flow.destinationHost = HostID(rawValue: pair)
    flow.pair = PairID(rawValue: pair)
    return flow
}

private let never = Timestamp(nanoseconds: .min)

@Test func `flows fall into the windows of their starts, oldest out first`() throws {
    var windows = OpenWindows(length: 10 * second)
    let flows = [flow(at: 25, pair: 1), flow(at: 3, pair: 2), flow(at: 29, pair: 1), flow(at: -1, pair: 3)]
    windows.add(flows.span, closedUpTo: never)
    var seen: [(Int64, Int)] = []
    while let window = windows.popFirst(endingBy: Timestamp(seconds: 1000)) {
        seen.append((window.window.start.nanoseconds / second, window.pairs.map { Int($0.connections) }.reduce(0, +)))
        windows.recycle(window)
    }
    #expect(seen.map(\.0) == [-10, 0, 20])
    #expect(seen.map(\.1) == [1, 1, 2])
}

@Test func `a flow whose window has closed is late`() {
    var windows = OpenWindows(length: 10 * second)
    let flows = [flow(at: 5, pair: 1), flow(at: 15, pair: 1)]
    windows.add(flows.span, closedUpTo: Timestamp(seconds: 10))
    #expect(windows.lateCount == 1)
}

@Test func `windows beyond the limit are counted and left out`() {
    var windows = OpenWindows(length: second)
    let flows = (0..<Int64(OpenWindows.limit) + 7).map { flow(at: $0, pair: 1) }
    windows.add(flows.span, closedUpTo: never)
    #expect(windows.overflowCount == 7)
    var count = 0
    while windows.popFirst(endingBy: Timestamp(seconds: 1 << 30)) != nil { count += 1 }
    #expect(count == OpenWindows.limit)
}

@Test func `the pairs of all open windows together are bounded, and closing makes room`() throws {
    var windows = OpenWindows(length: 10 * second, pairLimit: 100)
    let flows = (0..<300).map { flow(at: Int64($0) * 10 / 40, pair: UInt32($0 + 1)) }
    windows.add(flows.span, closedUpTo: never)
    var kept = 0
    let first = windows.popFirst(endingBy: Timestamp(seconds: 10))
    let oldest = try #require(first)
    #expect(oldest.pairs.count == 40)
    windows.recycle(oldest)
    let more = (0..<60).map { flow(at: 80, pair: UInt32($0 + 1000)) }
    windows.add(more.span, closedUpTo: Timestamp(seconds: 10))
    while let window = windows.popFirst(endingBy: Timestamp(seconds: 1000)) {
        kept += window.pairs.count
        windows.recycle(window)
    }
    // One window may take no more than half of the whole.
    #expect(kept == 60 + 40)
    #expect(windows.overflowCount == 200 + 20)
}
