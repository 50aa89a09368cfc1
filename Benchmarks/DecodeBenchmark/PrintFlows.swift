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
        for flow in batch.flows {
            print(
                number, flow.source, flow.destination, flow.transport.rawValue, flow.sourcePort, flow.destinationPort,
                flow.bytesSent, flow.packetsSent, flow.bytesReceived, flow.packetsReceived, flow.start.nanoseconds,
                flow.duration, flow.flagsSent, flow.flagsReceived, separator: "\t")
        }
        batch.removeAll()
        place += 4 + length
        number += 1
    }
    FileHandle.standardError.write(Data("\(decoder.counts), waiting \(decoder.waitingSets)\n".utf8))
}
