import FlowModel

/// The row at hand: where its fields stand, and which of them is being read, so that a rejection names it.
///
/// Each getter reads one column as a value. A count, a port or a duration that is left out, or written as one of the
/// words for nothing, is 0.
struct RowCursor: Sendable {
    /// Which columns a delimited row has, and where.
    var columns = ColumnMap()
    /// What stands between the fields of a delimited row.
    var delimiter = UInt8(ascii: ",")
    /// Whether delimiters between quotes are text.
    var isQuoted = false
    /// Where the fields of the row stand.
    var fields = FieldPlaces()
    /// The power of ten of nanoseconds in the unit of a duration.
    var durationScale = 9
    /// Whether ICMP's type and code stand as `type.code` where others have a port.
    var hasTypeDotCode = false
    /// Whether a duration below 0 is no duration rather than a broken row.
    var allowsNegativeDuration = false
    /// The column last read.
    private(set) var column = Column.start
    /// Reads the times.
    var times = CivilTimeParser()
    private var labelText: [UInt8] = []

    /// Finds the fields of a delimited row. Returns: how many places it has, counted up to the last one wanted.
    @inline(__always)
    mutating func split(_ line: Span<UInt8>) -> Int {
        if isQuoted, line.first(UInt8(ascii: "\""), from: 0) != nil {
            return columns.splitQuoted(line, at: delimiter, into: &fields)
        }
        return columns.split(line, at: delimiter, into: &fields)
    }

    /// Whether the row has a field for `column`, if only an empty one.
    func has(_ column: Column) -> Bool { fields.isSet(column) }

    /// The text of a field without blanks around it.
    @inline(__always)
    @_lifetime(copy line)
    func text(_ column: Column, of line: Span<UInt8>) -> Span<UInt8> { fields.field(column, of: line).trimmed }

    /// A field to be read by the format itself.
    @inline(__always)
    @_lifetime(copy line)
    mutating func take(_ column: Column, of line: Span<UInt8>) -> Span<UInt8> {
        self.column = column
        return fields.field(column, of: line)
    }

    /// A moment.
    @inline(__always)
    mutating func time(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> Timestamp {
        self.column = column
        return try times.moment(fields.field(column, of: line))
    }

    /// A moment written as a civil time and nothing else.
    mutating func civilTime(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> Timestamp {
        self.column = column
        return try times.parse(text(column, of: line))
    }

    /// How long the flow that began at `start` took: its duration, else the time to its end, else 0.
    @inline(__always)
    mutating func duration(of line: Span<UInt8>, from start: Timestamp) throws(FieldError) -> Int64 {
        column = .duration
        let length = fields.field(.duration, of: line)
        if !length.isEmpty {
            let nanoseconds = try Field.duration(length, scale: durationScale)
            if nanoseconds >= 0 { return nanoseconds }
            if allowsNegativeDuration { return 0 }
            throw FieldError(.negativeNumber)
        }
        if Field.isNothing(fields.field(.end, of: line)) { return 0 }
        let (nanoseconds, overflow) = try time(.end, of: line).nanoseconds.subtractingReportingOverflow(
            start.nanoseconds)
        return overflow ? 0 : max(0, nanoseconds)
    }

    /// An address.
    @inline(__always)
    mutating func address(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> IPAddress {
        self.column = column
        return try Field.address(fields.field(column, of: line))
    }

    /// A port.
    @inline(__always)
    mutating func port(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> UInt16 {
        self.column = column
        let field = fields.field(column, of: line)
        return field.isEmpty ? 0 : try Field.loosePort(field)
    }

    /// A port of ICMP as nfdump writes it, `type.code`, as type × 256 + code.
    mutating func icmpPort(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> UInt16 {
        self.column = column
        let text = text(column, of: line)
        guard let point = text.first(UInt8(ascii: "."), from: 0) else { return try Field.loosePort(text) }
        let type = try Field.port(text.extracting(0..<point))
        let code = try Field.port(text.extracting(point + 1..<text.count))
        // 2048.0 is type and code already, as pandas writes it.
        if type > 255, code == 0 { return type }
        guard type < 256, code < 256 else { throw FieldError(.badPort) }
        return type << 8 | code
    }

    /// Bytes or packets.
    @inline(__always)
    mutating func count(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> UInt64 {
        self.column = column
        let field = fields.field(column, of: line)
        return field.isEmpty ? 0 : try Field.count(field)
    }

    /// The protocol; nil where there is none or it is not known.
    @inline(__always)
    mutating func transport(of line: Span<UInt8>) -> Transport? {
        column = .transport
        return Field.transport(fields.field(.transport, of: line))
    }

    /// TCP flags as letters, `...AP.SF`, or as a number, 27 or 0x1b.
    mutating func flags(_ column: Column, of line: Span<UInt8>) throws(FieldError) -> UInt8 {
        self.column = column
        return try Field.flags(fields.field(column, of: line))
    }

    /// ICMP's type and code as type × 256 + code.
    mutating func icmpTypeAndCode(of line: Span<UInt8>) throws(FieldError) -> UInt16 {
        let type = try count(.icmpType, of: line)
        let code = try count(.icmpCode, of: line)
        guard type < 256, code < 256 else { throw FieldError(.numberTooLarge) }
        return UInt16(type << 8 | code)
    }

    /// A name, none where there is nothing.
    mutating func name(_ column: Column, of line: Span<UInt8>, _ batch: inout FlowBatch) -> NameID {
        let text = take(column, of: line).trimmed
        return Field.isNothing(text) ? .none : batch.names.intern(text)
    }

    /// The words of the label and of its detail, those that stand for nothing left off. Parameter skipped: how many
    /// words of the label are something else.
    mutating func label(of line: Span<UInt8>, skipping skipped: Int = 0, _ batch: inout FlowBatch) -> NameID {
        guard has(.label) || has(.labelDetail) else { return .none }
        labelText.removeAll(keepingCapacity: true)
        appendWords(of: fields.field(.label, of: line), from: skipped)
        appendWords(of: fields.field(.labelDetail, of: line), from: 0)
        if labelText.isEmpty { return .none }
        batch.nameKinds.insert(.label)
        return batch.names.intern(labelText.span)
    }

    private mutating func appendWords(of text: Span<UInt8>, from skipped: Int) {
        var word = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == 0x20 {
            if index > start {
                if word >= skipped, !Field.isNothing(text.extracting(start..<index)) {
                    if !labelText.isEmpty { labelText.append(0x20) }
                    for place in start..<index { labelText.append(text[place]) }
                }
                word += 1
            }
            start = index + 1
        }
    }
}
