public import FlowFormats
import FlowModel

/// Writes a simulation in a format: by start, or each record when its connection has ended, as the format has it.
public struct SimulationWriter {
    /// Bytes gathered before they are passed on.
    private static let chunkBytes = 1 << 18

    private var writer: any FlowWriter
    private let isByEnd: Bool

    /// A writer. Parameter writer: at the start of its file.
    public init(_ writer: any FlowWriter) {
        self.writer = writer
        if case .byEnd = type(of: writer).format.order { isByEnd = true } else { isByEnd = false }
    }

    /// Runs a simulation to its end. Parameter limit: most flows written. Parameter output: is given the bytes, in
    /// large pieces. Returns: how many flows were written.
    public mutating func write(_ simulator: inout Simulator, limit: Int, to output: ([UInt8]) -> Void) -> Int {
        var bytes: [UInt8] = []
        var second: [Flow] = []
        var open = EndQueue()
        var written = 0
        writer.begin(into: &bytes)
        while written < limit, simulator.next(into: &second) {
            second.removeLast(max(0, second.count - (limit - written)))
            for flow in second {
                guard isByEnd else {
                    writer.write(flow, names: simulator.names, into: &bytes)
                    continue
                }
                open.insert(flow)
                while let ended = open.popFirst(before: flow.start) {
                    writer.write(ended, names: simulator.names, into: &bytes)
                }
            }
            written += second.count
            if bytes.count > Self.chunkBytes {
                output(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        while let ended = open.popFirst(before: nil) { writer.write(ended, names: simulator.names, into: &bytes) }
        writer.end(into: &bytes)
        output(bytes)
        return written
    }
}
