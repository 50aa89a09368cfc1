// What each detector costs: DetectorBenchmark FILE [ROUNDS [NAME…]] prints nanoseconds a flow, on one thread, the median of the
// rounds; DetectorBenchmark state [HOSTS] prints the bytes that each keeps of a million hosts.
import FlowDetect
import FlowFeatures
import FlowFormats
import FlowModel
import FlowState
import Foundation

func text(_ value: Double) -> String { String(format: "%.1f", value) }

/// Flows as the pipeline hands them to detectors: read, home marked, ids given, cut at windows.
struct Prepared {
    var flows: [Flow] = []
    var tables: FlowTables
    var cuts: [Range<Int>] = []
    var windows: [PairWindow] = []

    init(_ given: [Flow], window length: Int64 = 10_000_000_000) {
        flows = given
        tables = FlowTables(hosts: 1_000_000, pairs: 4_000_000)
        var from = 0
        for index in flows.indices {
            if flows[index].source.scope == .private { flows[index].traits.insert(.sourceIsHome) }
            if flows[index].destination.scope == .private { flows[index].traits.insert(.destinationIsHome) }
            tables.intern(&flows, index..<index + 1)
            let isLast = index == flows.count - 1
            let number = flows[index].start.nanoseconds / length
            guard isLast || flows[index + 1].start.nanoseconds / length > number else { continue }
            cuts.append(from..<index + 1)
            let start = Timestamp(nanoseconds: number * length)
            var window = PairWindow(window: Window(start: start, end: start.advanced(by: length)))
            window.add(flows.span.extracting(from..<index + 1))
            windows.append(window)
            from = index + 1
        }
    }

    /// Takes everything through a detector. Returns: it, and the seconds it took.
    func pass(_ detector: any Detector) -> (detector: any Detector, seconds: Double) {
        var detector = detector
        var sink = FindingSink(takesAll: false)
        let clock = ContinuousClock()
        let taken = clock.measure {
            for (cut, window) in zip(cuts, windows) {
                // As the pipeline's batches: 4,096 at most.
                for start in stride(from: cut.lowerBound, to: cut.upperBound, by: 4096) {
                    let end = min(start + 4096, cut.upperBound)
                    detector.observe(flows.span.extracting(start..<end), tables: tables, findings: &sink)
                }
                detector.endWindow(window, tables: tables, findings: &sink)
                sink.removeAll()
            }
            detector.lookAgain(at: .endOfTime, tables: tables, findings: &sink)
        }
        return (detector, Double(taken.components.seconds) + Double(taken.components.attoseconds) * 1e-18)
    }
}

func detector(_ name: DetectorName) -> any Detector {
    var settings = DetectorSettings()
    for other in DetectorName.allCases { settings.enable(other, other == name) }
    return DetectorCatalog.make(settings)[0]
}

func readAll(_ path: String) -> [Flow] {
    let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
    guard let type = FormatCatalog.reader(recognizing: bytes.span.extracting(0..<min(bytes.count, 65_536))) else {
        return []
    }
    var reader = type.init()
    var batch = FlowBatch()
    var flows: [Flow] = []
    var start = 0
    while start < bytes.count {
        batch.removeAll()
        let end = min(bytes.count, start + 1 << 18)
        guard let used = try? reader.read(bytes.span.extracting(start..<end), into: &batch), used > 0 else { break }
        flows.append(contentsOf: batch.flows)
        start += used
    }
    return flows
}

/// Half of the hosts here and half outside, which call each other on the ports that detectors look at, with answers and
/// without: four flows a host, no pair twice.
func crowd(_ hosts: Int) -> [Flow] {
    let ports: [UInt16] = [443, 22, 53, 445, 8443, 25, 123, 3389]
    let half = max(1, hosts / 2)
    return (0..<hosts * 4).map { number in
        let lap = number / half
        let home = IPAddress(v4: 0x0a00_0000 + UInt32(number % half))
        let other = IPAddress(v4: 0x2d00_0000 + UInt32((number % half * 7919 + lap) % half))
        let port = ports[(number / 7) % ports.count]
        let isVain = (number / 3) % 3 == 0
        return Flow(
            source: lap % 4 == 3 ? other : home, destination: lap % 4 == 3 ? home : other,
            start: Timestamp(nanoseconds: 1_600_000_000_000_000_000 + Int64(number) * 1_000_000),
            duration: 500_000_000, transport: port == 53 || port == 123 ? .udp : .tcp,
            state: isVain ? .attempted : .closed, sourcePort: UInt16(1024 + number % 60_000), destinationPort: port,
            bytesSent: 1500 + UInt64(number % 1000), bytesReceived: isVain ? 0 : 4000, packetsSent: 10,
            packetsReceived: isVain ? 0 : 12)
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard let first = arguments.first else {
    print("DetectorBenchmark FILE [ROUNDS [NAME…]] | state [HOSTS]")
    exit(2)
}
if first == "state" {
    let hosts = Int(arguments.dropFirst().first ?? "") ?? 1_000_000
    var prepared = Prepared(crowd(hosts))
    print("\(prepared.tables.hosts.count) hosts, \(prepared.tables.pairs.count) pairs, \(prepared.flows.count) flows")
    print("| what | MB | bytes a host |\n|---|---|---|")
    var total = 0
    func line(_ name: String, _ bytes: Int) {
        total += bytes
        print("| \(name) | \(text(Double(bytes) * 1e-6)) | \(text(Double(bytes) / Double(hosts))) |")
    }
    var state = StateCarrier()
    try prepared.tables.carry(&state)
    line("tables of hosts and pairs", state.finished.count)
    for name in DetectorName.allCases {
        var judged = prepared.pass(detector(name)).detector
        var state = StateCarrier()
        try judged.carry(&state)
        line(name.rawValue, state.finished.count)
    }
    print("| all | \(text(Double(total) * 1e-6)) | \(text(Double(total) / Double(hosts))) |")
    exit(total < 1_000_000_000 ? 0 : 1)
}
let rounds = Int(arguments.dropFirst().first ?? "") ?? 5
let prepared = Prepared(readAll(first))
let asked = arguments.dropFirst(2).compactMap { DetectorName(rawValue: $0) }
let names = asked.isEmpty ? DetectorName.allCases : asked
print("| detector | ns a flow |\n|---|---|")
var times: [DetectorName: [Double]] = [:]
for _ in 0..<rounds {
    for name in names { times[name, default: []].append(prepared.pass(detector(name)).seconds) }
}
var sum = 0.0
for name in names {
    let sorted = (times[name] ?? []).sorted()
    let nanoseconds = sorted[sorted.count / 2] / Double(prepared.flows.count) * 1e9
    sum += nanoseconds
    print("| \(name.rawValue) | \(text(nanoseconds)) |")
}
print("| all | \(text(sum)) |")
