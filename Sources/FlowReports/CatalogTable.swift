/// A catalog as a table of text, for pages and for the documentation: its first column names the entries.
public struct CatalogTable: Sendable {
    /// What the catalog is of: `detectors`. A block of the documentation is marked by it.
    public var name: String
    /// The titles of the columns.
    public var columns: [String]
    /// The entries, in the catalog's order.
    public var rows: [[String]]

    /// A table of entries.
    public init(name: String, columns: [String], rows: [[String]]) {
        self.name = name
        self.columns = columns
        self.rows = rows
    }
}
