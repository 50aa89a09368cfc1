import ArgumentParser
import Glibc

/// Standard output, or a file, in large pieces. A reader that went away (`| head`) ends the process quietly, as other tools do.
struct OutputStream {
    private var buffer: [UInt8] = []
    private let descriptor: Int32

    /// Standard output.
    init() { descriptor = STDOUT_FILENO }

    /// The file at `path`, made anew, or standard output with nil. Throws: exit 3, the reason said.
    init(path: String?) throws {
        guard let path else {
            descriptor = STDOUT_FILENO
            return
        }
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 {
            StandardError.print("lapwing: \(path): \(String(cString: strerror(errno)))")
            throw ExitCode(3)
        }
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

/// Standard error, a line at a time.
enum StandardError {
    static func print(_ text: String) { write(text.printable + "\n") }

    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

extension String {
    /// The text with control characters, and those that turn the direction of writing, as `\u{1B}`: names and rows of
    /// the input are an attacker's to choose.
    var printable: String {
        guard unicodeScalars.contains(where: Self.isHostile) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if Self.isHostile(scalar) {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case ..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
