import FlowFormats
public import FlowModel

/// Files, folders, globs and standard input as batches of flows, in order.
///
/// Several files come in the order of their first flows. A file that breaks off is read up to there, and `report`
/// says so. The same input gives the same batches for any number of threads.
public final class FlowSource {
    /// The tables that the flows' ids point into; set before the first batch to go on with an earlier run's.
    public var names = FlowNames()
    /// What was read so far.
    public private(set) var report = InputReport()
    /// In which order the flows of the last batch come.
    public private(set) var order = FlowOrder.byStart
    /// Whether the flows of the last batch are records of one way each.
    public private(set) var isOneWay = false

    /// The inputs, by `OriginID`.
    public private(set) var origins: [FlowOrigin] = []

    private let options: InputOptions
    private var files: [InputFile] = []
    private var current: OpenFile?
    /// Flows of unsorted files, sorted, and how many of them were handed on.
    private var sorted: [Flow] = []
    private var sortedTaken = 0

    /// The files that `arguments` name: folders and globs spelled out.
    public static func paths(_ arguments: [String]) throws(InputError) -> [String] {
        try InputPaths.expand(arguments).map(\.path)
    }

    /// Opens the inputs named by `arguments`: files, folders, globs, `-` for standard input.
    public static func open(_ arguments: [String], options: InputOptions) throws(InputError) -> FlowSource {
        let paths = try InputPaths.expand(arguments)
        let (opened, problems) = openAll(paths, options)
        if opened.isEmpty { throw .unreadable(problems.first ?? "no input") }
        if options.isStrict, let first = problems.first { throw .unreadable(first) }
        let source = FlowSource(files: opened, options: options)
        source.report.problems = problems
        source.report.bytesTotal = paths.contains { $0.size == nil } ? nil : paths.reduce(0) { $0 + ($1.size ?? 0) }
        return source
    }

    private init(files: [InputFile], options: InputOptions) {
        self.options = options
        self.files = files.sorted { ($0.firstStart, $0.place) < ($1.firstStart, $1.place) }
        origins = self.files.map { FlowOrigin(name: $0.name, order: $0.format.order, isOneWay: $0.format.isOneWay) }
        report.formats = Array(Set(files.map { $0.format.name })).sorted()
    }

    private static func openAll(_ paths: [InputPath], _ options: InputOptions) -> ([InputFile], [String]) {
        var opened: [InputFile] = []
        var problems: [String] = []
        for (place, path) in paths.enumerated() {
            do throws(InputError) {
                opened.append(try InputFile(path, place: place, options: options))
            } catch {
                problems.append(error.text)
            }
        }
        return (opened, problems)
    }

    deinit { current?.stop() }

    /// Replaces `batch` by the next flows. Returns: false at the end of the input.
    public func next(into batch: inout FlowBatch) throws(InputError) -> Bool {
        while true {
            if sortedTaken < sorted.count {
                takeSorted(into: &batch)
                return true
            }
            if current == nil {
                guard !files.isEmpty else { return false }
                let file = files.removeFirst()
                if case .unsorted = file.format.order {
                    try sortTogether([file] + files.filter { $0.isUnsorted })
                    files.removeAll { $0.isUnsorted }
                    continue
                }
                current = try OpenFile(file, threads: options.threads)
                order = file.format.order
                isOneWay = file.format.isOneWay
            }
            guard let file = current else { continue }
            if try take(from: file, into: &batch) { return true }
            file.stop()
            current = nil
        }
    }

    /// Reads no further: `next` says that the input is at its end.
    public func stop() {
        current?.stop()
        current = nil
        files = []
        sorted = []
        sortedTaken = 0
    }

    /// One batch of a file, counted and with its names adopted. Returns: false at the end of the file.
    private func take(from file: OpenFile, into batch: inout FlowBatch) throws(InputError) -> Bool {
        guard let piece = file.next(into: &batch) else { return false }
        report.bytesRead += file.takeBytesRead()
        for example in batch.examples {
            let text = "\(file.name):\(file.lines + example.line): \(example.text)"
            if options.isStrict { throw .brokenRow(text) }
            if report.examples.count < InputReport.exampleLimit { report.examples.append(text) }
        }
        file.lines += batch.lines
        report.rows += batch.flows.count + batch.rejected.total + batch.skipped.total
        report.flows += batch.flows.count
        report.rejected.add(batch.rejected)
        report.skipped.add(batch.skipped)
        names.adopt(&batch)
        batch.dictionary = names
        if let text = piece.problem {
            if options.isStrict { throw .unreadable(text) }
            report.problems.append(text)
        }
        return true
    }

    private func sortTogether(_ files: [InputFile]) throws(InputError) {
        sorted.removeAll()
        sortedTaken = 0
        order = .unsorted
        isOneWay = files.contains { $0.format.isOneWay }
        var batch = FlowBatch()
        for input in files {
            let file = try OpenFile(input, threads: 1)
            defer { file.stop() }
            while try take(from: file, into: &batch) {
                guard sorted.count + batch.flows.count <= options.sortLimit else {
                    throw .unreadable(
                        "\(file.name): over \(options.sortLimit) flows in a format without order of time; split the export"
                    )
                }
                sorted.append(contentsOf: batch.flows)
            }
        }
        // Stable: flows of the same moment stay in the order of the file.
        let places = sorted.indices.sorted { (sorted[$0].start, $0) < (sorted[$1].start, $1) }
        sorted = places.map { sorted[$0] }
    }

    private func takeSorted(into batch: inout FlowBatch) {
        batch.removeAll()
        let end = min(sortedTaken + FlowBatch.capacity, sorted.count)
        batch.flows.append(contentsOf: sorted[sortedTaken..<end])
        batch.dictionary = names
        sortedTaken = end
        if sortedTaken == sorted.count {
            sorted.removeAll()
            sortedTaken = 0
        }
    }
}
