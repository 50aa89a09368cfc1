/// Forecasts each row from those before by a small recurrent network that learns all columns together.
///
/// Columns are standardized; with a period the network is also told the time of the season. It learns the first four
/// fifths in stretches, keeping its state between them, and stops when it no longer gets better on the last fifth,
/// whose errors give the limits.
public struct LSTM: Sendable, Equatable {
    /// How many cells remember: 1 to 256.
    public var cells: Int
    /// How many rows make a season; 0 for none.
    public var period: Int
    /// How many rows errors are sent back through.
    public var stretch: Int
    /// How far a step goes.
    public var rate: Double
    /// At most how often it goes through the table.
    public var rounds: Int
    /// After how many rounds without getting better it stops.
    public var patience: Int
    /// Decides everything that is random.
    public var seed: UInt64
    /// The quantile of the errors' sizes that is the limit.
    public var quantile: Double

    /// Defaults for some thousand rows.
    public init(
        cells: Int = 16, period: Int = 0, stretch: Int = 48, rate: Double = 0.005, rounds: Int = 200,
        patience: Int = 20, seed: UInt64 = 1, quantile: Double = ErrorLimits.defaultQuantile
    ) {
        self.cells = cells
        self.period = period
        self.stretch = stretch
        self.rate = rate
        self.rounds = rounds
        self.patience = patience
        self.seed = seed
        self.quantile = quantile
    }

    /// A network that has learnt a table, in the state at its end. Parameter progress: called with the share of the
    /// rounds done; it may end before 1. Throws: `.badParameter`, `.tooFewRows` of less than 10, `.noRows`, `.notFinite`,
    /// `.badWeight`. Cost: O(rounds n cells (cells + d)).
    public func fit(_ table: FeatureTable, progress: (Double) -> Void = { _ in }) throws(ModelError) -> FittedLSTM {
        guard (1...256).contains(cells) else { throw .badParameter("cells") }
        guard (0...1 << 20).contains(period) else { throw .badParameter("period") }
        guard stretch > 0 else { throw .badParameter("stretch") }
        guard rate > 0, rate.isFinite else { throw .badParameter("rate") }
        guard rounds > 0, patience > 0 else { throw .badParameter("rounds") }
        guard (0...1).contains(quantile) else { throw .badParameter("quantile") }
        try table.check()
        guard table.rowCount >= 10 else { throw .tooFewRows(table.rowCount, needed: 10) }
        var generator = SeededGenerator(seed: seed)
        let scale = ForecastScale(table, period: period)
        let network = LSTMNetwork(
            inputs: scale.inputs, cells: cells, outputs: table.columns.count, generator: &generator)
        let learnt = learn(scale.rows(table, from: 0), network, width: table.columns.count, &generator, progress)
        var state = FittedLSTM.State(network: learnt.start, row: 0)
        let fitted = FittedLSTM(
            columns: table.columns.map(\.name), limits: ErrorLimits(table, [], from: table.rowCount, quantile: 1),
            scale: scale, network: learnt, state: state)
        let forecasts = fitted.forecast(table, &state)
        let limits = ErrorLimits(table, forecasts, from: table.rowCount * 4 / 5, quantile: quantile)
        return FittedLSTM(columns: fitted.columns, limits: limits, scale: scale, network: learnt, state: state)
    }

    /// The network of the round that was best on the last fifth.
    private func learn(
        _ rows: [Double], _ first: LSTMNetwork, width: Int, _ generator: inout SeededGenerator,
        _ progress: (Double) -> Void
    ) -> LSTMNetwork {
        var network = first
        let inputs = network.inputs
        let steps = rows.count / inputs - 1
        // What the row after a step holds.
        let targets = (1...steps).flatMap { rows[$0 * inputs..<$0 * inputs + width] }
        let learnt = steps * 4 / 5
        var adam = Adam(rate: rate, count: network.parameters.count)
        var best = (loss: Double.infinity, network: network, round: 0)
        for round in 0..<rounds {
            progress(Double(round) / Double(rounds))
            var state = network.start
            var step = 0
            // Stretches begin elsewhere each round.
            var end = min(learnt, 1 + generator.below(stretch))
            while step < learnt {
                let result = network.gradient(
                    rows[step * inputs..<end * inputs], targets[step * width..<end * width], from: state)
                adam.step(&network.parameters, result.gradient)
                state = result.state
                step = end
                end = min(learnt, end + stretch)
            }
            let loss = loss(network, rows, targets, width: width, from: learnt)
            if loss < best.loss { best = (loss, network, round) }
            if round - best.round >= patience { break }
        }
        return best.network
    }

    private func loss(
        _ network: LSTMNetwork, _ rows: [Double], _ targets: [Double], width: Int, from first: Int
    ) -> Double {
        var state = network.start
        var sum = 0.0
        for step in 0..<targets.count / width {
            let output = network.output(rows[step * network.inputs..<(step + 1) * network.inputs], &state)
            guard step >= first else { continue }
            for column in 0..<width {
                let error = output[column] - targets[step * width + column]
                sum += error * error
            }
        }
        return sum
    }
}

/// A network that has learnt a table.
public struct FittedLSTM: FittedForecaster, Equatable {
    /// Where it is in the series.
    struct State: Sendable, Equatable, Codable {
        var network: LSTMNetwork.State
        var row: Int
        /// What it expects next, standardized; before the first row the mean.
        var next: [Double] = []
    }

    public let columns: [String]
    public let limits: ErrorLimits
    private let scale: ForecastScale
    private let network: LSTMNetwork
    private let state: State

    fileprivate init(
        columns: [String], limits: ErrorLimits, scale: ForecastScale, network: LSTMNetwork, state: State
    ) {
        self.columns = columns
        self.limits = limits
        self.scale = scale
        self.network = network
        self.state = state
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = try container.decode([String].self, forKey: .columns)
        limits = try container.decode(ErrorLimits.self, forKey: .limits)
        scale = try container.decode(ForecastScale.self, forKey: .scale)
        network = try container.decode(LSTMNetwork.self, forKey: .network)
        state = try container.decode(State.self, forKey: .state)
        let width = columns.count
        try Self.require(width > 0 && limits.isValid(width) && scale.isValid(width), in: decoder)
        try Self.require(network.inputs == scale.inputs && network.outputs == width, in: decoder)
        try Self.require((1...256).contains(network.cells), in: decoder)
        let count = LSTMNetwork.parameterCount(inputs: network.inputs, cells: network.cells, outputs: width)
        try Self.require(network.parameters.count == count && state.next.count == width, in: decoder)
        try Self.require((0..<max(1, scale.period)).contains(state.row), in: decoder)
        try Self.require(state.network.hidden.count == network.cells, in: decoder)
        try Self.require(state.network.cell.count == network.cells, in: decoder)
    }

    public func forecast(_ table: FeatureTable) throws(ModelError) -> [Double] {
        try table.check(columns: columns)
        var state = state
        return forecast(table, &state)
    }

    fileprivate func forecast(_ table: FeatureTable, _ state: inout State) -> [Double] {
        let width = columns.count
        if state.next.isEmpty { state.next = Array(repeating: 0, count: width) }
        var forecasts: [Double] = []
        forecasts.reserveCapacity(table.values.count)
        let rows = scale.rows(table, from: state.row)
        for row in 0..<table.rowCount {
            for column in 0..<width { forecasts.append(scale.restored(state.next[column], column)) }
            state.next = network.output(rows[row * scale.inputs..<(row + 1) * scale.inputs], &state.network)
        }
        state.row = scale.period > 0 ? (state.row + table.rowCount) % scale.period : 0
        return forecasts
    }
}
