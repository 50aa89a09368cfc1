import FlowDetect
public import FlowModel
public import FlowState

/// What is kept from run to run.
extension DetectionEngine {
    /// What has been learnt of hosts, pairs and groups, and `names` with it, as bytes that `restore` takes. Incidents and
    /// open windows are not in it: save after the end of the input.
    public mutating func save(names: FlowNames) -> [UInt8] {
        var state = StateCarrier()
        var names = names
        var saved: [DetectorName: [UInt8]] = [:]
        do throws(StateCarrier.Failure) {
            try detection.detectors.carry(&saved, isRestoring: false)
            try carry(&state, names: &names, detectors: &saved)
        } catch {
            preconditionFailure("saving does not fail: \(error)")
        }
        return state.finished
    }

    /// Goes on from what an earlier run learnt; call before the first batch. Detectors that it did not run start afresh.
    /// Returns: those that it ran and this one does not, whose learning is lost when this one saves.
    public mutating func restore(
        _ bytes: [UInt8], names: inout FlowNames
    ) throws(StateCarrier.Failure) -> [DetectorName] {
        var state = try StateCarrier(restoring: bytes)
        var saved: [DetectorName: [UInt8]] = [:]
        try carry(&state, names: &names, detectors: &saved)
        try state.expectEnd()
        try detection.detectors.carry(&saved, isRestoring: true)
        return DetectorName.allCases.filter { saved[$0] != nil }
    }

    private mutating func carry(
        _ state: inout StateCarrier, names: inout FlowNames, detectors: inout [DetectorName: [UInt8]]
    ) throws(StateCarrier.Failure) {
        try state.carry(&names)
        try state.carry(&interning.tables)
        let saved = DetectorName.allCases.filter { detectors[$0] != nil }
        var count = saved.count
        try state.carry(&count)
        for index in 0..<max(0, count) {
            var name = state.isRestoring ? [] : Array(saved[index].rawValue.utf8)
            var bytes = state.isRestoring ? [] : detectors[saved[index]] ?? []
            try state.carry(&name)
            try state.carry(&bytes)
            if let name = DetectorName(rawValue: String(decoding: name, as: UTF8.self)) { detectors[name] = bytes }
        }
    }
}
