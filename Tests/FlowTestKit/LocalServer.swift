import Foundation
import Glibc
import Synchronization

/// A small HTTP server on the loopback: a thread, plain sockets, one request a connection.
package final class LocalServer: Sendable {
    /// What it is asked.
    package struct Request: Sendable {
        package var path: String
        package var headers: [String: String]
    }

    /// What it answers: all bytes of the answer, in pieces with a pause before each.
    package struct Answer: Sendable {
        package var pieces: [[UInt8]]
        package var pause: UInt32 = 0

        package init(_ status: String, _ headers: [String] = [], body: [UInt8] = [], length: Int? = nil) {
            let head = ["HTTP/1.1 \(status)", "Content-Length: \(length ?? body.count)", "Connection: close"] + headers
            pieces = [Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8), body]
        }
    }

    package let port: UInt16
    private let listener: Int32
    private let seen = Mutex<[Request]>([])

    package init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        // A proxy of the machine's has no business here.
        setenv("no_proxy", "127.0.0.1", 1)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard bound else { throw CocoaError(.fileReadUnknown) }
        port = UInt16(bigEndian: address.sin_port)
        Thread { [self] in serve(answer) }.start()
    }

    /// What it was asked so far.
    package var requests: [Request] { seen.withLock { $0 } }

    package func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ answer: (Request) -> Answer) {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            if let request = Self.read(from: connection) {
                seen.withLock { $0.append(request) }
                let reply = answer(request)
                for piece in reply.pieces {
                    usleep(reply.pause)
                    guard Self.write(piece, to: connection) else { break }
                }
            }
            close(connection)
        }
        close(listener)
    }

    private static func read(from connection: Int32) -> Request? {
        var text = ""
        while !text.contains("\r\n\r\n") {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &bytes, bytes.count, 0)
            guard count > 0 else { return nil }
            text += String(decoding: bytes.prefix(count), as: UTF8.self)
        }
        let lines = text.components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let words = lines[0].split(separator: " ")
        return words.count > 1 ? Request(path: String(words[1]), headers: headers) : nil
    }

    private static func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
