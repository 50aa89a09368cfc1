@testable import FlowFormats
@testable import FlowModel

/// Bytes written by hand, numbers in network order.
struct Wire {
    var bytes: [UInt8] = []

    mutating func u8(_ numbers: UInt8...) { bytes += numbers }
    mutating func u16(_ numbers: UInt16...) { for number in numbers { bytes.append(bigEndian: number) } }
    mutating func u32(_ numbers: UInt32...) { for number in numbers { bytes.append(bigEndian: number) } }
    mutating func u64(_ numbers: UInt64...) { for number in numbers { bytes.append(bigEndian: number) } }
    mutating func address(_ text: String) { bytes.append(bigEndian: IPAddress(text) ?? .unspecified) }

    static func make(_ write: (inout Wire) -> Void) -> [UInt8] {
        var wire = Wire()
        write(&wire)
        return wire.bytes
    }
}

/// A message of NetFlow v9 or IPFIX, written set by set.
struct Message {
    static let exported: UInt32 = 1_700_000_000
    /// v9: the exporter was started an hour before.
    static let uptime: UInt32 = 3_600_000
    let isNetFlow9: Bool
    var sequence: UInt32 = 0
    var domain: UInt32 = 0
    private(set) var sets: [UInt8] = []

    static func netFlow9(sequence: UInt32 = 0, domain: UInt32 = 0) -> Message {
        Message(isNetFlow9: true, sequence: sequence, domain: domain)
    }
    static func ipfix(sequence: UInt32 = 0, domain: UInt32 = 0) -> Message {
        Message(isNetFlow9: false, sequence: sequence, domain: domain)
    }

    private init(isNetFlow9: Bool, sequence: UInt32, domain: UInt32) {
        self.isNetFlow9 = isNetFlow9
        self.sequence = sequence
        self.domain = domain
    }

    /// A field by its element and length; a third number is its enterprise.
    typealias Field = [UInt32]

    func template(_ id: UInt16, _ fields: [Field]) -> Message { set(isNetFlow9 ? 0 : 2, definition(id, fields)) }

    func options(_ id: UInt16, scopes: [Field], _ fields: [Field]) -> Message {
        let body = Wire.make { wire in
            wire.u16(id)
            if isNetFlow9 {
                wire.u16(UInt16(4 * scopes.count), UInt16(4 * fields.count))
            } else {
                wire.u16(UInt16(scopes.count + fields.count), UInt16(scopes.count))
            }
            write(scopes + fields, &wire)
        }
        return set(isNetFlow9 ? 1 : 3, body)
    }

    func definition(_ id: UInt16, _ fields: [Field]) -> [UInt8] {
        Wire.make { wire in
            wire.u16(id, UInt16(fields.count))
            write(fields, &wire)
        }
    }

    private func write(_ fields: [Field], _ wire: inout Wire) {
        for field in fields {
            wire.u16(UInt16(field[0]) | (field.count > 2 ? 0x8000 : 0), UInt16(field[1]))
            if field.count > 2 { wire.u32(field[2]) }
        }
    }

    func data(_ id: UInt16, _ write: (inout Wire) -> Void) -> Message { set(id, Wire.make(write)) }

    func set(_ id: UInt16, _ body: [UInt8]) -> Message {
        var copy = self
        copy.sets.append(bigEndian: id)
        copy.sets.append(bigEndian: UInt16(4 + body.count))
        copy.sets += body
        return copy
    }

    var bytes: [UInt8] {
        Wire.make { wire in
            if isNetFlow9 {
                wire.u16(9, 1)
                wire.u32(Self.uptime, Self.exported, sequence, domain)
            } else {
                wire.u16(10, UInt16(16 + sets.count))
                wire.u32(Self.exported, sequence, domain)
            }
            wire.bytes += sets
        }
    }
}

extension ExportDecoder {
    /// Decodes a datagram. Returns: its flows, those of a faulty one too, and its fault.
    mutating func flows(
        of datagram: [UInt8], from origin: OriginID = .first, receivedAt: Timestamp? = nil
    ) -> (flows: [Flow], fault: DecodeError?) {
        var batch = FlowBatch()
        do throws(DecodeError) {
            try decode(datagram.span.bytes, from: origin, receivedAt: receivedAt, into: &batch)
        } catch {
            return (batch.flows, error)
        }
        return (batch.flows, nil)
    }

    mutating func flows(of message: Message) -> [Flow] { flows(of: message.bytes).flows }
}

extension Timestamp {
    /// When the messages here are exported.
    static let exported = Timestamp(seconds: Int64(Message.exported))
}
