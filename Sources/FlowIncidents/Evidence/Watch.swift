import FlowMath
import FlowModel

/// `watched-source`: a host that was more likely than not the source of an incident is held to a lower bar for a while:
/// what is found about it fades more slowly, so that steps hours apart add up.
///
/// It begins where an incident is, clocks aside, and adds no evidence of its own, so nothing counts twice and no host
/// becomes an incident by it. It goes on while there is an incident, then for `watchSeconds`.
struct Watch: Sendable {
    private var span: Window?

    /// Takes note of the log-odds of a host, those of a clock left out.
    mutating func note(_ logOdds: Double, at moment: Timestamp, settings: EnsembleSettings) {
        guard logOdds >= 0 else { return }
        let end = moment.advanced(by: Int64(settings.watchSeconds * 1e9))
        // A watch that ended before is over.
        let isGoing = span.map { moment >= $0.start && moment <= $0.end } ?? false
        guard isGoing, let known = span else {
            span = Window(start: moment, end: end)
            return
        }
        span = Window(start: known.start, end: max(known.end, end))
    }

    /// What is left of evidence after some time.
    func faded(_ evidence: Double, from: Timestamp, to: Timestamp, settings: EnsembleSettings) -> Double {
        guard to > from, settings.halfLifeSeconds > 0 else { return evidence }
        var seconds = Self.seconds(from: from, to: to)
        if let span {
            let watched = Self.seconds(from: max(from, span.start), to: min(to, span.end))
            seconds -= watched * (1 - 1 / settings.watchedHalfLifeFactor)
        }
        return evidence * exponential(-seconds / settings.halfLifeSeconds * logarithm(2))
    }

    private static func seconds(from: Timestamp, to: Timestamp) -> Double {
        max(0, Double(to.nanoseconds) * 1e-9 - Double(from.nanoseconds) * 1e-9)
    }
}
