import CBzip2
import CZlib
import CZstd
import FlowFiles
import FlowFormats
import FlowModel
import Foundation

/// A folder of its own for each test, gone with it.
final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "lapwing-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let file = path + "/" + name
        _ = FileManager.default.createFile(atPath: file, contents: Data(bytes))
        return file
    }

    /// A FIFO that a thread writes `bytes` to, once.
    func pipe(_ name: String, _ bytes: [UInt8]) -> String {
        let file = path + "/" + name
        mkfifo(file, 0o600)
        Thread.detachNewThread { try? Data(bytes).write(to: URL(filePath: file)) }
        return file
    }
}

/// `count` rows of plain-csv, a second each; the bytes sent count up from 0.
func rows(_ count: Int, hour: Int = 10) -> [UInt8] {
    var text = ""
    for number in 0..<count {
        let second = number % 60
        text += "2019-09-30 \(hour):\(10 + number / 60 % 50):\(second < 10 ? "0" : "")\(second),tcp,Closed,"
        text += "10.0.\(number % 250).1,\(1024 + number % 60_000),192.0.2.\(number % 250),443,\(number),1\n"
    }
    return Array(text.utf8)
}

/// Flows that a test writes in formats of its choice.
func makeFlow(at second: Int64, lasting duration: Int64 = 0, number: UInt64 = 1) -> Flow {
    Flow(
        source: IPAddress(v4: 0x0a00_0001), destination: IPAddress(v4: 0xc000_0201),
        start: Timestamp(seconds: 1_600_000_000 + second), duration: duration * 1_000_000_000, transport: .tcp,
        state: .closed, sourcePort: 1024, destinationPort: 443, bytesSent: number, bytesReceived: 1)
}

/// `flows` in the format of a writer.
func text(_ flows: [Flow], as writer: some FlowWriter, names: FlowNames = FlowNames()) -> [UInt8] {
    var writer = writer
    var bytes: [UInt8] = []
    writer.begin(into: &bytes)
    for flow in flows { writer.write(flow, names: names, into: &bytes) }
    writer.end(into: &bytes)
    return bytes
}

/// Lines `first`, `first + step` and so on.
func lines(of bytes: [UInt8], from first: Int, by step: Int) -> [UInt8] {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return stride(from: first, to: lines.count, by: step).flatMap { lines[$0] + [UInt8(ascii: "\n")] }
}

/// What came of reading.
struct Reading: Equatable {
    var flows: [Flow] = []
    /// The origins at their end, with the number of flows before it.
    var ended: [Int: Int] = [:]
    var origins: [FlowOrigin] = []
    var examples: [String] = []
    var problems: [String] = []
    var rejected = 0

    /// What counts the flows of the tests.
    var numbers: [UInt64] { flows.map(\.bytesSent) }
}

func read(
    _ paths: [String], threads: Int = 2, strict: Bool = false, openFiles: Int = 128, chunk: Int? = nil,
    sortLimit: Int = 5_000_000, between: (Int) -> Void = { _ in }
) throws(InputError) -> Reading {
    var options = InputOptions()
    options.threads = threads
    options.isStrict = strict
    options.openFileLimit = openFiles
    options.chunkLength = chunk
    options.sortLimit = sortLimit
    let source = try FlowSource.open(paths, options: options)
    var reading = Reading(origins: source.origins)
    var batch = FlowBatch()
    while try source.next(into: &batch) {
        reading.flows += batch.flows
        for origin in batch.ended { reading.ended[origin.index] = reading.flows.count }
        between(reading.flows.count)
    }
    reading.examples = source.report.examples
    reading.problems = source.report.problems
    reading.rejected = source.report.rejected.total
    return reading
}

let compressors = ["gzip": gzip, "zstd": zstd, "bzip2": bzip2]

private func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    let capacity = output.count
    input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(capacity)
            deflate(&stream, Z_FINISH)
        }
    }
    deflateEnd(&stream)
    return Array(output.prefix(capacity - Int(stream.avail_out)))
}

private func zstd(_ bytes: [UInt8]) -> [UInt8] {
    let context = ZSTD_createCCtx()
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let length = ZSTD_compress2(context, &output, output.count, bytes, bytes.count)
    return Array(output.prefix(length))
}

private func bzip2(_ bytes: [UInt8]) -> [UInt8] {
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: bytes.count * 2 + 1000)
    var length = UInt32(output.count)
    BZ2_bzBuffToBuffCompress(&output, &length, &input, UInt32(input.count), 1, 0, 0)
    return output.prefix(Int(length)).map { UInt8(bitPattern: $0) }
}
