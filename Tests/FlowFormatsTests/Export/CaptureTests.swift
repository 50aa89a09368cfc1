import Foundation
import Testing

@testable import FlowFormats
@testable import FlowModel

/// Real datagrams of some forty exporters, in `captures` of `LAPWING_DATA`, or of `../shared/data` beside the checkout;
/// skipped where that is absent.
struct CaptureTests {
    static let captures: URL = {
        let root = URL(filePath: #filePath).pathComponents.dropLast(5).dropFirst().joined(separator: "/")
        let data = ProcessInfo.processInfo.environment["LAPWING_DATA"] ?? "/\(root)/shared/data"
        return URL(filePath: data).appending(path: "captures")
    }()
    static let hasCaptures = FileManager.default.fileExists(atPath: captures.path)

    static func files(_ folder: String, _ suffix: String) -> [URL] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: captures.appending(path: folder).path)
        return (names ?? []).filter { $0.hasSuffix(suffix) }.sorted().map {
            captures.appending(path: "\(folder)/\($0)")
        }
    }

    static func bytes(_ file: URL) -> [UInt8] { (try? Data(contentsOf: file)).map { Array($0) } ?? [] }

    @Test(.enabled(if: hasCaptures)) func `only what is broken on purpose is rejected`() {
        var rejected: [String: DecodeError.Reason] = [:]
        var flows = 0
        // Templates first: a file of data needs that of its templates. Each exporter is an origin of its own.
        let files = Self.files("netflow-datagrams", ".dat").sorted {
            ($0.path.contains("tpl") ? 0 : 1, $0.path) < ($1.path.contains("tpl") ? 0 : 1, $1.path)
        }
        var origins: [String: UInt16] = [:]
        var decoder = ExportDecoder()
        for file in files {
            let key = file.lastPathComponent.split(separator: "_").prefix { word in
                !["tpl", "opttpl", "data"].contains { word.hasPrefix($0) }
            }.joined(separator: "_")
            let origin = origins[key] ?? UInt16(origins.count)
            origins[key] = origin
            let result = decoder.flows(of: Self.bytes(file), from: OriginID(rawValue: origin))
            flows += result.flows.count
            if let fault = result.fault { rejected[file.lastPathComponent] = fault.reason }
        }
        #expect(rejected == ["netflow5_test_invalid01.dat": .cutShort, "netflow5_test_invalid02.dat": .cutShort])
        #expect(flows > 350)
    }

    static let cases =
        hasCaptures
        ? ((try? FileManager.default.contentsOfDirectory(atPath: captures.appending(path: "telegraf").path)) ?? [])
            .filter {
                !$0.contains(".")
            }.sorted() : []

    @Test(.enabled(if: hasCaptures), arguments: cases) func `the flows are those that telegraf reads`(name: String)
        throws
    {
        let text = try String(
            contentsOf: Self.captures.appending(path: "telegraf/\(name)/expected.out"), encoding: .utf8)
        let expected = text.split(separator: "\n").map(Self.fields).filter { $0["src"] != nil && $0["dst"] != nil }
        var decoder = ExportDecoder()
        var flows: [Flow] = []
        for file in Self.files("telegraf/\(name)", ".bin") {
            let result = decoder.flows(of: Self.bytes(file))
            #expect(result.fault == nil)
            flows += result.flows
        }
        #expect(flows.count == expected.count)
        for (flow, fields) in zip(flows, expected) {
            let rate = UInt64(fields["sampling_interval"] ?? "") ?? 1
            let hasPorts = flow.transport != .icmp && flow.transport != .icmpV6
            #expect(flow.source == IPAddress(fields["src"] ?? ""))
            #expect(flow.destination == IPAddress(fields["dst"] ?? ""))
            // telegraf names the first extension header of an IPv6 packet.
            let transport = Array((fields["protocol"] ?? "").utf8)
            if fields["protocol"] != "hopopt" { #expect(flow.transport == Transport(text: transport.span)) }
            if hasPorts, let port = fields["src_port"] { #expect(flow.sourcePort == UInt16(port)) }
            if hasPorts, let port = fields["dst_port"] { #expect(flow.destinationPort == UInt16(port)) }
            let bytes = fields["in_bytes"] ?? (rate > 1 ? nil : fields["in_total_bytes"])
            if let bytes { #expect(flow.bytesSent == UInt64(bytes)) }
            if let packets = fields["in_packets"] { #expect(flow.packetsSent == UInt64(packets)) }
            if let start = fields["flow_start_ms"] { #expect(flow.startMilliseconds == Int64(start)) }
            if let end = fields["flow_end_ms"] { #expect(flow.endMilliseconds == Int64(end)) }
            if rate > 1 { #expect(flow.packetsSent == rate) }
        }
    }

    /// The fields of a line of InfluxDB's protocol, without quotes and the `u` of numbers.
    static func fields(_ line: Substring) -> [String: String] {
        var fields: [String: String] = [:]
        var isQuoted = false
        let separated = line.split(omittingEmptySubsequences: true) { letter in
            if letter == "\"" { isQuoted.toggle() }
            return !isQuoted && (letter == "," || letter == " ")
        }
        for field in separated {
            let parts = field.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let isText = parts[1].hasPrefix("\"")
            fields[String(parts[0])] =
                isText ? String(parts[1].dropFirst().dropLast()) : String(parts[1].prefix { $0.isNumber })
        }
        return fields
    }
}
