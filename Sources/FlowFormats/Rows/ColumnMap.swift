/// Which columns of a delimited format stand where, resolved once from its header.
struct ColumnMap: Sendable {
    /// The columns it has.
    private(set) var columns = ColumnSet()
    /// The names in the header that mean something of a flow and are none that we read.
    private(set) var unused: [UnusedColumn] = []
    /// How many names the header has.
    private(set) var names = 0
    /// Column at each place of the row, or -1 where it is none that we read.
    private var atPlace: [Int] = []

    init() {}

    /// The columns of a format without a header; nil where it is none that we read.
    init(_ inOrder: [Column?]) {
        for (place, column) in inOrder.enumerated() {
            if let column { set(column, at: place) }
        }
    }

    /// The columns of a header. Parameter delimiter: what stands between their names.
    init(header: Span<UInt8>, delimiter: UInt8, names: ColumnNames) {
        var cells = DelimitedFields(delimiter: delimiter)
        var place = 0
        while let name = cells.next(of: header) {
            set(names.column(name.trimmed), named: name.trimmed, at: place)
            place += 1
        }
        self.names = place
    }

    /// Says that the column of that name in the header stands at `place`; nil for one that is not read.
    mutating func set(_ column: Column?, named name: Span<UInt8>, at place: Int) {
        if let column, column == .marker || !has(column) {
            set(column, at: place)
        } else if let unused = UnusedColumn(name) {
            self.unused.append(unused)
        }
    }

    /// Says that `column` stands at `place`; the first time counts.
    mutating func set(_ column: Column, at place: Int) {
        guard !has(column) else { return }
        columns.insert(ColumnSet(column))
        while atPlace.count <= place { atPlace.append(-1) }
        atPlace[place] = column.rawValue
    }

    /// Whether the header has the column.
    @inline(__always)
    func has(_ column: Column) -> Bool { columns.contains(column) }

    /// How many columns it has.
    var count: Int { columns.rawValue.nonzeroBitCount }

    /// How many places a row needs to have all columns wanted.
    var width: Int { atPlace.count }

    /// Finds the fields of a row. Returns: how many places it has, counted up to the last one wanted.
    @inline(__always)
    func split(_ line: Span<UInt8>, at delimiter: UInt8, into fields: inout FieldPlaces) -> Int {
        fields.clear()
        var place = 0
        var start = 0
        let count = line.count
        for index in 0..<count where line[index] == delimiter {
            note(place, start, index, &fields)
            place &+= 1
            start = index &+ 1
            if place >= atPlace.count { return place }
        }
        note(place, start, count, &fields)
        return place + 1
    }

    /// As `split`, with delimiters between quotes being text.
    func splitQuoted(_ line: Span<UInt8>, at delimiter: UInt8, into fields: inout FieldPlaces) -> Int {
        fields.clear()
        var cells = DelimitedFields(delimiter: delimiter)
        var place = 0
        while place < atPlace.count, cells.next(of: line) != nil {
            note(place, cells.start, cells.end, &fields)
            place += 1
        }
        return place
    }

    @inline(__always)
    private func note(_ place: Int, _ start: Int, _ end: Int, _ fields: inout FieldPlaces) {
        guard place < atPlace.count, atPlace[place] >= 0 else { return }
        fields.set(rawColumn: atPlace[place], start, end)
    }
}
