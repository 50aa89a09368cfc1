import FlowModel
import Testing

@Test func `a flow fits in 128 bytes`() {
    #expect(MemoryLayout<Flow>.stride <= 128)
}

@Test func `hosts get ids in the order they appear and are found again`() {
    var table = HostTable()
    for number in 0..<10_000 as Range<UInt32> {
        let check1 = table.intern(IPAddress(v4: number)).rawValue == number + 1
        #expect(check1)
    }
    for number in 0..<10_000 as Range<UInt32> {
        let check2 = table.intern(IPAddress(v4: number)).rawValue == number + 1
        #expect(check2)
        #expect(table.address(of: HostID(rawValue: number + 1)) == IPAddress(v4: number))
    }
    #expect(table.count == 10_000)
}

@Test func `a full host table counts whom it turns away`() {
    var table = HostTable(limit: 3)
    for number in 1...5 as ClosedRange<UInt32> { _ = table.intern(IPAddress(v4: number)) }
    #expect(table.count == 3)
    #expect(table.unlistedCount == 2)
    let check3 = table.intern(IPAddress(v4: 5)) == .unlisted
    #expect(check3)
    let check4 = table.intern(IPAddress(v4: 2)).rawValue == 2
    #expect(check4)
}

@Test func `the least recently seen hosts are let go and their ids reused`() {
    var table = HostTable(limit: 10)
    for number in 1...10 as ClosedRange<UInt32> {
        table.now = number
        _ = table.intern(IPAddress(v4: number))
    }
    table.now = 11
    _ = table.intern(IPAddress(v4: 1))
    var kept = HostSet()
    kept.insert(HostID(rawValue: 2))
    let gone = table.forgetLeastRecent(keeping: kept, target: 7)
    #expect(gone.count == 3)
    #expect([3, 4, 5].allSatisfy { gone.contains(HostID(rawValue: $0)) })
    #expect(table.find(HostKey(IPAddress(v4: 1))) != nil)
    #expect(table.find(HostKey(IPAddress(v4: 4))) == nil)
    let check5 = [3, 4, 5].contains(table.intern(IPAddress(v4: 99)).rawValue)
    #expect(check5)
}

@Test func `pairs are directed, bounded and forgotten with their hosts`() {
    var table = PairTable(limit: 2)
    let one = HostID(rawValue: 1)
    let two = HostID(rawValue: 2)
    let first = table.intern(one, two)
    #expect(first.rawValue == 1)
    let check6 = table.intern(two, one).rawValue == 2
    #expect(check6)
    let again = table.intern(one, two)
    #expect(again.rawValue == 1)
    let check7 = table.intern(one, one) == .unlisted
    #expect(check7)
    #expect(table.unlistedCount == 1)
    let check8 = table.intern(.unlisted, one) == .unlisted
    #expect(check8)
    var gone = HostSet()
    gone.insert(two)
    table.forget(gone)
    #expect(table.count == 0)
    let check9 = table.intern(one, one) != .unlisted
    #expect(check9)
}

@Test func `names are bounded, cut and found again`() {
    var table = NameTable(limit: 100)
    for number in 0..<150 { _ = table.intern("name \(number)") }
    #expect(table.count == 100)
    #expect(table.unlistedCount == 50)
    let check10 = table.name(table.intern("name 7")) == "name 7"
    #expect(check10)
    let check11 = table.intern("") == .none
    #expect(check11)
    var long = NameTable()
    let id = long.intern(String(repeating: "x", count: 4000))
    #expect(long.name(id).count == NameTable.maximumLength)
}

@Test func `lists of groups keep their order and join inverted country names`() {
    var table = GroupTable()
    let id = table.intern(list: "Web Servers, Korea, Republic Of, Atlanta")
    #expect(table.groups(of: id).map { table.names.name($0) } == ["Web Servers", "Korea, Republic Of", "Atlanta"])
    let check13 = table.intern(list: " Web Servers ,Korea, Republic Of,Atlanta,") == id
    #expect(check13)
    let check14 = table.intern(list: " , ") == .none
    #expect(check14)
}
