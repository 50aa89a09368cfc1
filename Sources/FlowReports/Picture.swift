/// A picture with a name that a file can have.
public struct Picture: Sendable {
    /// Its name, without `.svg`.
    public var name: String
    /// Its contents.
    public var svg: String
}
