import FlowTestKit
import Foundation
import Glibc
import Testing

private let shell = URL(filePath: "/bin/sh")
private let authorities = "/etc/ssl/certs/ca-certificates.crt"

/// Whether a server with a certificate can be set up, and an authority be trusted by one process alone.
private let canTrust: Bool = {
    let outcome = try? run(shell, ["-c", "test -e \(authorities) && openssl version && unshare -rm true"])
    return outcome?.code == 0
}()

/// A folder with an authority, two certificates of it (for the loopback, for another name) and one that has run out, and
/// openssl's server, which answers with the files in `www` as they are.
private final class SecureScene {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    private var servers: [Process] = []

    init() throws {
        try FileManager.default.createDirectory(
            at: folder.appending(path: "www"), withIntermediateDirectories: true)
        let made = try run(
            shell,
            [
                "-ec",
                """
                cd '\(folder.path)'
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \\
                    -days 2 -subj /CN=authority
                certify() {
                    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -out $1.csr \\
                        -subj /CN=$1
                    echo "subjectAltName=$2" > $1.ext
                    openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $3 -extfile $1.ext \\
                        -out $1.pem
                }
                certify good IP:127.0.0.1 2
                certify other DNS:other.example 2
                certify old IP:127.0.0.1 0
                cat \(authorities) ca.pem > bundle.pem
                """,
            ])
        guard made.code == 0 else { throw CocoaError(.executableLoad, userInfo: ["": made.errors]) }
    }

    deinit {
        // A child of a test is born with its other signals blocked.
        for server in servers { kill(server.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts a server with a certificate. Returns: the beginning of its addresses.
    func serve(_ certificate: String) throws -> String {
        let server = Process()
        server.executableURL = URL(filePath: "/usr/bin/env")
        server.arguments = [
            "openssl", "s_server", "-HTTP", "-accept", "127.0.0.1:0", "-cert", "../\(certificate).pem", "-key",
            "../\(certificate).key",
        ]
        server.currentDirectoryURL = folder.appending(path: "www")
        let output = Pipe()
        (server.standardOutput, server.standardError) = (output, FileHandle.nullDevice)
        server.standardInput = FileHandle.nullDevice
        try server.run()
        servers.append(server)
        var said = ""
        while !said.contains("ACCEPT") || !said.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw CocoaError(.executableLoad) }
            said += String(decoding: data, as: UTF8.self)
        }
        let port = said.split(separator: "\n").last { $0.hasPrefix("ACCEPT") }?.split(separator: ":").last
        return "https://127.0.0.1:\(try #require(port))"
    }

    /// What the servers answer at `/list` from now on.
    func answer(_ status: String, _ headers: [String] = [], body: [UInt8] = [], length: Int? = nil) throws {
        let bytes = LocalServer.Answer(status, headers, body: body, length: length).pieces.flatMap(\.self)
        try Data(bytes).write(to: folder.appending(path: "www/list"))
    }

    /// `lapwing blocklist update` of one feed, with the authority trusted or not.
    func update(_ url: String, isTrusted: Bool = true) throws -> Outcome {
        let settings = folder.appending(path: "settings.yaml").path
        try """
        blocklists:
          folder: \(folder.path)/copies
          feeds: [{name: secure, url: "\(url)"}]
        """.write(toFile: settings, atomically: true, encoding: .utf8)
        let trust = "mount --bind '\(folder.path)/bundle.pem' \(authorities) && "
        let command = "'\(builtCommand.path)' blocklist update --settings '\(settings)' --timeout 5"
        return try run(
            URL(filePath: "/usr/bin/env"),
            isTrusted
                ? ["unshare", "-rm", "sh", "-c", trust + command]
                : ["sh", "-c", command])
    }
}

/// "9.9.9.1\n9.9.9.2\n" by gzip.
private let packed: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xb3, 0xd4, 0xb3, 0x04, 0x42, 0x43,
    0x2e, 0x4b, 0x30, 0x6d, 0xc4, 0x05, 0x00, 0xd7, 0xbd, 0xd2, 0x4c, 0x10, 0x00, 0x00, 0x00,
]

@Test(.enabled(if: canTrust, "needs openssl, user namespaces and the system's authorities"))
func `a feed comes over https from a server that the system trusts, and from no other`() throws {
    let scene = try SecureScene()
    let good = try scene.serve("good") + "/list"
    try scene.answer("200 OK", ["ETag: \"1\""], body: Array("9.9.9.9\n".utf8))
    #expect(try scene.update(good).output == "blocklist secure: 1 network; new\n")
    try scene.answer("304 Not Modified", ["ETag: \"1\""])
    #expect(try scene.update(good).output == "blocklist secure: 1 network; unchanged\n")
    try scene.answer("200 OK", ["Content-Encoding: gzip"], body: packed)
    #expect(try scene.update(good).output == "blocklist secure: 2 networks; new\n")
    let list = Array("9.9.9.9\n".utf8)
    func failure(_ words: String, at url: String? = nil, isTrusted: Bool = true) throws {
        let outcome = try scene.update(url ?? good, isTrusted: isTrusted)
        #expect(outcome.code == 3 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    try failure("certificate", isTrusted: false)
    try scene.answer("200 OK", body: list, length: 1000)
    try failure("transfer closed with 992 bytes remaining")
    let plain = try LocalServer { _ in .init("302 Found", ["Location: \(good)"]) }
    defer { plain.stop() }
    try scene.answer("302 Found", ["Location: \(plain.url("/list"))"])
    try failure("a redirect to http; the copy of ")
    let kept = try lapwing([
        "blocklist", "check", "--settings", scene.folder.appending(path: "settings.yaml").path, "9.9.9.2",
    ])
    #expect(kept.output.contains("secure"))
    try scene.answer("200 OK", body: list)
    #expect(try scene.update(plain.url("/list")).output == "blocklist secure: 1 network; new\n")
    try failure("no alternative certificate subject name", at: scene.serve("other") + "/list")
    try failure("certificate has expired", at: scene.serve("old") + "/list")
}
