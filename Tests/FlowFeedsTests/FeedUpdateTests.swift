import FlowEnrich
import FlowFeeds
import FlowModel
import FlowTestKit
import Foundation
import Synchronization
import Testing

/// "9.9.9.1\n9.9.9.2\n" by gzip.
private let packed: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xb3, 0xd4, 0xb3, 0x04, 0x42, 0x43,
    0x2e, 0x4b, 0x30, 0x6d, 0xc4, 0x05, 0x00, 0xd7, 0xbd, 0xd2, 0x4c, 0x10, 0x00, 0x00, 0x00,
]

/// A server, an empty folder and a feed of the server.
private struct Scene {
    let server: LocalServer
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    var feed = FeedSettings()
    var limits = DownloadLimits()

    init(path: String = "/list", _ answer: @escaping @Sendable (LocalServer.Request) -> LocalServer.Answer) throws {
        server = try LocalServer(answer)
        feed.name = "test"
        feed.url = server.url(path)
        limits.silenceSeconds = 2
        limits.seconds = 10
    }

    var store: FeedStore { FeedStore(folder: folder) }

    func update(at second: Int64 = 1000) -> FeedUpdate.Outcome {
        FeedUpdate(store, limits: limits, now: Timestamp(seconds: second)).update(feed)
    }

    func end() {
        server.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

extension FeedUpdate.Outcome {
    fileprivate var networks: [String]? {
        if case .updated(let list) = self { list.networks.map(\.description) } else { nil }
    }
    fileprivate var failure: String? { if case .failed(let error, _) = self { error.text } else { nil } }
    fileprivate var kept: FeedState? { if case .failed(_, let kept) = self { kept } else { nil } }
    fileprivate var unchanged: FeedState? { if case .unchanged(let state) = self { state } else { nil } }
}

@Suite(.serialized) struct FeedUpdateTests {
    @Test func `a feed is fetched once and then asked for by its mark and date`() throws {
        let scene = try Scene { request in
            if request.headers["if-none-match"] == "\"v1\"" { return .init("304 Not Modified", ["ETag: \"v1\""]) }
            return .init(
                "200 OK", ["ETag: \"v1\"", "Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT"],
                body: Array("9.9.9.9\n".utf8))
        }
        defer { scene.end() }
        #expect(scene.update(at: 1000).networks == ["9.9.9.9/32"])
        #expect(scene.update(at: 2000).unchanged?.updated == 2000)
        let requests = scene.server.requests
        #expect(requests.map { $0.headers["if-none-match"] } == [nil, "\"v1\""])
        #expect(requests.last?.headers["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT")
        let list = try scene.store.blocklist(of: scene.feed)
        #expect(list.networks.count == 1)
        #expect(list.feed.updated == Timestamp(seconds: 2000))
    }

    @Test(arguments: [
        ("/missing", "the server answers 404"), ("/page", "there is no address in it"),
        ("/mixed", "5 of its lines have no address: this is no blocklist"), ("/large", "more than 100000 bytes"),
        ("/endless", "more than 100000 bytes"), ("/broken", "truncated gzip"), ("/slow", "the server is silent"),
        ("/trickle", "not over after 3 s"), ("/loop", "more than 5 redirects"),
        ("/elsewhere", "the server answers 404"),
        ("/short", "transfer closed"), ("/bomb", "more than"),
    ])
    func `a feed that fails keeps its last good copy and says why`(path: String, reason: String) throws {
        let count = Counter()
        let scene = try Scene(path: path) { request in
            count.next() == 1 ? .init("200 OK", body: Array("9.9.9.9\n".utf8)) : Self.failure(request.path)
        }
        defer { scene.end() }
        var strict = scene
        strict.limits.bytes = 100_000
        strict.limits.seconds = 3
        #expect(strict.update(at: 1000).networks == ["9.9.9.9/32"])
        let outcome = strict.update(at: 2000)
        let failure = try #require(outcome.failure)
        #expect(failure.contains(reason), "\(failure)")
        #expect(outcome.kept?.updated == 1000)
        #expect(try strict.store.blocklist(of: strict.feed).networks.map(\.description) == ["9.9.9.9/32"])
        #expect(strict.store.state(of: strict.feed)?.failure == failure)
        let files = try FileManager.default.contentsOfDirectory(atPath: strict.folder)
        #expect(files.sorted() == ["test.json", "test.list"])
    }

    private static func failure(_ path: String) -> LocalServer.Answer {
        switch path {
        case "/page": return .init("200 OK", body: Array("<html>\nSign in\n</html>\n".utf8))
        case "/mixed": return .init("200 OK", body: Array("<html>\na\nb\nc\n</html>\n9.9.9.9\n".utf8))
        case "/large": return .init("200 OK", body: Array(repeating: 0x31, count: 200_000))
        case "/endless":
            var answer = LocalServer.Answer("200 OK")
            answer.pieces =
                [Array("HTTP/1.1 200 OK\r\n\r\n".utf8)]
                + Array(repeating: Array(repeating: 0x31, count: 50_000), count: 100)
            return answer
        case "/broken": return .init("200 OK", body: Array(packed.dropLast(12)))
        case "/bomb": return .init("200 OK", ["Content-Encoding: gzip"], body: bomb)
        case "/slow":
            var answer = LocalServer.Answer("200 OK", body: Array("9.9.9.8\n".utf8))
            answer.pause = 4_000_000
            return answer
        case "/trickle":
            var answer = LocalServer.Answer("200 OK", body: [], length: 100)
            answer.pieces += Array(repeating: [0x31], count: 10)
            answer.pause = 500_000
            return answer
        case "/loop": return .init("302 Found", ["Location: /loop"])
        case "/elsewhere": return .init("302 Found", ["Location: file:///etc/passwd"])
        case "/short": return .init("200 OK", body: Array("9.9.9.8\n".utf8), length: 1000)
        default: return .init("404 Not Found", body: Array("9.9.9.7\n".utf8))
        }
    }

    /// 200,000 times "1", by gzip.
    private static let bomb: [UInt8] = {
        // Stored blocks would not be small; a server's answer need not be either.
        var bytes: [UInt8] = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3]
        for number in 0..<4 {
            let length = 50_000
            bytes += [number == 3 ? 1 : 0, UInt8(length & 0xff), UInt8(length >> 8)]
            bytes += [UInt8(~length & 0xff), UInt8(~length >> 8 & 0xff)] + Array(repeating: 0x31, count: length)
        }
        return bytes
    }()

    @Test func `redirects are followed, and gzip files are read as they are`() throws {
        let scene = try Scene(path: "/old") { request in
            request.path == "/old"
                ? .init("301 Moved Permanently", ["Location: /new"]) : .init("200 OK", body: packed)
        }
        defer { scene.end() }
        #expect(scene.update().networks == ["9.9.9.1/32", "9.9.9.2/32"])
    }

    @Test func `without a server there is a reason and no copy`() throws {
        let scene = try Scene { _ in .init("200 OK") }
        scene.end()
        let outcome = scene.update()
        #expect(outcome.failure != nil)
        #expect(outcome.kept == nil)
        #expect(throws: FeedError.self) { try scene.store.blocklist(of: scene.feed) }
    }

    @Test func `a feed with a new address does not take the old one's copy for its own`() throws {
        let scene = try Scene { _ in .init("200 OK", ["ETag: \"v1\""], body: Array("9.9.9.9\n".utf8)) }
        defer { scene.end() }
        #expect(scene.update().networks?.count == 1)
        var moved = scene
        moved.feed.url += "?2"
        #expect(moved.store.state(of: moved.feed) == nil)
        #expect(moved.update().networks?.count == 1)
        #expect(scene.server.requests.last?.headers["if-none-match"] == nil)
    }

    @Test func `a file is a feed too, read again when it has changed`() throws {
        let scene = try Scene { _ in .init("200 OK") }
        defer { scene.end() }
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("9.9.9.9\n".utf8).write(to: file)
        var local = scene
        local.feed.url = "file://" + file.path
        #expect(local.update().networks == ["9.9.9.9/32"])
        #expect(local.update(at: 3000).unchanged?.updated == 3000)
        try FileManager.default.removeItem(at: file)
        #expect(local.update(at: 4000).kept?.updated == 3000)
    }
}

/// Counts calls.
private final class Counter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
