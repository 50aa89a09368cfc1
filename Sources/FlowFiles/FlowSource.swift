import FlowFormats
public import FlowModel

/// Files, folders, globs and standard input as batches of flows, merged by time.
///
/// Every input is an origin of its own. The next flow is always that of the origin whose time is lowest, by start or by
/// end as its format has it; of the same time, that of the lower number. Files that do not overlap are thus read one
/// after the other. A file that breaks off is read up to there, and `report` says so. The same flows come in the same
/// order for any number of threads and any compression.
public final class FlowSource {
    /// The inputs, in the order of (first time, place among the arguments): `Flow.origin` is an index into them.
    public private(set) var origins: [FlowOrigin] = []
    /// What was read so far.
    public internal(set) var report = InputReport()

    let options: InputOptions
    private let crew: DecodingCrew?
    /// What `names` gives.
    var tables = FlowNames()
    /// Inputs whose turn has not come, the next one last.
    private var waiting: [InputFile] = []
    private var queue = MergeQueue()
    /// Lanes whose flows are used up: they are filled before the next flow is chosen.
    private var dry: [MergeLane] = []
    private var openCount = 0
    /// The latest time of a flow that was handed on.
    private var reached = Timestamp(nanoseconds: .min)
    /// Files opened after their turn.
    private var lateFiles = 0

    /// The files that `arguments` name: folders and globs spelled out.
    public static func paths(_ arguments: [String]) throws(InputError) -> [String] {
        try InputPaths.expand(arguments).map(\.path)
    }

    /// Opens the inputs named by `arguments`: files, folders, globs, `-` for standard input. Those in formats without
    /// order of time are read whole and sorted.
    public static func open(_ arguments: [String], options: InputOptions) throws(InputError) -> FlowSource {
        let paths = try InputPaths.expand(arguments)
        guard paths.count <= inputLimit else {
            throw .unreadable("\(paths.count) inputs: at most \(inputLimit) can be read at once")
        }
        let source = FlowSource(options)
        source.report.bytesTotal = paths.contains { $0.size == nil } ? nil : paths.reduce(0) { $0 + ($1.size ?? 0) }
        var files: [InputFile] = []
        for (place, path) in paths.enumerated() {
            do throws(InputError) {
                files.append(try InputFile(path, place: place, options: options))
            } catch {
                source.report.problems.append(error.text)
            }
        }
        let problem = source.report.problems.first
        if let problem, files.isEmpty || options.isStrict { throw .unreadable(problem) }
        try source.begin(files)
        return source
    }

    /// As many as `OriginID` can number.
    private static let inputLimit = 65_535

    private init(_ options: InputOptions) {
        self.options = options
        crew = options.threads > 1 ? DecodingCrew(threads: options.threads) : nil
    }

    deinit { crew?.stop() }

    /// The tables that the flows' ids point into; may be set before the first batch, to go on with an earlier run's.
    public var names: FlowNames {
        get { tables }
        set {
            let earlier = tables
            tables = newValue
            moveNames(of: dry, from: earlier)
        }
    }

    /// Reads no further: `next` says that the input is at its end.
    public func stop() {
        crew?.stop()
        queue.removeAll()
        waiting = []
        dry = []
    }

    /// Replaces `batch` by the next flows. Returns: false at the end of the input.
    ///
    /// An origin stands in `batch.ended` as soon as its end is known, before any later flow of another; a batch may
    /// hold nothing else.
    public func next(into batch: inout FlowBatch) throws(InputError) -> Bool {
        batch.removeAll()
        while batch.flows.count < FlowBatch.capacity {
            try settle(&batch.ended)
            guard batch.ended.isEmpty, let lane = queue.first else { break }
            if take(from: lane, into: &batch) { break }
        }
        batch.dictionary = tables
        return !batch.flows.isEmpty || !batch.ended.isEmpty
    }

    /// Numbers the inputs, those of which no time is known last.
    private func begin(_ files: [InputFile]) throws(InputError) {
        report.formats = Array(Set(files.map { $0.format.name })).sorted()
        report.notes = Self.notes(on: files)
        var sorted: [Int: [Flow]] = [:]
        for file in files where file.isUnsorted {
            let flows = try sortedFlows(of: file, limit: options.sortLimit - sorted.values.reduce(0) { $0 + $1.count })
            file.firstTime = flows.first?.start
            sorted[file.place] = flows
        }
        let last = Timestamp(nanoseconds: .max)
        let files = files.sorted { ($0.firstTime ?? last, $0.place) < ($1.firstTime ?? last, $1.place) }
        origins = files.map(\.description)
        for (number, file) in files.enumerated() {
            file.origin = OriginID(rawValue: UInt16(number))
            guard file.isUnsorted else { continue }
            let lane = MergeLane(nil, origin: file.origin, order: .byStart)
            lane.batch.flows = sorted.removeValue(forKey: file.place) ?? []
            StretchDecoder(origin: file.origin, site: .main).stamp(&lane.batch)
            dry.append(lane)
        }
        waiting = files.filter { !$0.isUnsorted }.sorted { $1.turn < $0.turn }
    }

    /// What files carry that is not read: once for all that leave out the same columns.
    private static func notes(on files: [InputFile]) -> [String] {
        var named: [[String]: (first: String, count: Int)] = [:]
        var order: [[String]] = []
        for file in files where !file.unusedColumns.isEmpty {
            if named[file.unusedColumns] == nil { order.append(file.unusedColumns) }
            named[file.unusedColumns, default: (file.name, 0)].count += 1
        }
        return order.compactMap { columns in
            named[columns].map { files in
                let more = files.count > 1 ? " and \(files.count - 1) more" : ""
                let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
                return "\(files.first)\(more): not read: \(list); map \(columns.count == 1 ? "it" : "them") with csv.columns"
            }
        }
    }

    /// Brings the merge to where its next flow is known: fills the lanes that are used up and opens the files whose turn
    /// has come. Parameter ended: gets the origins that are at their end.
    private func settle(_ ended: inout [OriginID]) throws(InputError) {
        while true {
            while let lane = dry.popLast() {
                if try fill(lane) {
                    queue.insert(lane)
                } else {
                    ended.append(lane.origin)
                    if let file = lane.file { close(file) }
                }
            }
            guard let turn = nextTurn, let file = waiting.last else { return }
            if let first = queue.first, first.key < turn { return }
            waiting.removeLast()
            do throws(InputError) {
                dry.append(try open(file))
            } catch {
                try note(error)
                ended.append(file.origin)
            }
        }
    }

    /// The turn of the next file, while there is room for it.
    private var nextTurn: MergeKey? { openCount < options.openFileLimit ? waiting.last?.turn : nil }

    /// Opens a file whose turn has come.
    private func open(_ file: InputFile) throws(InputError) -> MergeLane {
        if let first = file.firstTime, first < reached { lateFiles += 1 }
        if waiting.isEmpty, lateFiles > 0 {
            report.problems.append(
                "\(lateFiles) files were read late: more than \(options.openFileLimit) overlap in time, and no more are open at once"
            )
        }
        let lane = MergeLane(try OpenFile(file, plan), origin: file.origin, order: file.format.order)
        openCount += 1
        return lane
    }

    /// How the next file is read.
    var plan: ReadingPlan {
        ReadingPlan(crew: crew, openFiles: openCount + 1, chunkLength: options.chunkLength)
    }

    private func close(_ file: OpenFile) {
        file.close()
        openCount -= 1
    }

    /// Reads the next flows of a lane that is used up. Returns: false at the end of the input.
    private func fill(_ lane: MergeLane) throws(InputError) -> Bool {
        guard let file = lane.file else { return !lane.isUsedUp && lane.begin() }
        while try read(file, into: &lane.batch) {
            if lane.begin() { return true }
        }
        return false
    }

    /// Moves the flows of the first lane into `batch` whose turn comes before any other. Returns: whether `batch` is
    /// full: one that came from a file is handed on as it is, without a copy, where no other input cuts into it.
    private func take(from lane: MergeLane, into batch: inout FlowBatch) -> Bool {
        let mayBeWhole = batch.flows.isEmpty && lane.isWhole
        var isWhole = mayBeWhole && queue.lanes.count == 1 && waiting.isEmpty
        if !isWhole {
            let bound = min(queue.secondKey, nextTurn ?? .last)
            let room = mayBeWhole ? Int.max : FlowBatch.capacity - batch.flows.count
            let (range, latest) = lane.take(before: bound, room: room)
            reached = max(reached, latest)
            isWhole = mayBeWhole && lane.isUsedUp
            if !isWhole {
                tables.adopt(range, of: &lane.batch, known: &lane.names)
                batch.flows.append(contentsOf: lane.batch.flows[range])
            }
        }
        if isWhole {
            swap(&batch, &lane.batch)
            tables.adopt(&batch)
        }
        if lane.isUsedUp {
            queue.removeFirst()
            dry.append(lane)
        } else {
            queue.sinkFirst()
        }
        return isWhole
    }
}
