import FlowFiles
import Foundation

/// A progress bar on standard error, on a terminal only: share of the bytes, flows a second, time left.
struct Progress {
    private let start = ProcessInfo.processInfo.systemUptime
    private let isShown = isatty(STDERR_FILENO) == 1
    private var last = 0.0
    private var isOnScreen = false

    /// Seconds since the start.
    var seconds: Double { ProcessInfo.processInfo.systemUptime - start }

    /// Draws the bar, at most five times a second.
    mutating func show(_ report: InputReport) {
        guard isShown else { return }
        let now = seconds
        guard now - last >= 0.2 else { return }
        last = now
        isOnScreen = true
        var text = "\(report.flows) flows, \(Int(Double(report.flows) / now)) flows/s"
        if let total = report.bytesTotal, total > 0 {
            let share = min(1, Double(report.bytesRead) / Double(total))
            let filled = Int(share * 30)
            let left = share > 0.01 ? "\(Int(now / share - now) + 1) s left" : ""
            text =
                "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: 30 - filled)
                + "] \(Int(share * 100)) %  \(text)  \(left)"
        }
        StandardError.write("\r\u{1b}[K" + text)
    }

    /// Draws how much of some work is done, 0 to 1: at once, then at most five times a second.
    mutating func show(_ share: Double, of work: String) {
        guard isShown else { return }
        let now = seconds
        guard now - last >= 0.2 || !isOnScreen else { return }
        last = now
        isOnScreen = true
        let filled = Int(min(1, max(0, share)) * 30)
        StandardError.write(
            "\r\u{1b}[K[" + String(repeating: "#", count: filled) + String(repeating: "-", count: 30 - filled)
                + "] \(Int(min(1, max(0, share)) * 100)) %  \(work)")
    }

    /// Takes the bar off the screen.
    mutating func clear() {
        if isOnScreen { StandardError.write("\r\u{1b}[K") }
        isOnScreen = false
    }
}
