import FlowReports
import Glibc

/// Standard error, a line at a time.
enum StandardError {
    /// One line; what could steer a terminal is made visible.
    static func print(_ line: String) { write(line.printable + "\n") }

    /// Some lines.
    static func print(_ lines: [String]) { for line in lines { print(line) } }

    /// Text as it is.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
