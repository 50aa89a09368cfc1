/// Compiles the fields of a template, one after the other, to a plan. Keeps nothing of a field that it passes over.
struct PlanCompiler {
    private let isNetFlow9: Bool
    private var plan = RecordPlan()
    private var ranks = InlineArray<36, UInt8>(repeating: .max)
    /// Bytes since the last field of variable length.
    private var segmentLength = 0

    init(isNetFlow9: Bool) { self.isNetFlow9 = isNetFlow9 }

    /// Bytes of the shortest record so far.
    var length: Int { plan.length }

    /// Adds the next field. Parameter isScope: a scope of v9, which has numbers of its own, so only its length counts.
    mutating func add(_ specifier: FieldSpecifier, isScope: Bool = false) {
        plan.fieldCount += 1
        if specifier.length == FieldSpecifier.variableLength {
            plan.skips.append(Int32(clamping: segmentLength))
            segmentLength = 0
            plan.length += 1
            return
        }
        let length = Int(specifier.length)
        if !isScope, let meaning = FieldMeaning.of(specifier, isNetFlow9: isNetFlow9) { place(meaning, length) }
        segmentLength += length
        plan.length += length
    }

    /// The plan of all fields added. Parameter isOptions: whether its records tell of the exporter.
    func plan(isOptions: Bool) -> RecordPlan {
        var plan = plan
        sortOutgoing(.bytesReceived, .bytesSent, &plan.layout)
        sortOutgoing(.packetsReceived, .packetsSent, &plan.layout)
        let hasV4 = plan.layout.has(.source4) && plan.layout.has(.destination4)
        let hasV6 = plan.layout.has(.source6High) && plan.layout.has(.destination6High)
        plan.layout.family = hasV6 ? hasV4 ? .both : .v6 : .v4
        let isTranslation = plan.layout.has(.natEvent) && plan.layout.present.isDisjoint(with: .counters)
        if isOptions {
            plan.kind = .options
        } else if hasV4 || hasV6, !isTranslation {
            plan.kind = .flow
        }
        plan.layout.hasWayBack = !plan.layout.present.isDisjoint(with: .wayBack)
        plan.layout.hasEvents = plan.layout.has(.firewallEvent)
        plan.layout.hasRareFields = !plan.layout.present.isDisjoint(with: .rare)
        plan.layout.bytesAreTotal =
            plan.layout.has(.firewallEvent) && !plan.layout.has(.bytesReceived)
            && ranks[RecordField.bytesSent.rawValue] == 2
        return plan
    }

    /// v9's outgoing counters are the way back if incoming ones are there, and else the only ones there are.
    private func sortOutgoing(_ received: RecordField, _ sent: RecordField, _ layout: inout RecordLayout) {
        guard ranks[received.rawValue] == FieldMeaning.outgoing, !layout.has(sent) else { return }
        layout.places[sent.rawValue] = layout.places[received.rawValue]
        layout.places[received.rawValue] = RecordLayout.Place()
        layout.present.insert(RecordFields(sent))
        layout.present.remove(RecordFields(received))
    }

    private mutating func place(_ meaning: FieldMeaning, _ length: Int) {
        let field = meaning.field
        guard meaning.rank < ranks[field.rawValue] else { return }
        switch field {
        case .source4, .destination4:
            guard length == 4 else { return }
        case .source6High, .destination6High:
            guard length == 16 else { return }
            let low: RecordField = field == .source6High ? .source6Low : .destination6Low
            set(low, meaning, length: 8, end: segmentLength + 16)
            set(field, meaning, length: 8, end: segmentLength + 8)
            return
        case .sampleChance:
            guard length == 8 else { return }
        default:
            guard (1...8).contains(length) else { return }
        }
        set(field, meaning, length: length, end: segmentLength + length)
        switch field {
        case .start: plan.layout.startUnit = meaning.unit
        case .end: plan.layout.endUnit = meaning.unit
        case .duration: plan.layout.durationUnit = meaning.unit
        case .observed: plan.layout.observedUnit = meaning.unit
        default: break
        }
    }

    private mutating func set(_ field: RecordField, _ meaning: FieldMeaning, length: Int, end: Int) {
        ranks[field.rawValue] = meaning.rank
        plan.layout.present.insert(RecordFields(field))
        plan.layout.places[field.rawValue] = RecordLayout.Place(
            end: Int32(clamping: end), segment: Int32(clamping: plan.skips.count),
            mask: length == 8 ? .max : 1 << UInt64(8 * length) - 1)
    }
}
