import FlowModel

/// Rules made ready: for every list of groups, which rules it may be the source or the destination of, a bit each.
struct PolicyMatrix: Sendable {
    /// Most rules: one bit of a word each.
    static let ruleLimit = 64

    private struct Rule: Sendable {
        var isDenied: Bool
        var ports: [UInt16]
        var transports: [Transport]
    }

    /// The words that stand for no group.
    private static let words: Set<String> = ["inside", "outside", "any"]

    /// What each rule says.
    let texts: [String]
    private let settings: [PolicyRule]
    private let rules: [Rule]
    private var sources: [UInt64] = []
    private var destinations: [UInt64] = []
    /// Rules by the words `outside` and `any` at 0, `inside` and `any` at 1.
    private var sourceSides: [UInt64] = [0, 0]
    private var destinationSides: [UInt64] = [0, 0]

    /// The first 64 of the rules.
    init(_ all: [PolicyRule]) {
        settings = Array(all.prefix(Self.ruleLimit))
        texts = settings.map(\.text)
        rules = settings.map { Rule(isDenied: $0.action == .deny, ports: $0.ports, transports: $0.transports ?? []) }
        for (index, rule) in settings.enumerated() {
            for (side, word) in ["outside", "inside"].enumerated() {
                if rule.from == "any" || rule.from == word { sourceSides[side] |= 1 << UInt64(index) }
                if rule.to == "any" || rule.to == word { destinationSides[side] |= 1 << UInt64(index) }
            }
        }
    }

    /// Whether no flow can break a rule.
    var isEmpty: Bool { !rules.contains { $0.isDenied } }

    /// Takes up lists of groups that have come since.
    mutating func learn(_ tables: FlowTables) {
        while sources.count < tables.groupListCount {
            let set = GroupSetID(rawValue: UInt16(truncatingIfNeeded: sources.count))
            let names = tables.groupNames(of: set)
            var source: UInt64 = 0
            var destination: UInt64 = 0
            for (index, rule) in settings.enumerated() {
                if !Self.words.contains(rule.from), names.contains(rule.from) { source |= 1 << UInt64(index) }
                if !Self.words.contains(rule.to), names.contains(rule.to) { destination |= 1 << UInt64(index) }
            }
            sources.append(source)
            destinations.append(destination)
        }
    }

    /// The rule that a flow breaks; nil for none. Cost: four look-ups where no rule is about its hosts.
    func broken(by flow: Flow) -> Int? {
        var source = sourceSides[flow.traits.contains(.sourceIsHome) ? 1 : 0]
        var destination = destinationSides[flow.traits.contains(.destinationIsHome) ? 1 : 0]
        if flow.sourceGroups.index < sources.count { source |= sources[flow.sourceGroups.index] }
        if flow.destinationGroups.index < destinations.count {
            destination |= destinations[flow.destinationGroups.index]
        }
        var left = source & destination
        while left != 0 {
            let index = left.trailingZeroBitCount
            left &= left - 1
            let rule = rules[index]
            guard rule.ports.isEmpty || rule.ports.contains(flow.destinationPort),
                rule.transports.isEmpty || rule.transports.contains(flow.transport)
            else { continue }
            return rule.isDenied ? index : nil
        }
        return nil
    }
}
