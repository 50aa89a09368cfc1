import FlowState
import Testing

private struct Mixed: Stateful, Equatable {
    var counts: [UInt32] = []
    var places: [UInt16: Int] = [:]
    var last: Double?

    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&counts)
        try state.carry(&places)
        try state.carry(&last)
    }
}

struct StateCarrierTests {
    private let things = [
        Mixed(counts: [1, 2, 3], places: [7: -1, 9: .max], last: 0.5), Mixed(), Mixed(counts: [.max], last: nil),
    ]

    private func saved() throws -> [UInt8] {
        var state = StateCarrier()
        var copy = things
        try state.carry(&copy, empty: Mixed())
        return state.finished
    }

    @Test func whatWasSavedIsRestored() throws {
        var state = try StateCarrier(restoring: saved())
        var restored = [Mixed(counts: [99])]
        try state.carry(&restored, empty: Mixed())
        try state.expectEnd()
        #expect(restored == things)
    }

    @Test func everyDamageIsAnError() throws {
        let bytes = try saved()
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 1 << UInt8(index & 7)
            #expect(throws: StateCarrier.Failure.damaged) { try StateCarrier(restoring: flipped) }
            #expect(throws: StateCarrier.Failure.damaged) { try StateCarrier(restoring: Array(bytes[..<index])) }
        }
    }

    @Test func anotherBuildsStateIsAnError() throws {
        var state = StateCarrier()
        var narrow: [UInt16] = [1, 2, 3]
        try state.carry(&narrow)
        var other = try StateCarrier(restoring: state.finished)
        var wide: [UInt64] = []
        #expect(throws: StateCarrier.Failure.otherBuild) { try other.carry(&wide) }
    }
}
