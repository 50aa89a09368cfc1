import FlowModel

/// At most 64 hosts, in the order they came.
struct FewHosts {
    private var hosts = InlineArray<64, HostID>(repeating: .unlisted)
    private(set) var count = 0

    func contains(_ host: HostID) -> Bool {
        for index in 0..<count where hosts[index] == host { return true }
        return false
    }

    /// Returns: false for one too many.
    mutating func append(_ host: HostID) -> Bool {
        guard count < hosts.count else { return false }
        hosts[count] = host
        count += 1
        return true
    }

    mutating func removeAll(where isGone: (HostID) -> Bool) {
        var kept = 0
        for index in 0..<count where !isGone(hosts[index]) {
            hosts[kept] = hosts[index]
            kept += 1
        }
        count = kept
    }
}
