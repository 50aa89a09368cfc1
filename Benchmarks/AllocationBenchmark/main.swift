// Counts allocations of reading and of detecting, on one thread: AllocationBenchmark FILE… prints them and fails where
// reading allocates per flow, or the query more than a few times a window.
import CountingMalloc
import FlowDetect
import FlowFormats
import FlowModel
import FlowPipeline
import Foundation

let stretchLength = 1 << 18
/// What a pass may take whatever the number of flows: a table that grows, a line in two stretches.
let perPass = 100
/// What the query may take in a window: three to judge it; four dozen where it is new and its tables grow from nothing.
let perWindow = 48
/// What taking up the names of a batch may take.
let perBatch = 5

/// One pass over a file in memory, handing each batch to `take`.
func pass(_ bytes: [UInt8], _ type: any FlowReader.Type, _ batch: inout FlowBatch, take: (inout FlowBatch) -> Void) {
    var reader = type.init()
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + stretchLength)
        batch.removeAll()
        guard let used = try? reader.read(bytes.span.extracting(start..<end), into: &batch), used > 0 else { break }
        take(&batch)
        start += used
    }
}

var hasFailed = false
for path in CommandLine.arguments.dropFirst() {
    let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
    guard let type = FormatCatalog.reader(recognizing: bytes.span.extracting(0..<min(bytes.count, 65_536))) else {
        print("\(path): not recognized")
        continue
    }
    var batch = FlowBatch()
    var flows = 0
    pass(bytes, type, &batch) { flows += $0.flows.count }
    let before = counted_allocations()
    pass(bytes, type, &batch) { _ in }
    let reading = counted_allocations() - before

    var settings = Settings()
    for name in DetectorName.allCases { settings.detectors.enable(name, name == .pairOutlier) }
    var pipeline = Pipeline(settings: settings)
    var names = FlowNames()
    // By then the tables have grown.
    var halfway = (allocations: 0, flows: 0, last: Timestamp(seconds: 0))
    var batches = 0
    pass(bytes, type, &batch) { batch in
        batches += 1
        names.adopt(&batch)
        pipeline.process(&batch, order: type.format.order, names: names)
        if halfway.flows == 0, pipeline.report.flows >= flows / 2 {
            halfway = (counted_allocations(), pipeline.report.flows, pipeline.report.lastStart ?? halfway.last)
            batches = 0
        }
    }
    let query = counted_allocations() - halfway.allocations
    let last = pipeline.report.lastStart ?? halfway.last
    let windows = Int((last.nanoseconds - halfway.last.nanoseconds) / 10_000_000_000)
    let isRight = reading <= perPass && query <= perPass + perWindow * windows + perBatch * batches
    hasFailed = hasFailed || !isRight
    print(
        "\(type.format.name): reading \(flows) flows \(reading) allocations; the query on "
            + "\(pipeline.report.flows - halfway.flows) flows in \(windows) windows \(query)"
            + (isRight ? "" : "  TOO MANY"))
}
exit(hasFailed ? 1 : 0)
