import FlowFeatures
import FlowMath
import FlowModel
import FlowState

/// Gathers the flows of each window of a model, and says which of its rows the model finds rare.
struct ModelJudge: Sendable {
    /// Flows kept until there is a batch of them for the feature builder: 8 MB.
    static let batch = 1 << 16
    /// Rows reported of a window at most, the rarest.
    static let rowLimit = 20
    /// Most hosts, pairs and rows of a window.
    static let limit = 200_000
    /// Most combinations of ports and hosts in a window, of which half are distinct: 32 MB.
    static let combinationLimit = 1 << 22
    /// Windows that a forecaster looks back on.
    static let historyLimit = 4096
    /// Nanoseconds that evidence lasts.
    private static let evidenceTime: Int64 = 3_600_000_000_000
    /// Windows further ahead than a day of what has closed are nobody's.
    private static let reach: Int64 = 86_400_000_000_000

    /// A row that is rare.
    struct Row {
        var subject: IPAddress
        var peer: IPAddress?
        var window: Window
        /// −ln of the share of training rows as unlike as it.
        var rarity: Double
        /// What as many tests as there are in an hour make ordinary.
        var ordinary: Double
        /// Log-likelihood ratio, in nats, above 0.
        var evidence: Double
        var flows: Int
        var causes: [FeatureCause]
    }

    let model: TrainedModel
    private let length: Int64
    private var pending: [Flow] = []
    /// Windows that begin before are closed.
    private var closed = Int64.min
    private var slice: Int64?
    private var builder: (any FeatureBuilder)?
    /// Of windows: who opened the most.
    private var openers: HostFeatureBuilder?
    /// Of a forecaster: the windows since it learnt.
    private var history: FeatureTable
    private(set) var overflowCount = 0

    init(_ model: TrainedModel) {
        self.model = model
        length = Int64(max(1, min(model.windowSeconds ?? 300, 86_400)) * 1e9)
        history = FeatureTable(columns: model.columns)
    }

    /// Takes flows up.
    mutating func add(_ flows: Span<Flow>) {
        for index in flows.indices {
            let start = flows[index].start.nanoseconds
            guard start >= closed, closed == .min || start - max(closed, 0) < Self.reach else {
                overflowCount += 1
                continue
            }
            pending.append(flows[index])
            if pending.count >= Self.batch { empty() }
        }
    }

    /// Judges the windows that have ended.
    mutating func close(upTo moment: Timestamp) -> [Row] {
        var rows: [Row] = []
        while true {
            if slice == nil { slice = pending.map { start(of: $0) }.min() }
            guard let first = slice, first.addingClamped(length) <= moment.nanoseconds else { break }
            take(first)
            rows += judge(first)
            closed = max(closed, first.addingClamped(length))
            slice = nil
        }
        return rows
    }

    /// What tells models apart.
    var key: UInt64 {
        var hash: UInt64 = UInt64(truncatingIfNeeded: model.rows)
        for byte in (model.model.method.rawValue + model.subject.rawValue + model.firstSeen + model.lastSeen).utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return hash
    }

    /// Its state as bytes.
    mutating func saved() throws(StateCarrier.Failure) -> [UInt8] {
        var state = StateCarrier()
        try carry(&state)
        return state.finished
    }

    /// Carries the flows of windows that have not ended, and a forecaster's windows.
    mutating func carry(_ state: inout StateCarrier) throws(StateCarrier.Failure) {
        // A run saves when all its windows have been judged; what was already handed to the builder is theirs.
        try state.carry(&pending)
        try state.carry(&closed)
        var values = history.values
        try state.carry(&values)
        guard values.count.isMultiple(of: max(1, model.columns.count)), values.allSatisfy(\.isFinite) else {
            throw .damaged
        }
        if state.isRestoring {
            (slice, builder, openers) = (nil, nil, nil)
            history = FeatureTable(columns: model.columns, values: values)
        }
    }

    private func start(of flow: Flow) -> Int64 { EventClock.floor(flow.start.nanoseconds, to: length) }

    /// Makes room: what belongs to the first window goes to its builder, and what is left when that is little goes.
    private mutating func empty() {
        let first = slice ?? pending.map { start(of: $0) }.min() ?? 0
        slice = first
        take(first)
        guard pending.count > Self.batch / 2 else { return }
        overflowCount += pending.count - Self.batch / 2
        pending.removeLast(pending.count - Self.batch / 2)
    }

    /// Hands the flows of a window to its builder.
    private mutating func take(_ first: Int64) {
        var flows = pending.filter { start(of: $0) == first }
        guard !flows.isEmpty else { return }
        let later = pending.filter { start(of: $0) > first }
        pending = later
        var limits = FeatureLimits()
        (limits.hosts, limits.pairs, limits.rows) = (Self.limit, Self.limit, Self.limit)
        limits.combinations = Self.combinationLimit
        var builder = builder ?? model.subject.builder(window: length, limits: limits)
        builder.add(&flows)
        self.builder = builder
        if model.subject == .window {
            var openers = openers ?? HostFeatureBuilder(limits: limits)
            openers.add(&flows)
            self.openers = openers
        }
    }

    private mutating func judge(_ first: Int64) -> [Row] {
        guard var builder else { return [] }
        builder.finish()
        let rows = builder.rows(0..<builder.rowCount)
        overflowCount += builder.left.flows + builder.left.uncounted
        self.builder = nil
        defer { openers = nil }
        guard rows.table.rowCount > 0, let scores = scores(of: rows.table, first) else { return [] }
        // Evidence lasts about an hour: so many rows are tested meanwhile.
        let windows = max(1, Double(Self.evidenceTime) / Double(length))
        let ordinary = logarithm(Double(scores.count) * windows)
        let rare = scores.indices.map { (row: $0, rarity: -logarithm(model.tail.share(atLeast: scores[$0]))) }
            .filter { Self.evidence($0.rarity, ordinary) > 0 }
            .sorted { ($1.rarity, $0.row) < ($0.rarity, $1.row) }
            .prefix(Self.rowLimit)
        let window = Window(
            start: Timestamp(nanoseconds: first), end: Timestamp(nanoseconds: first.addingClamped(length)))
        return rare.compactMap { row, rarity in
            let table = rows.table.stretch(row..<row + 1)
            guard let (subject, peer) = ends(of: row, rows), let causes = try? model.causes(of: table) else {
                return nil
            }
            return Row(
                subject: subject, peer: peer, window: window, rarity: rarity, ordinary: ordinary,
                evidence: Self.evidence(rarity, ordinary), flows: Self.flows(table), causes: causes)
        }
    }

    /// Of a forecaster the windows before are judged with it: it has learnt only what came before them.
    private mutating func scores(of table: FeatureTable, _ first: Int64) -> [Double]? {
        guard model.model.forecaster != nil else { return try? model.scores(of: table) }
        guard let row = table.picking(model.columns.map(\.name)) else { return nil }
        appendSilence(before: first)
        if history.rowCount >= Self.historyLimit { history = history.stretch(Self.historyLimit / 2..<history.rowCount) }
        history.append(row.values)
        return (try? model.scores(of: history))?.last.map { [$0] }
    }

    /// Windows without flows are rows of zeros to a forecaster, as when it learnt.
    private mutating func appendSilence(before first: Int64) {
        guard history.rowCount > 0 else { return }
        let windows = min(max(0, first.subtractingClamped(closed) / length), Int64(Self.historyLimit / 2))
        let zeros = [Double](repeating: 0, count: model.columns.count)
        for _ in 0..<windows { history.append(zeros) }
    }

    private func ends(of row: Int, _ rows: FeatureRows) -> (IPAddress, IPAddress?)? {
        switch model.subject {
        case .host: return rows.addresses("host").map { ($0[row], nil) }
        case .pair, .flow:
            guard let sources = rows.addresses("source"), let peers = rows.addresses("destination") else { return nil }
            return (sources[row], peers[row])
        case .window:
            guard var openers else { return nil }
            openers.finish()
            let hosts = openers.rows(0..<openers.rowCount)
            guard let place = hosts.table.columns.firstIndex(where: { $0.name == "connections_opened" }) else {
                return nil
            }
            let opened = hosts.table.column(place)
            guard let most = opened.indices.max(by: { opened[$0] < opened[$1] }) else { return nil }
            return hosts.addresses("host").map { ($0[most], nil) }
        }
    }

    /// What a p-value, corrected for all tests, is worth: ln(1 / (2 √p)), which on ordinary traffic is a likelihood
    /// ratio of mean 1 (Vovk and Wang 2021, *E-values: calibration, combination and applications*); −ln p is not.
    private static func evidence(_ rarity: Double, _ ordinary: Double) -> Double {
        (rarity - ordinary) / 2 - logarithm(2)
    }

    private static func flows(_ row: FeatureTable) -> Int {
        let counted: Set = ["connections", "connections_opened", "connections_received", "num_entries"]
        let sum = zip(row.columns, row.values).reduce(0) { $0 + (counted.contains($1.0.name) ? $1.1 : 0) }
        return Int(min(1e15, max(0, sum)))
    }
}

extension FeatureRows {
    /// The addresses of a key.
    fileprivate func addresses(_ name: String) -> [IPAddress]? {
        guard case .addresses(let addresses) = keys.first(where: { $0.name == name })?.values else { return nil }
        return addresses
    }
}
