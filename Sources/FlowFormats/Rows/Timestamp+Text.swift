public import FlowModel

extension Timestamp {
    /// The moment a person writes: `2021-05-11`, `2021-05-11 10:00`, RFC 3339 with or without an offset (UTC without),
    /// or seconds since 1970; nil for anything else.
    public init?(text: String) {
        var bytes = Array(text.utf8)
        if bytes.count == 10, bytes[4] == UInt8(ascii: "-") { bytes += Array(" 00:00:00".utf8) }
        if bytes.count == 16, bytes[4] == UInt8(ascii: "-") { bytes += Array(":00".utf8) }
        var times = CivilTimeParser()
        if let moment = try? times.parse(bytes.span) {
            self = moment
        } else if let nanoseconds = try? Field.nanoseconds(bytes.span, orElse: .badTime) {
            self.init(nanoseconds: nanoseconds)
        } else {
            return nil
        }
    }
}
