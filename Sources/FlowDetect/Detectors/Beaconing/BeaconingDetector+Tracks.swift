import FlowFeatures
import FlowModel

// What beaconing keeps of pairs and their ports.
extension BeaconingDetector {
    /// Hundredths of a second, wrapping after 497 days: only differences are looked at.
    typealias Tick = UInt32
    static let tickLength: Int64 = 10_000_000

    static func tick(_ moment: Timestamp) -> Tick { Tick(truncatingIfNeeded: moment.nanoseconds / tickLength) }

    /// The end of a connection, by which its next slice is recognized.
    struct Ending {
        var end: Tick = 0
        /// Ticks that the next slice may begin later.
        var grace: UInt32 = 0
        var sourcePort: UInt16 = 0

        init() {}

        init(_ flow: Flow) {
            end = BeaconingDetector.tick(flow.end)
            grace = UInt32(clamping: StitchedConnections.grace(after: flow.duration) / BeaconingDetector.tickLength)
            sourcePort = flow.sourcePort
        }

        func goesOn(in flow: Flow, at start: Tick) -> Bool {
            guard sourcePort == flow.sourcePort, sourcePort != 0 else { return false }
            let gap = Int32(bitPattern: start &- end)
            return gap <= 0 ? gap.magnitude <= grace : UInt32(gap) <= grace
        }
    }

    /// What is known of a pair: its first call, until a second one; then the chain of its ports.
    struct Pair {
        var start: Tick = 0
        var ending = Ending()
        var port: UInt16 = 0
        var transport: Transport = .unknown
        var isKnown = false
        /// One more than the first track; 0 is none.
        var track: UInt32 = 0
    }

    /// One port of a pair: what every call looks at.
    struct Track {
        let port: UInt16
        let transport: Transport
        var isSilentBeacon = false
        /// One more than the pair's next track; 0 is none.
        var next: UInt32 = 0
        /// Calls so far, and when to look next.
        var calls = 0
        var nextLook = BeaconingDetector.leastCalls
        /// Flows, and those among them without an answer.
        var flows: UInt32 = 0
        var unanswered: UInt32 = 0
        var nextEnding: UInt32 = 0
        var endings: InlineArray<4, Ending> = InlineArray(repeating: Ending())
        /// When to look whether a clock that was reported goes on; 0 without.
        var nextRetelling: Tick = 0

        init(_ flow: Flow) {
            port = flow.destinationPort
            transport = flow.transport
        }
    }

    /// What only a look at a track needs.
    struct Past {
        /// The first call, and the flow that came with the last look.
        let first: Timestamp
        var sample: Flow
        /// As of the last look.
        var seenCalls = 0
        var seenFlows: UInt32 = 0
        /// Calls at the last finding, and at the last that was not of a clock reported again.
        var callsAtFinding = 0
        var reported = 0

        init(_ flow: Flow) {
            first = flow.start
            sample = flow
        }
    }
}
