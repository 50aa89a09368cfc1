import FlowReports
import Glibc

/// Standard output, or a file, in large pieces. A reader that went away (`| head`) ends the process quietly, as other tools do.
struct OutputStream {
    private var buffer: [UInt8] = []
    private let descriptor: Int32

    /// Standard output.
    init() { descriptor = STDOUT_FILENO }

    /// The file at `path`, made anew, or standard output with nil. Throws: exit 3.
    init(path: String?) throws {
        guard let path else {
            descriptor = STDOUT_FILENO
            return
        }
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw Failure.file(path, String(cString: strerror(errno))) }
    }

    mutating func write(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        if buffer.count > 1 << 18 { flush() }
    }

    /// Writes text for people: what could steer their terminal is made visible.
    mutating func write(_ text: String) { write(Array(text.printable.utf8)) }

    mutating func flush() {
        var start = 0
        while start < buffer.count {
            let written = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if written < 0 {
                if errno == EINTR { continue }
                _exit(errno == EPIPE ? 0 : 3)
            }
            start += written
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
