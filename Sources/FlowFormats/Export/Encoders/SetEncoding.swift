internal import FlowModel

/// How NetFlow v9 and IPFIX write records: each kind of flow has a template of its own, and records of one kind in a row
/// make a set.
struct SetEncoding {
    /// The templates are sent again with every so many datagrams: over UDP any datagram can be lost.
    static let templatePeriod = 20

    /// The templates: fields as element, length and whether it is of the way back.
    static let addresses4: [FieldSpecifier] = [
        FieldSpecifier(element: 8, length: 4), FieldSpecifier(element: 12, length: 4),
    ]
    static let addresses6: [FieldSpecifier] = [
        FieldSpecifier(element: 27, length: 16), FieldSpecifier(element: 28, length: 16),
    ]
    static let counters: [FieldSpecifier] = [
        FieldSpecifier(element: 1, length: 8), FieldSpecifier(element: 2, length: 8),
        FieldSpecifier(element: 7, length: 2), FieldSpecifier(element: 11, length: 2),
        FieldSpecifier(element: 4, length: 1), FieldSpecifier(element: 6, length: 1),
    ]
    static let wayBack: [FieldSpecifier] = [
        FieldSpecifier(element: 1, enterprise: FieldSpecifier.reverse, length: 8),
        FieldSpecifier(element: 2, enterprise: FieldSpecifier.reverse, length: 8),
        FieldSpecifier(element: 6, enterprise: FieldSpecifier.reverse, length: 1),
    ]

    /// Where the set that is being written starts; nil between sets.
    private var start: Int?
    private var template: UInt16 = 0

    /// Bytes that a record of a template needs, the header of a set and padding among them.
    static func room(_ record: Int) -> Int { record + 4 + 3 }

    /// Starts a set where the last record was of another template.
    mutating func begin(_ template: UInt16, _ datagram: inout [UInt8]) {
        if start != nil, self.template == template { return }
        end(&datagram)
        start = datagram.count
        self.template = template
        datagram.append(bigEndian: template)
        datagram.append(bigEndian: 0 as UInt16)
    }

    /// Ends the set, padded to four bytes.
    mutating func end(_ datagram: inout [UInt8]) {
        guard let start else { return }
        while (datagram.count - start) % 4 != 0 { datagram.append(0) }
        datagram.set(UInt16(clamping: datagram.count - start), at: start + 2)
        self.start = nil
    }

    /// Appends the definition of a template.
    static func define(_ id: UInt16, _ fields: [FieldSpecifier], _ datagram: inout [UInt8]) {
        datagram.append(bigEndian: id)
        datagram.append(bigEndian: UInt16(fields.count))
        for field in fields {
            datagram.append(bigEndian: field.enterprise == 0 ? field.element : field.element | 0x8000)
            datagram.append(bigEndian: field.length)
            if field.enterprise != 0 { datagram.append(bigEndian: field.enterprise) }
        }
    }

    /// Appends what `counters` describes.
    static func append(_ flow: Flow, _ datagram: inout [UInt8]) {
        datagram.append(bigEndian: flow.bytesSent)
        datagram.append(bigEndian: flow.packetsSent)
        datagram.append(bigEndian: flow.sourcePort)
        datagram.append(bigEndian: flow.destinationPort)
        datagram.append(flow.transport.rawValue)
        datagram.append(flow.flagsSent)
    }

    /// Appends both addresses of a flow, as 16 bytes each unless both are IPv4.
    static func appendAddresses(_ flow: Flow, _ datagram: inout [UInt8]) {
        for address in [flow.source, flow.destination] {
            if flow.isV4 {
                datagram.append(bigEndian: address)
            } else {
                datagram.append(bigEndian: address.high)
                datagram.append(bigEndian: address.low)
            }
        }
    }
}
