import Testing

@testable import FlowMath

private func table(_ columns: [Double]...) -> FeatureTable {
    FeatureTable(
        columns: OutlierTable.columns(columns.count),
        values: columns[0].indices.flatMap { row in columns.map { $0[row] } })
}

struct EWMATests {
    @Test func `forecasts are the weighted means worked by hand`() throws {
        let model = try EWMA(weights: [0.5], quantile: 1).fit(table([4, 8, 2]))
        // Means 4, 6, 4; errors 4 and −4.
        #expect(model.limits.limits == [4])
        #expect(try model.forecast(table([0, 8])) == [4, 2])
        #expect(try model.score(table([0, 8])) == [1, 1.5])
    }

    @Test func `the weight with the least squares is taken`() throws {
        // A walk is best forecast by its last value.
        let model = try EWMA(weights: [0.1, 1]).fit(table((0..<50).map(Double.init)))
        #expect(try model.forecast(table([70])) == [49])
        #expect(throws: ModelError.badParameter("weights")) { try EWMA(weights: []).fit(table([1, 2])) }
        #expect(throws: ModelError.tooFewRows(1, needed: 2)) { try EWMA().fit(table([1])) }
    }
}

struct HoltWintersTests {
    @Test func `a line with a season is forecast exactly`() throws {
        let season = [3.0, -1, -2]
        let values = (0..<18).map { row in 10 + Double(row) / 2 + season[row % 3] }
        let model = try HoltWinters(period: 3, levelWeights: [0.3], trendWeights: [0.1], seasonWeights: [0]).fit(
            table(Array(values[..<12])))
        let next = try model.forecast(table(Array(values[12...])))
        // The season is taken from the first two, where half a trend is still in it.
        #expect(isClose(next, Array(values[12...]), within: 0.1))
        #expect(throws: ModelError.tooFewRows(8, needed: 9)) {
            try HoltWinters(period: 3).fit(table(Array(values[..<8])))
        }
    }

    @Test func `steps are those worked by hand`() throws {
        // Seasons 1 3, 3 5, 5 7: means 2 and 4, so trend 1, level 4 + 0.5 at the second season's end, season −1 1.
        let model = try HoltWinters(
            period: 2, levelWeights: [0.5], trendWeights: [0.5], seasonWeights: [0.5], quantile: 1
        ).fit(table([1, 3, 3, 5, 5, 7]))
        // 5: expected 4.5 + 1 − 1 = 4.5, error 0.5. Level 0.5 · 6 + 0.5 · 5.5 = 5.75, trend 1.125, season −0.75.
        // 7: expected 5.75 + 1.125 + 1 = 7.875, error 0.875. Level 0.5 · 6 + 0.5 · 6.875 = 6.4375, trend 0.90625.
        #expect(model.limits.limits == [0.875])
        #expect(try model.forecast(table([0])) == [6.4375 + 0.90625 - 0.75])
    }
}

struct LSTMTests {
    @Test func `gradients are those of finite differences`() {
        var generator = SeededGenerator(seed: 4)
        var network = LSTMNetwork(inputs: 3, cells: 4, outputs: 2, generator: &generator)
        let inputs = (0..<21).map { _ in generator.unit() * 2 - 1 }
        let targets = (0..<14).map { _ in generator.unit() }
        let start = LSTMNetwork.State(hidden: [0.1, -0.2, 0.3, 0], cell: [0.5, -0.5, 0, 0.2])
        let found = network.gradient(inputs[...], targets[...], from: start)
        for index in network.parameters.indices {
            let before = network.parameters[index]
            network.parameters[index] = before + 1e-5
            let above = network.gradient(inputs[...], targets[...], from: start).loss
            network.parameters[index] = before - 1e-5
            let below = network.gradient(inputs[...], targets[...], from: start).loss
            network.parameters[index] = before
            #expect(abs((above - below) / 2e-5 - found.gradient[index]) < 1e-9, "parameter \(index)")
        }
    }

    // numpy, from the equations.
    @Test func `outputs and states are those of numpy`() {
        let count = LSTMNetwork.parameterCount(inputs: 2, cells: 3, outputs: 1)
        let network = LSTMNetwork(
            inputs: 2, cells: 3, outputs: 1, parameters: (1...count).map { sine(Double($0)) / 2 })
        var state = network.start
        let outputs = [[0.5, -1], [1, 2], [-0.25, 0.75]].flatMap { network.output($0[...], &state) }
        #expect(isClose(outputs, [0.3382941435293446, 0.2731747320593583, 0.3538428272879416], within: 1e-12))
        #expect(
            isClose(state.hidden, [0.07532193749181182, -0.13886223068833473, -0.1437772713728978], within: 1e-12))
        #expect(isClose(state.cell, [0.10911102378956539, -0.2496414139052948, -0.29952383374775615], within: 1e-12))
    }

    @Test func `a step of Adam is as long as its rate, then as the paper's`() {
        var adam = Adam(rate: 0.1, count: 2)
        var parameters = [1.0, 1]
        adam.step(&parameters, [0.5, -0.25])
        #expect(isClose(parameters, [0.9, 1.1], within: 1e-7))
        adam.step(&parameters, [-0.5, -0.25])
        // Mean (0.9 · 0.05 − 0.05) / 0.19, deviation 0.5.
        #expect(isClose(parameters, [0.9 + 0.1 * 0.005 / 0.19 / 0.5, 1.2], within: 1e-6))
    }

    @Test func `it learns what only memory can know`() throws {
        // Each value is that of two rows before, with the sign turned: an EWMA can only expect 0.
        let turn = [1.0, 1.1, -1, -1.1]
        let values = (0..<300).map { turn[$0 % 4] }
        let train = table(Array(values[..<240]))
        let test = table(Array(values[240...]))
        func error(_ forecasts: [Double]) -> Double {
            let squares = zip(forecasts, test.values).map { forecast, value in (forecast - value) * (forecast - value) }
            return squares.reduce(0, +) / 60
        }
        let model = try LSTM(cells: 6, stretch: 20, rate: 0.02, rounds: 60).fit(train)
        #expect(error(try model.forecast(test)) < 0.02)
        #expect(error(try EWMA().fit(train).forecast(test)) > 0.5)
        #expect(throws: ModelError.tooFewRows(9, needed: 10)) { try LSTM().fit(table(Array(values[..<9]))) }
    }
}
