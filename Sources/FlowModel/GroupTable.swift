public import FlowState

/// Host groups and the lists of them that hosts are in.
///
/// A list keeps the order its exporter wrote it in, for the first group is the one that Cisco's exercise goes by.
public struct GroupTable: Sendable, Stateful {
    /// The names of single groups.
    public private(set) var names = NameTable(limit: 4096)
    private var sets: [[NameID]] = [[]]
    private var ids: [[NameID]: GroupSetID] = [:]

    /// Lists as exporters write them, and the id of each: looking a known one up allocates nothing.
    private var written = NameTable()
    private var idOfWritten: [GroupSetID] = [.none]

    /// No groups.
    public init() {}

    /// How many lists there are, the empty one included; their ids are 0 ..< `count`.
    public var count: Int { sets.count }

    /// The id of a list of groups written with commas, as in `Web Servers, Atlanta`; `.none` when it is empty or
    /// the table is full.
    ///
    /// Cisco writes inverted country names without quotes (`Korea, Republic Of`): a part that only ever ends such a
    /// name (ISO 3166, inverted form) is joined to the one before it.
    public mutating func intern(list: String) -> GroupSetID {
        var groups: [String] = []
        for part in list.split(separator: ",") {
            let name = part.drop { $0 == " " }
            let trimmed = String(name.reversed().drop { $0 == " " }.reversed())
            if trimmed.isEmpty { continue }
            if Self.nameEndings.contains(trimmed), let last = groups.popLast() {
                groups.append(last + ", " + trimmed)
            } else {
                groups.append(trimmed)
            }
        }
        return intern(groups)
    }

    /// The id of the list that is name `place` of `names`, written with commas.
    mutating func intern(list place: Int, of names: NameTable) -> GroupSetID {
        let id = written.intern(names, place)
        if id != .none, id.index < idOfWritten.count { return idOfWritten[id.index] }
        let set = intern(list: names.name(NameID(rawValue: UInt16(truncatingIfNeeded: place))))
        if id != .none { idOfWritten.append(set) }
        return set
    }

    /// The id of a list of group names; `.none` when it is empty or the table is full.
    public mutating func intern(_ groups: [String]) -> GroupSetID {
        var list: [NameID] = []
        for group in groups {
            let id = names.intern(group)
            if id != .none && !list.contains(id) { list.append(id) }
        }
        if list.isEmpty { return .none }
        if let id = ids[list] { return id }
        guard sets.count <= Int(UInt16.max) else { return .none }
        let id = GroupSetID(rawValue: UInt16(sets.count))
        sets.append(list)
        ids[list] = id
        return id
    }

    public mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        try state.carry(&names)
        var members = Array(sets.joined())
        var sizes = sets.map { UInt16(clamping: $0.count) }
        try state.carry(&members)
        try state.carry(&sizes)
        guard state.isRestoring else { return }
        guard sizes.first == 0, sizes.reduce(0, { $0 + Int($1) }) == members.count else { throw .damaged }
        var start = 0
        sets = sizes.map { size in
            start += Int(size)
            return Array(members[start - Int(size)..<start])
        }
        ids = Dictionary(
            sets.enumerated().dropFirst().map { ($1, GroupSetID(rawValue: UInt16(clamping: $0))) }
        ) { first, _ in first }
        (written, idOfWritten) = (NameTable(), [.none])
    }

    /// The groups of list `id`, in the order they were written.
    public func groups(of id: GroupSetID) -> [NameID] { id.index < sets.count ? sets[id.index] : [] }

    /// The list as text, `Web Servers, Atlanta`.
    public func text(of id: GroupSetID) -> String {
        groups(of: id).map { names.name($0) }.joined(separator: ", ")
    }

    private static let nameEndings: Set<String> = [
        "Republic Of", "Islamic Republic Of", "United Republic Of", "Democratic People's Republic Of",
        "The Democratic Republic Of The", "The Democratic Republic Of", "Federated States Of", "Province Of China",
        "The Former Yugoslav Republic Of", "Plurinational State Of", "Bolivarian Republic Of", "Occupied",
        "British", "U.S.",
    ]
}
