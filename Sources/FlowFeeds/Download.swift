import Foundation
import FoundationNetworking
import Synchronization

/// How a server is asked.
public struct DownloadLimits: Sendable {
    /// Most bytes of an answer, unpacked where the server packed it for the way.
    public var bytes = FeedStore.sizeLimit
    /// Seconds without a byte after which the server is given up.
    public var silenceSeconds = 30.0
    /// Seconds after which it is given up in any case.
    public var seconds = 300.0
    /// Redirects followed at most.
    public var redirects = 5
    /// The defaults.
    public init() {}
}

/// One GET over HTTP, within limits.
final class Download: NSObject, URLSessionDataDelegate, Sendable {
    /// What the server said.
    enum Answer {
        case unchanged
        case body(Data, etag: String?, lastModified: String?)
    }

    private struct Progress {
        var body = Data()
        var redirects = 0
        /// Why it was given up by us.
        var failure: FeedError?
        var answer: URLResponse?
        var error: (any Error)?
    }

    private let limits: DownloadLimits
    private let isSecure: Bool
    /// Guards what the session's queue and the waiting thread share.
    private let progress = Mutex(Progress())
    private let done = DispatchSemaphore(value: 0)

    private init(limits: DownloadLimits, isSecure: Bool) {
        self.limits = limits
        self.isSecure = isSecure
    }

    /// Asks for `url` unless it is as `state` says. Throws: what went wrong, in a few words.
    static func get(_ url: URL, unlike state: FeedState?, limits: DownloadLimits) throws(FeedError) -> Answer {
        let download = Download(limits: limits, isSecure: url.scheme == "https")
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpShouldSetCookies = false
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.timeoutIntervalForRequest = limits.silenceSeconds
        var request = URLRequest(url: url, timeoutInterval: limits.silenceSeconds)
        request.setValue("lapwing", forHTTPHeaderField: "User-Agent")
        if let etag = state?.etag { request.setValue(etag, forHTTPHeaderField: "If-None-Match") }
        if let date = state?.lastModified { request.setValue(date, forHTTPHeaderField: "If-Modified-Since") }
        let session = URLSession(configuration: configuration, delegate: download, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        let task = session.dataTask(with: request)
        task.resume()
        let isOver = download.done.wait(timeout: .now() + limits.seconds) == .success
        guard isOver else { throw FeedError("not over after \(Int(limits.seconds)) s") }
        return try download.answer()
    }

    private func answer() throws(FeedError) -> Answer {
        let progress = self.progress.withLock { $0 }
        if let failure = progress.failure { throw failure }
        if let error = progress.error { throw FeedError(Self.reason(error)) }
        guard let answer = progress.answer as? HTTPURLResponse else { throw FeedError("no answer") }
        switch answer.statusCode {
        case 304: return .unchanged
        case 200:
            return .body(
                progress.body, etag: answer.value(forHTTPHeaderField: "ETag"),
                lastModified: answer.value(forHTTPHeaderField: "Last-Modified"))
        default: throw FeedError("the server answers \(answer.statusCode)")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .timedOut?: "the server is silent"
        case .cannotConnectToHost?: "no connection to the server"
        case .cannotFindHost?: "no such server"
        default: error.localizedDescription
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLarge = progress.withLock { progress in
            progress.body.append(data)
            guard progress.body.count > limits.bytes else { return false }
            progress.body = Data()
            progress.failure = FeedError("more than \(limits.bytes) bytes")
            return true
        }
        if isTooLarge { dataTask.cancel() }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        let failure = progress.withLock { progress in
            progress.redirects += 1
            progress.body = Data()
            let scheme = request.url?.scheme
            if progress.redirects > limits.redirects {
                progress.failure = FeedError("more than \(limits.redirects) redirects")
            } else if scheme != "https" && (scheme != "http" || isSecure) {
                progress.failure = FeedError("a redirect to \(scheme ?? "nowhere")")
            }
            return progress.failure
        }
        completionHandler(failure == nil ? request : nil)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        progress.withLock { progress in
            progress.answer = task.response
            progress.error = error
        }
        done.signal()
    }
}
