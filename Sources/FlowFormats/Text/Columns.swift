import FlowModel

/// Which columns of a delimited format hold what, resolved once from its header.
struct ColumnMap<Column: CaseIterable & RawRepresentable & Sendable>: Sendable where Column.RawValue == Int {
    /// Place of each column in the row, or -1.
    private var places: [Int]
    /// Column at each place of the row, or -1.
    private var columns: [Int] = []
    private var starts: [Int] = []
    private var ends: [Int] = []
    /// The last place that is wanted.
    private var last = -1

    init() {
        places = Array(repeating: -1, count: Column.allCases.count)
        starts = Array(repeating: 0, count: Column.allCases.count)
        ends = Array(repeating: 0, count: Column.allCases.count)
    }

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
        for index in starts.indices {
            starts[index] = 0
            ends[index] = 0
        }
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

    private mutating func note(_ place: Int, _ start: Int, _ end: Int) {
        guard place < columns.count else { return }
        let column = columns[place]
        guard column >= 0 else { return }
        starts[column] = start
        ends[column] = end
    }

    /// The field of a column in the row last split; empty where the row or the header has none.
    @_lifetime(copy line)
    func field(_ column: Column, of line: Span<UInt8>) -> Span<UInt8> {
        line.extracting(starts[column.rawValue]..<ends[column.rawValue])
    }

    /// How many places a row needs to have all columns wanted.
    var width: Int { last + 1 }
}
