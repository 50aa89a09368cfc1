package import FlowEnrich
import FlowModel

/// Writes a MaxMind file: a tree over the bits of addresses, what its leaves point to, and the metadata
/// (https://maxmind.github.io/MaxMind-DB). Records of 24 bits; IPv4 under ::/96.
package struct MaxMindWriter {
    /// The kinds of value that are needed here.
    package enum Value {
        case text(String)
        case number(UInt64, kind: Kind)
        case map([(String, Value)])
        case list([Value])

        package enum Kind: Int {
            case uint16 = 5
            case uint32 = 6
            case uint64 = 9
        }
    }

    private enum Record {
        case empty
        case node(Int)
        case data(Int)
    }

    private var nodes: [(Record, Record)] = [(.empty, .empty)]
    private var data: [UInt8] = []

    /// Points a network to a value; networks must not overlap.
    package mutating func add(_ network: Network, _ value: Value) {
        let isV4 = network.base.isV4
        let high = isV4 ? 0 : network.base.high
        let low = isV4 ? network.base.low & 0xffff_ffff : network.base.low
        let address = UInt128(high) << 64 | UInt128(low)
        let offset = data.count
        data += Self.encoded(value)
        var node = 0
        for depth in 0..<network.bits {
            let isRight = address >> UInt128(127 - depth) & 1 == 1
            if depth == network.bits - 1 {
                set(node, isRight, .data(offset))
            } else if case .node(let next) = isRight ? nodes[node].1 : nodes[node].0 {
                node = next
            } else {
                nodes.append((.empty, .empty))
                set(node, isRight, .node(nodes.count - 1))
                node = nodes.count - 1
            }
        }
    }

    private mutating func set(_ node: Int, _ isRight: Bool, _ record: Record) {
        if isRight { nodes[node].1 = record } else { nodes[node].0 = record }
    }

    /// A file without networks.
    package init() {}

    /// The whole file.
    package func bytes(kind: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for (left, right) in nodes {
            for record in [left, right] {
                let number =
                    switch record {
                    case .empty: nodes.count
                    case .node(let node): node
                    case .data(let offset): nodes.count + 16 + offset
                    }
                bytes += [UInt8(number >> 16 & 0xff), UInt8(number >> 8 & 0xff), UInt8(number & 0xff)]
            }
        }
        bytes += [UInt8](repeating: 0, count: 16) + data + [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8)
        return bytes
            + Self.encoded(
                .map([
                    ("binary_format_major_version", .number(2, kind: .uint16)),
                    ("binary_format_minor_version", .number(0, kind: .uint16)),
                    ("build_epoch", .number(1_600_000_000, kind: .uint64)), ("database_type", .text(kind)),
                    ("description", .map([("en", .text("A test"))])), ("ip_version", .number(6, kind: .uint16)),
                    ("languages", .list([.text("en")])),
                    ("node_count", .number(UInt64(nodes.count), kind: .uint32)),
                    ("record_size", .number(24, kind: .uint16)),
                ]))
    }

    /// A control byte, of three bits of type and five of size, and the value; types above 7 take another byte.
    private static func encoded(_ value: Value) -> [UInt8] {
        switch value {
        case .text(let text): return control(2, text.utf8.count) + Array(text.utf8)
        case .number(let number, let kind):
            let size = (64 - number.leadingZeroBitCount + 7) / 8
            return control(kind.rawValue, size) + (0..<size).reversed().map { UInt8(number >> UInt64(8 * $0) & 0xff) }
        case .map(let entries):
            return control(7, entries.count) + entries.flatMap { encoded(.text($0.0)) + encoded($0.1) }
        case .list(let values): return control(11, values.count) + values.flatMap(encoded)
        }
    }

    private static func control(_ type: Int, _ size: Int) -> [UInt8] {
        precondition(size < 29, "sizes from 29 on take more bytes")
        return type <= 7 ? [UInt8(type << 5 | size)] : [UInt8(size), UInt8(type - 7)]
    }
}
