public import FlowModel

/// Which flows are looked at: the filter of `--where` with the times of `--since` and `--until`.
///
/// Compiled once into a decision graph: each test names the next one for its yes and for its no, so that `and`, `or` and
/// `not` cost nothing. Names become sets of ids as they are met, a comparison of text a name and not a flow.
public struct FlowFilter: Sendable {
    /// A test, and where to go on: the place of another one, or one of the two ends.
    private struct Step {
        static let accept: Int32 = -1
        static let reject: Int32 = -2
        var test: FilterTest
        var ifTrue: Int32
        var ifFalse: Int32
    }

    /// Words of 64 bits that a set of ids takes: an id has 16 bits.
    private static let setWords = 1024

    /// Steps only lead to places before their own, so that every run ends.
    private var program: [Step] = []
    private var entry = Step.accept
    /// The ids of each set of names, one set after the other.
    private var ids: [UInt64]
    private var sets: [NameSet]
    /// How many applications, labels and lists of groups were looked at; the first of each is the empty one.
    private var known = (applications: 1, labels: 1, groups: 1)
    /// Flows left out so far.
    public private(set) var droppedCount = 0

    /// A filter of flows. Parameter text: the condition, in the language of docs/filter.md; nil for none. Parameters
    /// since, until: the first start that is taken and the first that is not; nil for no bound.
    public init(_ text: String?, since: Timestamp? = nil, until: Timestamp? = nil) throws(FilterError) {
        var parts: [FilterExpression] = []
        if let since { parts.append(.test(.range(.start, low: FilterField.ordered(since), high: .max))) }
        if let until {
            let end = FilterField.ordered(until)
            parts.append(end == 0 ? .any([]) : .test(.range(.start, low: 0, high: end - 1)))
        }
        sets = []
        if let text {
            let (expression, sets) = try FilterParser.parse(text)
            parts.append(expression)
            self.sets = sets
        }
        ids = Array(repeating: 0, count: sets.count * Self.setWords)
        for set in sets.indices where sets[set].takesNone { ids[set * Self.setWords] = 1 }
        entry = compile(.all(parts), ifTrue: Step.accept, ifFalse: Step.reject)
    }

    /// Appends the steps of an expression, the last ones first. Returns: where to enter.
    private mutating func compile(_ expression: FilterExpression, ifTrue: Int32, ifFalse: Int32) -> Int32 {
        switch expression {
        case .test(let test):
            program.append(Step(test: test, ifTrue: ifTrue, ifFalse: ifFalse))
            return Int32(program.count - 1)
        case .not(let inner):
            return compile(inner, ifTrue: ifFalse, ifFalse: ifTrue)
        case .all(let parts):
            return parts.reversed().reduce(ifTrue) { entry, part in
                compile(part, ifTrue: entry, ifFalse: ifFalse)
            }
        case .any(let parts):
            return parts.reversed().reduce(ifFalse) { entry, part in
                compile(part, ifTrue: ifTrue, ifFalse: entry)
            }
        }
    }

    /// Looks up the names that have come since the last call; before `apply` to flows that may have new ones.
    public mutating func learn(_ names: FlowNames) {
        guard !sets.isEmpty else { return }
        learn(.application, known.applications..<names.applications.count + 1) { [names.applications.name($0.name)] }
        learn(.label, known.labels..<names.labels.count + 1) { [names.labels.name($0.name)] }
        learn(.group, known.groups..<names.groups.count) { id in
            names.groups.groups(of: id.groupSet).map { names.groups.names.name($0) }
        }
        known = (names.applications.count + 1, names.labels.count + 1, names.groups.count)
    }

    private struct ID {
        var rawValue: UInt16
        var name: NameID { NameID(rawValue: rawValue) }
        var groupSet: GroupSetID { GroupSetID(rawValue: rawValue) }
    }

    private mutating func learn(_ kind: NameSet.Kind, _ new: Range<Int>, _ names: (ID) -> [String]) {
        guard !new.isEmpty, sets.contains(where: { $0.kind == kind }) else { return }
        for place in new {
            let texts = names(ID(rawValue: UInt16(truncatingIfNeeded: place)))
            for set in sets.indices where sets[set].kind == kind {
                // Every text is asked for, so that `unmet` knows of all.
                let isTaken = texts.reduce(false) { sets[set].takes($1) || $0 }
                if isTaken { ids[set * Self.setWords + place >> 6] |= 1 << UInt64(place & 63) }
            }
        }
    }

    /// Names of the filter that no name met so far is of: a slip of the pen, most likely. `kind` is application,
    /// label or group.
    public var unmet: [(kind: String, name: String)] {
        sets.flatMap { set in
            set.patterns.indices.filter { !set.isMet[$0] }.map { (set.kind.rawValue, set.patterns[$0].text) }
        }
    }

    /// Takes the flows out that the filter does not take; the others stay in order. Cost: a few nanoseconds a flow, no
    /// allocation.
    public mutating func apply(to flows: inout [Flow]) {
        var kept = 0
        let program = program
        let ids = ids
        let entry = entry
        for index in flows.indices {
            guard Self.accepts(flows[index], program.span, ids.span, from: entry) else { continue }
            if kept < index { flows[kept] = flows[index] }
            kept += 1
        }
        droppedCount += flows.count - kept
        flows.removeLast(flows.count - kept)
    }

    @inline(__always)
    private static func accepts(
        _ flow: borrowing Flow, _ program: Span<Step>, _ ids: Span<UInt64>, from entry: Int32
    ) -> Bool {
        var place = entry
        while place >= 0 {
            let step = program[Int(place)]
            let isTrue: Bool
            switch step.test {
            case .range(let field, let low, let high):
                let value = field.value(of: flow)
                isTrue = value >= low && value <= high
            case .allBits(let field, let mask):
                isTrue = field.value(of: flow) & mask == mask
            case .noBits(let field, let mask):
                isTrue = field.value(of: flow) & mask == 0
            case .member(let field, let set):
                let id = Int(field.value(of: flow) & 0xffff)
                isTrue = ids[set * setWords + id >> 6] >> UInt64(id & 63) & 1 == 1
            case .source(let base, let mask):
                isTrue = (flow.source.high & mask.high ^ base.high) | (flow.source.low & mask.low ^ base.low) == 0
            case .destination(let base, let mask):
                isTrue =
                    (flow.destination.high & mask.high ^ base.high) | (flow.destination.low & mask.low ^ base.low) == 0
            }
            place = isTrue ? step.ifTrue : step.ifFalse
        }
        return place == Step.accept
    }
}
