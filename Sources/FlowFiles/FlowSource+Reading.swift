import FlowModel

extension FlowSource {
    /// One batch of a file, counted. Returns: false at the end of the file.
    func read(_ file: OpenFile, into batch: inout FlowBatch) throws(InputError) -> Bool {
        var problem: String?
        guard file.next(into: &batch, problem: &problem) else { return false }
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
        if let problem { try note(.unreadable(problem)) }
        return true
    }

    /// What is wrong with one input ends the reading of that input alone, but for `isStrict`.
    func note(_ problem: InputError) throws(InputError) {
        if options.isStrict { throw problem }
        report.problems.append(problem.text)
    }

    /// All flows of an input without order of time, by start. Parameter limit: how many there may be.
    func sortedFlows(of input: InputFile, limit: Int) throws(InputError) -> [Flow] {
        let file: OpenFile
        do throws(InputError) {
            file = try OpenFile(input, plan)
        } catch {
            try note(error)
            return []
        }
        defer { file.close() }
        var flows: [Flow] = []
        var batch = FlowBatch()
        while try read(file, into: &batch) {
            guard flows.count + batch.flows.count <= limit else {
                throw .unreadable(
                    "\(file.name): over \(options.sortLimit) flows in a format without order of time; split the export")
            }
            tables.adopt(&batch)
            flows.append(contentsOf: batch.flows)
        }
        if zip(flows, flows.dropFirst()).allSatisfy({ $0.start <= $1.start }) { return flows }
        // Flows of the same moment stay in the order of the file.
        return flows.indices.sorted { (flows[$0].start, $0) < (flows[$1].start, $1) }.map { flows[$0] }
    }

    /// Rewrites ids of `earlier` tables, in flows that were read already, to ids of the tables there are now.
    func moveNames(of lanes: [MergeLane], from earlier: FlowNames) {
        if lanes.isEmpty { return }
        let applications = (0...earlier.applications.count).map {
            tables.applications.intern(earlier.applications, $0)
        }
        let labels = (0...earlier.labels.count).map { tables.labels.intern(earlier.labels, $0) }
        let groups = (0..<earlier.groups.count).map { number in
            let list = earlier.groups.groups(of: GroupSetID(rawValue: UInt16(number)))
            return tables.groups.intern(list.map { earlier.groups.names.name($0) })
        }
        for lane in lanes {
            for index in lane.batch.flows.indices {
                let flow = lane.batch.flows[index]
                lane.batch.flows[index].application = applications[flow.application.index]
                lane.batch.flows[index].label = labels[flow.label.index]
                lane.batch.flows[index].sourceGroups = groups[flow.sourceGroups.index]
                lane.batch.flows[index].destinationGroups = groups[flow.destinationGroups.index]
            }
        }
    }
}
