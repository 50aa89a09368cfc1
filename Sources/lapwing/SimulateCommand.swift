import ArgumentParser
import FlowFormats
import FlowModel
import FlowOutput
import FlowSimulation
import Foundation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Makes the traffic of a small organization, with attacks and the truth beside it.",
        discussion: "Attacks: \(AttackCatalog.summary)")

    @Option(help: "Decides everything: the same seed gives the same flows.") var seed: UInt64 = 1
    @Option(help: "How long: 90s, 10m, 2h, 1d.") var duration = "2h"
    @Option(help: "Mean flows a second over the whole time, attacks aside.") var rate = 30.0
    @Option(help: "Stop after this many flows.") var flows: Int?
    @Option(help: "When it begins: 2026-01-05T09:00:00Z, 2026-01-05, or seconds since 1970.")
    var start = "2026-01-05T09:00:00Z"
    @Option(help: "How many desktops.") var hosts = 60
    @Option(help: "An attack, such as port-scan:targets=15,rate=5; may be given again.") var attack: [String] = []
    @Option(help: "The format: \(SimulateCommand.formats).") var format = "plain-csv"
    @Option(help: ArgumentHelp("Where the flows go; standard output by default.", valueName: "file")) var output:
        String?
    @Option(help: ArgumentHelp("Where the truth goes, as JSON.", valueName: "file")) var truth: String?

    private static var formats: String { FormatCatalog.writers.map { $0.format.name }.joined(separator: ", ") }

    func validate() throws {
        guard let seconds = SimulationTime.seconds(duration), seconds > 0 else {
            throw ValidationError("--duration takes a time such as 90s, 10m, 2h or 1d.")
        }
        guard rate > 0, rate <= 1e6 else { throw ValidationError("--rate takes a number above 0, up to 1000000.") }
        guard Timestamp(text: start) != nil else {
            throw ValidationError("--start takes a time such as 2026-01-05T09:00:00Z, not \"\(start)\".")
        }
        if let flows, flows < 1 { throw ValidationError("--flows takes a number from 1 up.") }
        guard (4...50_000).contains(hosts) else { throw ValidationError("--hosts takes a number from 4 to 50000.") }
        guard FormatCatalog.writer(named: format) != nil else {
            throw ValidationError("--format: no \"\(format)\" to write; there are \(Self.formats).")
        }
    }

    func run() throws {
        var configuration = Simulator.Configuration()
        configuration.seed = seed
        configuration.seconds = SimulationTime.seconds(duration) ?? 7200
        configuration.rate = rate
        configuration.hosts = hosts
        configuration.start = Timestamp(text: start) ?? configuration.start
        var simulator: Simulator
        do throws(AttackError) {
            simulator = try Simulator(configuration, attacks: attack)
        } catch {
            StandardError.print("lapwing: --attack: \(error.text)")
            throw ExitCode(2)
        }
        guard var writer = FormatCatalog.writer(named: format)?.init() else { throw ExitCode(2) }
        let written = write(&simulator, with: &writer, to: try OutputStream(path: output))
        if let truth { try writeTruth(simulator.truth, flows: written, to: truth) }
    }

    private func write(
        _ simulator: inout Simulator, with writer: inout any FlowWriter, to output: consuming OutputStream
    ) -> Int {
        var bytes: [UInt8] = []
        var second: [Flow] = []
        var open = EndQueue()
        var written = 0
        let isByEnd: Bool
        if case .byEnd = type(of: writer).format.order { isByEnd = true } else { isByEnd = false }
        writer.begin(into: &bytes)
        let limit = flows ?? .max
        while written < limit, simulator.next(into: &second) {
            second.removeLast(max(0, second.count - (limit - written)))
            for flow in second {
                guard isByEnd else {
                    writer.write(flow, names: simulator.names, into: &bytes)
                    continue
                }
                // A record is written when its connection has ended.
                open.insert(flow)
                while let ended = open.popFirst(before: flow.start) {
                    writer.write(ended, names: simulator.names, into: &bytes)
                }
            }
            written += second.count
            if bytes.count > 1 << 18 {
                output.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        while let ended = open.popFirst(before: nil) { writer.write(ended, names: simulator.names, into: &bytes) }
        writer.end(into: &bytes)
        output.write(bytes)
        output.flush()
        return written
    }

    private func writeTruth(_ attacks: [AttackTruth], flows: Int, to path: String) throws {
        var json = JSONText()
        json.object { json in
            json.field("seed", seed)
            json.field("flows", flows)
            json.key("attacks")
            json.array(attacks) { json, attack in
                json.object { json in
                    json.field("kind", attack.kind)
                    json.field("technique", attack.technique)
                    json.field("source", attack.source.description)
                    json.key("destinations")
                    json.array(attack.destinations) { json, address in json.value(address.description) }
                    json.key("ports")
                    json.array(attack.ports) { json, port in json.number(Double(port)) }
                    if let start = attack.start { json.field("start", start.description) }
                    if let end = attack.end { json.field("end", end.description) }
                    json.field("flows", attack.flows)
                    json.field("bytes", attack.bytes)
                }
            }
        }
        json.newline()
        guard FileManager.default.createFile(atPath: path, contents: Data(json.bytes)) else {
            StandardError.print("lapwing: \(path): cannot be written")
            throw ExitCode(3)
        }
    }
}

/// Flows that have begun, the first to end at the front: a binary heap.
private struct EndQueue {
    private var heap: [(end: Timestamp, number: Int, flow: Flow)] = []
    private var count = 0

    mutating func insert(_ flow: Flow) {
        count += 1
        heap.append((flow.end, count, flow))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The first flow that ends before `moment`; any with nil.
    mutating func popFirst(before moment: Timestamp?) -> Flow? {
        guard let first = heap.first, moment.map({ first.end < $0 }) ?? true else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, smallest) {
                smallest = child
            }
            if smallest == parent { return first.flow }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].end, heap[left].number) < (heap[right].end, heap[right].number)
    }
}
