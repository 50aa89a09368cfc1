// Times the readers alone, on one core: ReadBenchmark FILE… prints MB/s and flows/s of the best of five passes, and
// fails where a format is read slower than its bar.
import FlowFormats
import FlowModel
import Foundation

let stretchLength = 1 << 18
/// MB/s on one core of a machine of 2024.
let bars = ["plain-csv": 450, "zeek": 300, "argus": 300, "sna-csv": 200, "sna-json": 100]

/// One pass over a file in memory, in stretches as a source hands them on. Returns: flows read.
func pass(_ bytes: [UInt8], _ type: any FlowReader.Type, _ batch: inout FlowBatch) -> Int {
    var reader = type.init()
    var flows = 0
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + stretchLength)
        batch.removeAll()
        guard let used = try? reader.read(bytes.span.extracting(start..<end), into: &batch), used > 0 else { break }
        flows += batch.flows.count
        start += used
    }
    return flows
}

var hasFailed = false
for path in CommandLine.arguments.dropFirst() {
    let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
    guard let type = FormatCatalog.reader(recognizing: bytes.span.extracting(0..<min(bytes.count, 65_536))) else {
        print("\(path): not recognized")
        continue
    }
    var batch = FlowBatch()
    var best = Double.infinity
    var flows = 0
    for _ in 0..<5 {
        let start = ProcessInfo.processInfo.systemUptime
        flows = pass(bytes, type, &batch)
        best = min(best, ProcessInfo.processInfo.systemUptime - start)
    }
    let speed = Int(Double(bytes.count) / best / 1e6)
    let bar = bars[type.format.name] ?? 0
    hasFailed = hasFailed || speed < bar
    print(
        "\(type.format.name): \(speed) MB/s (bar \(bar)), \(Int(Double(flows) / best)) flows/s, \(flows) flows"
            + (speed < bar ? "  TOO SLOW" : ""))
}
exit(hasFailed ? 1 : 0)
