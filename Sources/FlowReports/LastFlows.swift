public import FlowModel

/// The last flows of many, in order.
public struct LastFlows: Sendable {
    private let count: Int
    private var ring: [Flow] = []
    private var next = 0

    /// Keeps the last `count` flows, 0 or more.
    public init(count: Int) { self.count = count }

    /// Takes flows up.
    public mutating func add(_ flows: [Flow]) {
        for flow in flows.suffix(count) {
            if ring.count < count {
                ring.append(flow)
            } else {
                ring[next] = flow
                next = (next + 1) % count
            }
        }
    }

    /// The last flows so far, in order.
    public var flows: [Flow] { Array(ring[next...] + ring[..<next]) }
}
