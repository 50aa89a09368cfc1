import FlowModel

/// What `flood` knows of a target a quarter of the way to the floor.
struct BusyTarget {
    var host = HostID.unlisted
    var slice = Int64.min
    /// Of the current slice.
    var start = Timestamp(nanoseconds: 0)
    var flows = 0
    var reportedFlows = 0
    var packets = 0.0
    var load: Float = 0
    /// Majority votes, by load (Boyer and Moore 1991), and what the winner has since it leads.
    var source = HostID.unlisted
    var sourceVotes: Float = 0
    var sourceLoad: Float = 0
    var port: UInt16 = 0
    var portVotes: Float = 0
    var portLoad: Float = 0
    /// Of the flood: what findings have reported, by channel.
    var first: Timestamp?
    var octaves = SIMD2<Int32>(-1, -1)
    var reported = SIMD2<Double>(0, 0)
    var reportedSlice = SIMD2<Int64>(.min, .min)
    var next = SIMD2<Float>(0, 0)

    /// A new slice: what was counted in the one before goes, what was reported stays if the flood goes on.
    mutating func begin(_ slice: Int64, at start: Timestamp) {
        var next = BusyTarget()
        next.host = host
        next.slice = slice
        next.start = start
        if self.slice != .min, slice - self.slice <= 2 {
            next.first = first
            next.octaves = octaves
            next.reported = reported
        }
        self = next
    }

    /// Counts a flow of the slice. Parameter service: the lower of its ports; 0 for ICMP.
    mutating func count(_ flow: Flow, weight: Float, service: UInt16) {
        flows += 1
        packets += Double(flow.packetsSent)
        load += weight
        if sourceVotes <= 0 {
            source = flow.sourceHost
            sourceLoad = 0
        }
        let isSource = source == flow.sourceHost
        sourceVotes += isSource ? weight : -weight
        if isSource { sourceLoad += weight }
        if portVotes <= 0 {
            port = service
            portLoad = 0
        }
        portVotes += port == service ? weight : -weight
        if port == service { portLoad += weight }
    }
}
