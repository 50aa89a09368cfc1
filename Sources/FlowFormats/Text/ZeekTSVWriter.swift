public import FlowModel

/// Writes `zeek`; times to the microsecond.
public struct ZeekTSVWriter: FlowWriter {
    public static let format = ZeekTSVReader.format
    public init() {}

    public mutating func begin(into bytes: inout [UInt8]) {
        bytes.append("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n")
        bytes.append("#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t")
        bytes.append("orig_bytes\tresp_bytes\tconn_state\thistory\torig_pkts\tresp_pkts\tlabel\n")
        bytes.append("#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\t")
        bytes.append("count\tcount\tstring\tstring\tcount\tcount\tstring\n")
    }

    public mutating func write(_ flow: Flow, names: FlowNames, into bytes: inout [UInt8]) {
        let tab = UInt8(ascii: "\t")
        if flow.start.nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.append(seconds: flow.start.nanoseconds == .min ? .max : abs(flow.start.nanoseconds))
        bytes.append("\t-\t")
        flow.source.append(to: &bytes)
        bytes.append(tab)
        bytes.append(decimal: UInt64(flow.sourcePort))
        bytes.append(tab)
        flow.destination.append(to: &bytes)
        bytes.append(tab)
        bytes.append(decimal: UInt64(flow.destinationPort))
        bytes.append(tab)
        bytes.append(contentsOf: flow.transport.description.utf8)
        bytes.append(tab)
        if flow.application == .none {
            bytes.append(UInt8(ascii: "-"))
        } else {
            bytes.append(name: flow.application, of: names.applications, without: tab)
        }
        bytes.append(tab)
        bytes.append(seconds: flow.duration)
        bytes.append(tab)
        bytes.append(decimal: flow.bytesSent)
        bytes.append(tab)
        bytes.append(decimal: flow.bytesReceived)
        bytes.append(tab)
        bytes.append(ZeekState.word(flow.state))
        bytes.append(tab)
        Self.append(history: flow, to: &bytes)
        bytes.append(tab)
        bytes.append(decimal: flow.packetsSent)
        bytes.append(tab)
        bytes.append(decimal: flow.packetsReceived)
        bytes.append(tab)
        if flow.label == .none {
            bytes.append(UInt8(ascii: "-"))
        } else {
            bytes.append(name: flow.label, of: names.labels, without: tab)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The flags of both ways as letters; in which order they came a flow does not know.
    private static func append(history flow: Flow, to bytes: inout [UInt8]) {
        let letters: [(flag: UInt8, letter: UInt8)] = [
            (TCPFlag.syn, UInt8(ascii: "S")), (TCPFlag.acknowledge, UInt8(ascii: "A")),
            (TCPFlag.push, UInt8(ascii: "D")), (TCPFlag.fin, UInt8(ascii: "F")), (TCPFlag.reset, UInt8(ascii: "R")),
        ]
        let before = bytes.count
        for (flag, letter) in letters where flow.flagsSent & flag != 0 { bytes.append(letter) }
        let isSynAck = flow.flagsReceived & (TCPFlag.syn | TCPFlag.acknowledge) == TCPFlag.syn | TCPFlag.acknowledge
        if isSynAck { bytes.append(UInt8(ascii: "h")) }
        for (flag, letter) in letters where flow.flagsReceived & flag != 0 {
            if isSynAck && (flag == TCPFlag.syn || flag == TCPFlag.acknowledge) { continue }
            bytes.append(letter | 0x20)
        }
        if bytes.count == before { bytes.append(UInt8(ascii: "-")) }
    }

    public mutating func end(into bytes: inout [UInt8]) {}
}
