/// One field of a template, as the exporter states it.
struct FieldSpecifier: Equatable, Sendable {
    /// The length that stands for "each record says how long it is".
    static let variableLength: UInt16 = 65_535
    /// The enterprise of the reverse direction (RFC 5103): its elements are IANA's, counted the other way.
    static let reverse: UInt32 = 29_305
    /// CERT's, whose sensor YAF states TCP flags in elements of its own.
    static let cert: UInt32 = 6871
    /// Cisco's, without a number of its own in NetFlow v9, where it is the highest bit.
    static let cisco: UInt32 = 9

    /// The information element, without the enterprise bit.
    var element: UInt16
    /// The enterprise that numbers it; 0 for IANA.
    var enterprise: UInt32 = 0
    /// Bytes, or `variableLength`.
    var length: UInt16
}
