import FlowFormats
import FlowModel
import Foundation

/// Decodes datagrams from standard input, each behind its length in four bytes, and prints a line for each flow:
/// datagram, addresses, protocol, ports, bytes and packets both ways, start and duration in nanoseconds, flags both ways.
/// A datagram with a fault has a line that begins with `fault`. For `compare-tshark.py`.
func printFlows() {
    let input = Array(FileHandle.standardInput.readDataToEndOfFile())
    var decoder = ExportDecoder()
    var batch = FlowBatch()
    var place = 0
    var number = 0
    while place + 4 <= input.count {
        let length = input[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        let datagram = Array(input[place + 4..<min(input.count, place + 4 + length)])
        do throws(DecodeError) {
            try decoder.decode(datagram.span.bytes, from: .first, receivedAt: nil, into: &batch)
        } catch {
            print("fault", number, error.text, separator: "\t")
        }
        for flow in batch.flows { printFlow(number, flow) }
        batch.removeAll()
        place += 4 + length
        number += 1
    }
    FileHandle.standardError.write(Data("\(decoder.counts), waiting \(decoder.waitingSets)\n".utf8))
}

private func printFlow(_ number: Int, _ flow: Flow) {
    print(
        number, flow.source, flow.destination, flow.transport.rawValue, flow.sourcePort, flow.destinationPort,
        flow.bytesSent, flow.packetsSent, flow.bytesReceived, flow.packetsReceived, flow.start.nanoseconds,
        flow.duration, flow.flagsSent, flow.flagsReceived, separator: "\t")
}

/// Reads a file of nfdump's and prints its flows as above, for `compare-nfdump.py`.
func printArchive(_ path: String) {
    var reader = NfdumpReader()
    var batch = FlowBatch()
    let bytes = FileManager.default.contents(atPath: path).map { Array($0) } ?? []
    var place = 0
    do {
        while place < bytes.count {
            let end = min(bytes.count, place + (1 << 20))
            place += try reader.read(bytes.span.extracting(place..<end), into: &batch)
        }
        try reader.finish([UInt8]().span, into: &batch)
    } catch {
        print("fault", 0, "\(error)", separator: "\t")
    }
    for flow in batch.flows { printFlow(0, flow) }
}
