import FlowMath
import Testing

private func key(_ number: Int) -> UInt64 { RecentSet.key(UInt64(number), 7) }

@Test func `what was seen is known until its time is over`() {
    var set = RecentSet(bits: 10, memory: 10)
    let seen = [(0, true), (10, true), (21, false), (21, true), (15, true), (31, true), (42, false)].map {
        (moment, isKnown) in (set.see(key(1), at: Int32(moment)), isKnown)
    }
    // The first time it is new, whatever the list says.
    #expect(!seen[0].0)
    #expect(seen.dropFirst().allSatisfy { $0.0 == $0.1 })
}

@Test func `of more keys than fit the oldest make room, and are counted`() {
    var set = RecentSet(bits: 10, memory: 1000)
    for number in 0..<400 { _ = set.see(key(number), at: 0) }
    let kept = (0..<400).count { set.see(key($0), at: 1) }
    #expect(kept > 380)
    for number in 1000..<9000 { _ = set.see(key(number), at: 2) }
    #expect(set.overflowCount > 6000)
    let left = (0..<400).count { set.see(key($0), at: 3) }
    #expect(left == 0)
}

@Test func `no moment and no size stops it`() {
    var set = RecentSet(bits: -5, memory: -5)
    for moment in [Int32.min, .max, 0, .min] { for number in 0..<20 { _ = set.see(key(number), at: moment) } }
    #expect(set.overflowCount > 0)
}
