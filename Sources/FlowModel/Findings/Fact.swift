/// A key of a finding in JSON and its value.
public struct Fact: Sendable, Equatable, Codable {
    /// The key.
    public var key: String
    /// The value.
    public var value: Value
    /// Whether only lines of single findings have it, not the findings listed in an incident.
    public var isDetail: Bool

    /// What JSON can hold of it.
    public indirect enum Value: Sendable, Equatable, Codable {
        case number(Double)
        case text(String)
        case list([Value])
        case object([Fact])
    }

    /// A key with its value.
    public init(_ key: String, _ value: Value, isDetail: Bool = false) {
        self.key = key
        self.value = value
        self.isDetail = isDetail
    }
}
