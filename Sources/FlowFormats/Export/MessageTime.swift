internal import FlowModel

/// What the times in a message refer to.
struct MessageTime: Sendable {
    /// When it was exported, by the exporter's clock: nanoseconds since 1970.
    var exported: Int64
    /// Milliseconds since the exporter was started, as NetFlow's headers have it; nil in IPFIX.
    var uptime: UInt32?
    /// When the exporter was started, where `uptime` is nil.
    var started: Int64 = 0
    /// What is added to every time, so that it is of the receiver's clock.
    var correction: Int64 = 0

    /// Milliseconds of uptime start anew after 49.7 days. So far a flow may lie ahead of its header; all else lies back.
    private static let ahead: Int64 = 86_400_000

    /// The moment that a number of a record states; nil where it states none.
    @inline(__always)
    func moment(_ value: UInt64, _ unit: TimeUnit) -> Int64? {
        uncorrected(value, unit)?.addingClamped(correction)
    }

    @inline(__always)
    private func uncorrected(_ value: UInt64, _ unit: TimeUnit) -> Int64? {
        switch unit {
        case .uptime: return uptimeMoment(value)
        case .milliseconds:
            if value == 0 { return nil }
            return Int64(min(value, 9_223_372_036_854)) &* 1_000_000
        case .seconds:
            if value == 0 { return nil }
            return Int64(min(value, 9_223_372_036)) &* 1_000_000_000
        case .ntp: return value == 0 ? nil : ntp(value)
        case .microsecondsAgo: return exported.subtractingClamped(Int64(min(value, 1 << 52)) &* 1000)
        case .none, .durationMilliseconds, .durationMicroseconds: return nil
        }
    }

    @inline(__always)
    private func uptimeMoment(_ milliseconds: UInt64) -> Int64 {
        guard let uptime else {
            return started.addingClamped(Int64(min(milliseconds, 9_223_372_036_854)) &* 1_000_000)
        }
        var since = Int64(truncatingIfNeeded: milliseconds & 0xffff_ffff) - Int64(uptime)
        if since > Self.ahead { since -= 1 << 32 }
        return exported &+ since &* 1_000_000
    }

    /// Seconds since 1900; those before 1970 are of the era that begins in 2036.
    private func ntp(_ value: UInt64) -> Int64 {
        var seconds = Int64(value >> 32) - 2_208_988_800
        if seconds < 0 { seconds += 1 << 32 }
        let fraction = ((value & 0xffff_ffff) * 1_000_000_000 + (1 << 31)) >> 32
        return seconds * 1_000_000_000 + Int64(fraction)
    }
}
