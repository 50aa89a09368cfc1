import FlowFormats
import FlowMath
import FlowModel
import Glibc

/// Own flow searches, CSV and JSON of the same flows, and how tests feed them to the readers.
enum SnaFixtures {
    static let header =
        #""Start","Duration","Subject IP Address","Subject Port/Protocol","Subject Host Groups","Subject Bytes","#
        + #""Application","Total Bytes","Peer IP Address","Peer Port/Protocol","Peer Host Groups","Peer Bytes","Actions""#

    static let rows = [
        #""2024-03-01T08:15:30.250+0000","1hr 3min 6s","192.0.2.10","40001/TCP","Printers, Rooms, Upstairs","1.25 M","#
            + #""Mail (unclassified)","1.31 M","198.51.100.7","993/TCP","Korea, Republic Of","62.75 K","#,
        #""2024-03-01T08:15:29.000+0000","--","2001:db8::5","ICMP","Rooms","--","ICMP","64 ","2001:db8::6","ICMP","","64 ","#,
        #""2024-03-01T09:15:29.000+0100","20s","192.0.2.11","EIGRP","Routers","320 ","Undefined","320 ","224.0.0.10","#
            + #""EIGRP","Multicast","--","#,
        #""2024-03-01T08:16:00.000+0000","2day 3hr","192.0.2.12","5353/UDP","Say ""hello"", Rooms","1.2 G","--","#
            + #""1.2 G","192.0.2.13","53/UDP","--","7 K","#,
    ]

    static let csv = ([header] + rows).map { $0 + "\n" }.joined()

    static let json = #"""
        [
          {
            "Start": "2024-03-01T08:15:30.250+0000",
            "Duration": "1hr 3min 6s",
            "Subject IP Address": "192.0.2.10",
            "Subject Port/Protocol": "40001/TCP",
            "Subject Host Groups": "Printers, Rooms, Upstairs",
            "Subject Bytes": "1.25 M",
            "Application": "Mail (unclassified)",
            "Total Bytes": "1.31 M",
            "Peer IP Address": "198.51.100.7",
            "Peer Port/Protocol": "993/TCP",
            "Peer Host Groups": "Korea, Republic Of",
            "Peer Bytes": "62.75 K",
            "Actions": ""
          },
          {"Start":"2024-03-01T08:15:29.000+0000","Duration":"--","Subject IP Address":"2001:db8::5",
           "Subject Port\/Protocol":"ICMP","Subject Host Groups":"Rooms","Subject Bytes":"--","Application":"ICMP",
           "Total Bytes":64,"Peer IP Address":"2001:db8::6","Peer Port\u002fProtocol":"ICMP","Peer Host Groups":null,
           "Peer Bytes":64,"Actions":["a",{"b":[1.5e3,true]}]},
          {"Peer Bytes":"--","Peer Host Groups":"Multicast","Peer Port/Protocol":"EIGRP","Application":"Undefined",
           "Peer IP Address":"224.0.0.10","Total Bytes":320,"Subject Bytes":320,"Subject Host Groups":"Routers",
           "Subject Port/Protocol":"EIGRP","Subject IP Address":"192.0.2.11","Duration":"20s",
           "Start":"2024-03-01T09:15:29.000+0100"},
          {"Start":"2024-03-01T08:16:00.000+0000","Duration":"2day 3hr","Subject IP Address":"192.0.2.12",
           "Subject Port/Protocol":"5353\/UDP","Subject Host Groups":"Say \"hello\", Rooms","Subject Bytes":"1.2 G",
           "Application":"--","Total Bytes":"1.2 G","Peer IP Address":"192.0.2.13","Peer Port/Protocol":"53/UDP",
           "Peer Host Groups":"--","Peer Bytes":"7 K","Actions":""}
        ]
        """#

    /// The same array without a blank outside strings, and as one object a line.
    static let minifiedJSON: String = {
        var text = ""
        var isInString = false
        var previous: Character = " "
        for character in json {
            if character == "\"" && previous != "\\" { isInString.toggle() }
            if isInString || !character.isWhitespace { text.append(character) }
            previous = character
        }
        return text
    }()

    static let jsonLines = minifiedJSON.dropFirst().dropLast().split(separator: "},{")
        .map { ($0.hasPrefix("{") ? "" : "{") + $0 + ($0.hasSuffix("}") ? "" : "}") + "\n" }.joined()

    /// The real exports beside the package, where they are.
    static func sample(_ name: String) -> [UInt8]? {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let folder = getenv("LAPWING_DATA").map { String(cString: $0) } ?? "/\(root)/../shared/data"
        guard let file = fopen("\(folder)/seed/\(name)", "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    /// The formats that take a file for theirs.
    static func formats(recognizing text: String) -> [String] {
        let bytes = Array(text.utf8)
        var names: [String] = []
        for reader in FormatCatalog.readers where reader.recognizes(bytes.span) { names.append(reader.format.name) }
        return names
    }

    static var hasSamples: Bool { sample("sna-flow-results.csv") != nil && sample("sna-flow-results.json") != nil }
}

/// What reading gave.
struct SnaOutcome: Equatable {
    var flows: [Flow] = []
    var names: [String] = []
    var rejected = RejectCounts()
    var examples: [Rejection] = []
    var lines = 0
    var error: ReadError?

    /// Reads `bytes` in chunks, as a file comes. The rest of a chunk is handed in again with more behind it.
    static func reading<Reader: FlowReader>(_ bytes: [UInt8], by type: Reader.Type, chunk: Int = 1 << 20) -> SnaOutcome
    {
        var batch = FlowBatch()
        return reading(bytes, by: type, chunk: chunk, into: &batch)
    }

    static func reading<Reader: FlowReader>(
        _ bytes: [UInt8], by type: Reader.Type, chunk: Int, into batch: inout FlowBatch
    ) -> SnaOutcome {
        var reader = Reader()
        var outcome = SnaOutcome()
        do throws(ReadError) {
            var start = 0
            var end = 0
            while end < bytes.count {
                end = min(end + chunk, bytes.count)
                start += try reader.read(bytes.span.extracting(start..<end), into: &batch)
            }
            try reader.finish(bytes.span.extracting(start..<bytes.count), into: &batch)
        } catch {
            outcome.error = error
        }
        outcome.flows = batch.flows
        outcome.names = (1..<max(1, batch.names.count + 1)).map { batch.names.name(NameID(rawValue: UInt16($0))) }
        outcome.rejected = batch.rejected
        outcome.examples = batch.examples
        outcome.lines = batch.lines
        return outcome
    }

    static func reading<Reader: FlowReader>(_ text: String, by type: Reader.Type, chunk: Int = 1 << 20) -> SnaOutcome {
        reading(Array(text.utf8), by: type, chunk: chunk)
    }

    /// Reads and adopts, so that flows of different files can be compared.
    static func adopted<Reader: FlowReader>(_ bytes: [UInt8], by type: Reader.Type) -> (flows: [Flow], names: FlowNames)
    {
        var batch = FlowBatch()
        _ = reading(bytes, by: type, chunk: 1 << 16, into: &batch)
        var names = FlowNames()
        names.adopt(&batch)
        return (batch.flows, names)
    }

    /// Checks what damaged input must not do: stop the reader, make flows out of nothing, or depend on the chunks.
    static func damaged<Reader: FlowReader>(_ sample: String, by type: Reader.Type, rounds: Int) -> [String] {
        let good = Array(sample.utf8)
        let most = good.count / 40
        var problems: [String] = []
        var random = SeededGenerator(seed: 20_240_301)
        let spice = Array("\"\\\n\r{}[],:-./ 9KMG\0u".utf8)
        for round in 0..<rounds {
            var bytes = good
            for _ in 0...random.below(4) {
                let place = random.below(bytes.count)
                switch random.below(6) {
                case 0: bytes[place] ^= UInt8(1 << random.below(8))
                case 1: bytes[place] = UInt8(random.below(256))
                case 2: bytes.remove(at: place)
                case 3: bytes.insert(spice[random.below(spice.count)], at: place)
                case 4: bytes.removeSubrange(place..<min(bytes.count, place + random.below(40)))
                default: bytes[place] = spice[random.below(spice.count)]
                }
                if bytes.isEmpty { bytes = good }
            }
            let whole = reading(bytes, by: type)
            if whole.flows.count > most { problems.append("round \(round): \(whole.flows.count) flows") }
            if round % 100 == 0, reading(bytes, by: type, chunk: 1 + random.below(60)) != whole {
                problems.append("round \(round): chunks matter")
            }
        }
        return problems
    }
}
