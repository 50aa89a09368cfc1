/// A set of templates or options templates, taken apart one template at a time.
struct TemplateSet {
    /// What an exporter says of one template.
    enum Item {
        case template(id: UInt16, RecordPlan)
        case withdrawal(id: UInt16)
    }

    let isNetFlow9: Bool
    let isOptions: Bool
    let limits: ExportLimits
    private(set) var place: Int
    let end: Int

    init(header: MessageHeader, isOptions: Bool, from start: Int, to end: Int, limits: ExportLimits) {
        isNetFlow9 = header.isNetFlow9
        self.isOptions = isOptions
        self.limits = limits
        place = start
        self.end = end
    }

    /// The next template; nil at the end of the set. Behind what it throws at, nothing of the set can be read.
    mutating func next(_ bytes: RawSpan) throws(DecodeError) -> Item? {
        guard place + 4 <= end else { return nil }
        let start = place
        let id = bytes.uint16(at: place)
        var count = Int(bytes.uint16(at: place + 2))
        // Padding, at most: some exporters fill whole datagrams with zeros.
        if id == 0, bytes.isZero(place..<end) { return nil }
        place += 4
        if !isNetFlow9, count == 0 { return .withdrawal(id: id) }
        guard id >= 256 else { throw DecodeError(.badTemplate, at: start) }
        var scopes = 0
        if isOptions {
            guard place + 2 <= end else { throw DecodeError(.badTemplate, at: start) }
            (count, scopes) = counts(count, bytes.uint16(at: place))
            place += 2
            guard scopes <= count else { throw DecodeError(.badTemplate, at: start) }
        }
        guard count <= limits.fields else { throw DecodeError(.tooManyFields, at: start) }
        var compiler = PlanCompiler(isNetFlow9: isNetFlow9)
        for index in 0..<count {
            let field = try specifier(bytes)
            compiler.add(field, isScope: isNetFlow9 && index < scopes)
            guard compiler.length <= limits.recordLength else { throw DecodeError(.recordTooLong, at: start) }
        }
        // Records without a byte would never end.
        guard compiler.length > 0 else { throw DecodeError(.badTemplate, at: start) }
        return .template(id: id, compiler.plan(isOptions: isOptions))
    }

    /// Fields in all, and scopes among them. v9 counts the bytes of the scopes and of the other fields, IPFIX the fields
    /// in all and the scopes.
    private func counts(_ first: Int, _ second: UInt16) -> (all: Int, scopes: Int) {
        isNetFlow9 ? ((first + Int(second)) / 4, first / 4) : (first, Int(second))
    }

    private mutating func specifier(_ bytes: RawSpan) throws(DecodeError) -> FieldSpecifier {
        guard place + 4 <= end else { throw DecodeError(.badTemplate, at: place) }
        var field = FieldSpecifier(element: bytes.uint16(at: place), length: bytes.uint16(at: place + 2))
        place += 4
        // v9 has no enterprises: Cisco's and nProbe's own elements have the highest bit set, and nothing behind.
        guard !isNetFlow9, field.element & 0x8000 != 0 else { return field }
        guard place + 4 <= end else { throw DecodeError(.badTemplate, at: place) }
        field.element &= 0x7fff
        field.enterprise = bytes.uint32(at: place)
        place += 4
        return field
    }
}
