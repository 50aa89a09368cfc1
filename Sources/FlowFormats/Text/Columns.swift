import FlowModel

/// Which columns of a delimited format hold what, resolved once from its header.
struct ColumnMap<Column: CaseIterable & RawRepresentable & Sendable>: Sendable where Column.RawValue == Int {
    /// The fields of the row last split.
    private(set) var fields = FieldPlaces<Column>()
    /// Column at each place of the row, or -1 where it is none that we read.
    private var columns: [Int] = []
    /// Place of each column in the row, or -1.
    private var places: [Int]
    /// The last place that is wanted.
    private var last = -1

    init() { places = Array(repeating: -1, count: Column.allCases.count) }

    /// Says that `column` stands at `place`; the first time counts.
    mutating func set(_ column: Column, at place: Int) {
        guard places[column.rawValue] < 0 else { return }
        places[column.rawValue] = place
        while columns.count <= place { columns.append(-1) }
        columns[place] = column.rawValue
        last = max(last, place)
    }

    /// Whether the header has the column.
    func has(_ column: Column) -> Bool { places[column.rawValue] >= 0 }

    /// Finds the fields of a row. Returns: how many places it has, counted up to the last one wanted.
    mutating func split(_ line: Span<UInt8>, at delimiter: UInt8) -> Int {
        fields.clear()
        var place = 0
        var start = 0
        let count = line.count
        for index in 0..<count where line[index] == delimiter {
            note(place, start, index)
            place &+= 1
            start = index &+ 1
            if place > last { return place }
        }
        note(place, start, count)
        return place + 1
    }

    /// As `split`, with delimiters between quotes being text.
    mutating func splitQuoted(_ line: Span<UInt8>, at delimiter: UInt8) -> Int {
        fields.clear()
        var cells = DelimitedFields(delimiter: delimiter)
        var place = 0
        while place <= last, cells.next(of: line) != nil {
            note(place, cells.start, cells.end)
            place += 1
        }
        return place
    }

    private mutating func note(_ place: Int, _ start: Int, _ end: Int) {
        guard place < columns.count, columns[place] >= 0 else { return }
        fields.set(rawColumn: columns[place], start, end)
    }

    /// The field of a column in the row last split; empty where the row or the header has none.
    @inline(__always)
    @_lifetime(copy line)
    func field(_ column: Column, of line: Span<UInt8>) -> Span<UInt8> { fields.field(column, of: line) }

    /// How many places a row needs to have all columns wanted.
    var width: Int { last + 1 }
}
