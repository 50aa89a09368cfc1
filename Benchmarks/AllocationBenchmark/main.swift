// Counts allocations of reading and of each detector alone: AllocationBenchmark FILE… prints them and fails where reading
// allocates per flow, or a detector more than a few times a window.
import CountingMalloc
import FlowDetect
import FlowEngine
import FlowFormats
import FlowModel
import FlowSettings
import Foundation

let stretchLength = 1 << 18
/// What a pass may take whatever the number of flows: a table that grows, a line in two stretches.
let perPass = 100
/// What a detector may take in a window: a few to judge it; four dozen where it is new and its tables grow from nothing.
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

/// Runs one detector alone and prints what its second half took, when the tables have grown.
func detect(_ bytes: [UInt8], _ type: any FlowReader.Type, flows: Int, by detector: DetectorName) -> Bool {
    var settings = Settings()
    for name in DetectorName.allCases { settings.detectors.enable(name, name == detector) }
    var engine = DetectionEngine(EnginePlan(settings: settings))
    engine.register([FlowOrigin(name: "", order: type.format.order)])
    var output = EngineOutput()
    var names = FlowNames()
    var batch = FlowBatch()
    var halfway = (allocations: 0, flows: 0, last: Timestamp(seconds: 0))
    var batches = 0
    pass(bytes, type, &batch) { batch in
        batches += 1
        names.adopt(&batch)
        batch.dictionary = names
        engine.take(&batch, into: &output)
        if halfway.flows == 0, engine.report.flows >= flows / 2 {
            halfway = (counted_allocations(), engine.report.flows, engine.report.lastStart ?? halfway.last)
            batches = 0
        }
    }
    let taken = counted_allocations() - halfway.allocations
    let last = engine.report.lastStart ?? halfway.last
    let windows = Int((last.nanoseconds - halfway.last.nanoseconds) / 10_000_000_000)
    let seen = engine.report.flows - halfway.flows
    let isRight = taken <= perPass + perWindow * windows + perBatch * batches
    print("  \(detector.rawValue): \(seen) flows in \(windows) windows \(taken)" + (isRight ? "" : "  TOO MANY"))
    return isRight
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

    hasFailed = hasFailed || reading > perPass
    print("\(type.format.name): reading \(flows) flows \(reading) allocations")
    for detector in DetectorName.allCases {
        hasFailed = !detect(bytes, type, flows: flows, by: detector) || hasFailed
    }
}
exit(hasFailed ? 1 : 0)
