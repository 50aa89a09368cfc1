public import FlowEngine
public import FlowEnrich
public import FlowFiles
public import FlowModel

/// Pulls flows from files, one batch after the other, for a verb that looks at them or for the engine.
public struct FileRun: ~Copyable {
    /// The files.
    public let source: FlowSource
    /// What becomes of flows before anything looks at them; of a run with an engine, the engine has its own.
    public private(set) var preparation: FlowPreparation
    private var isRegistered = false
    private var isOver = false

    /// A run over files. Parameter filter: which flows are looked at; nil for all.
    public init(_ source: FlowSource, filter: FlowFilter? = nil) {
        self.source = source
        preparation = FlowPreparation(filter: filter)
    }

    /// Replaces a batch by the next flows that are ready. Returns: false at the end of the input.
    public mutating func next(into batch: inout FlowBatch) throws(InputError) -> Bool {
        if !isRegistered {
            for origin in source.origins { preparation.register(origin) }
            isRegistered = true
        }
        if isOver { return false }
        if try source.next(into: &batch) {
            preparation.process(&batch)
        } else {
            isOver = true
            batch.removeAll()
            batch.dictionary = source.names
            preparation.finish(&batch)
        }
        return true
    }

    /// Takes all of the input through an engine, to its end. Parameter each: is shown each batch as the engine prepared it,
    /// and what the engine had to say of it, which is emptied behind it.
    public mutating func detect(
        with engine: inout DetectionEngine, into output: inout EngineOutput,
        each: (FlowBatch, inout EngineOutput) throws(InputError) -> Void
    ) throws(InputError) {
        engine.register(source.origins)
        var batch = FlowBatch()
        while try source.next(into: &batch) {
            engine.take(&batch, into: &output)
            try each(batch, &output)
            output.removeAll()
        }
        batch.removeAll()
        batch.dictionary = source.names
        engine.advance(to: .endOfTime, &batch, into: &output)
        try each(batch, &output)
        output.removeAll()
        isOver = true
    }
}
