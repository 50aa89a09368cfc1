/// One layer of long short-term memory and a linear output (Hochreiter and Schmidhuber 1997, with forget gates).
///
/// All parameters lie in one list: input weights, recurrent weights and biases of the input, forget, cell and output
/// gates, then output weights and biases. A row of input weights belongs to a gate of a cell.
struct LSTMNetwork: Sendable, Equatable, Codable {
    /// What it remembers.
    struct State: Sendable, Equatable, Codable {
        var hidden: [Double]
        var cell: [Double]
    }

    /// What happened in a step, which the way back needs.
    private struct Step {
        /// Input, forget, cell and output gates, after their functions.
        var gates: [Double]
        var before: State
        var after: State
        var output: [Double]
    }

    let inputs: Int
    let cells: Int
    let outputs: Int
    var parameters: [Double]

    private var recurrent: Int { 4 * cells * inputs }
    private var biases: Int { recurrent + 4 * cells * cells }
    private var outputWeights: Int { biases + 4 * cells }
    private var outputBiases: Int { outputWeights + outputs * cells }

    static func parameterCount(inputs: Int, cells: Int, outputs: Int) -> Int {
        4 * cells * (inputs + cells + 1) + outputs * (cells + 1)
    }

    init(inputs: Int, cells: Int, outputs: Int, parameters: [Double]) {
        self.inputs = inputs
        self.cells = cells
        self.outputs = outputs
        self.parameters = parameters
    }

    /// Uniform weights within 1 / √cells; forget gates begin open (Jozefowicz, Zaremba and Sutskever 2015).
    init(inputs: Int, cells: Int, outputs: Int, generator: inout SeededGenerator) {
        let reach = 1 / Double(cells).squareRoot()
        let count = Self.parameterCount(inputs: inputs, cells: cells, outputs: outputs)
        self.init(
            inputs: inputs, cells: cells, outputs: outputs,
            parameters: (0..<count).map { _ in (generator.unit() * 2 - 1) * reach })
        for cell in 0..<cells { parameters[biases + cells + cell] = 1 }
    }

    var start: State {
        State(hidden: Array(repeating: 0, count: cells), cell: Array(repeating: 0, count: cells))
    }

    /// The output for an input, after which `state` is the new one.
    func output(_ input: ArraySlice<Double>, _ state: inout State) -> [Double] {
        let step = step(input, state)
        state = step.after
        return step.output
    }

    /// Half the mean of squared errors over steps and outputs, its gradient, and the state after the last step. Inputs
    /// and targets are row-major, a row a step.
    func gradient(_ inputRows: ArraySlice<Double>, _ targets: ArraySlice<Double>, from state: State) -> (
        loss: Double, gradient: [Double], state: State
    ) {
        let count = inputRows.count / inputs
        var steps: [Step] = []
        var state = state
        for index in 0..<count {
            let step = step(row(inputRows, index, inputs), state)
            state = step.after
            steps.append(step)
        }
        let scale = 1 / Double(max(1, count * outputs))
        var loss = 0.0
        var gradient = [Double](repeating: 0, count: parameters.count)
        var later = start
        for index in steps.indices.reversed() {
            let errors = zip(steps[index].output, row(targets, index, outputs)).map { $0 - $1 }
            loss += errors.reduce(0) { $0 + $1 * $1 } * scale / 2
            goBack(steps[index], row(inputRows, index, inputs), errors.map { $0 * scale }, &later, &gradient)
        }
        return (loss, gradient, state)
    }

    private func row(_ values: ArraySlice<Double>, _ index: Int, _ width: Int) -> ArraySlice<Double> {
        values[values.startIndex + index * width..<values.startIndex + (index + 1) * width]
    }

    private func step(_ input: ArraySlice<Double>, _ state: State) -> Step {
        var gates = [Double](repeating: 0, count: 4 * cells)
        var after = state
        parameters.withUnsafeBufferPointer { parameters in
            for gate in gates.indices {
                var sum = parameters[biases + gate]
                for (column, value) in input.enumerated() { sum += parameters[gate * inputs + column] * value }
                let weights = recurrent + gate * cells
                for cell in 0..<cells { sum += parameters[weights + cell] * state.hidden[cell] }
                gates[gate] = gate / cells == 2 ? hyperbolicTangent(sum) : logistic(sum)
            }
        }
        for cell in 0..<cells {
            after.cell[cell] =
                gates[cells + cell] * state.cell[cell] + gates[cell] * gates[2 * cells + cell]
            after.hidden[cell] = gates[3 * cells + cell] * hyperbolicTangent(after.cell[cell])
        }
        let output = (0..<outputs).map { index in
            (0..<cells).reduce(parameters[outputBiases + index]) { sum, cell in
                sum + parameters[outputWeights + index * cells + cell] * after.hidden[cell]
            }
        }
        return Step(gates: gates, before: state, after: after, output: output)
    }

    /// One step of back-propagation through time. `later` holds the gradients of hidden and cell that come from later
    /// steps, and then those that go to the step before.
    private func goBack(
        _ step: Step, _ input: ArraySlice<Double>, _ errors: [Double], _ later: inout State, _ gradient: inout [Double]
    ) {
        var hidden = later.hidden
        for (index, error) in errors.enumerated() {
            gradient[outputBiases + index] += error
            for cell in 0..<cells {
                gradient[outputWeights + index * cells + cell] += error * step.after.hidden[cell]
                hidden[cell] += error * parameters[outputWeights + index * cells + cell]
            }
        }
        var gates = [Double](repeating: 0, count: 4 * cells)
        for cell in 0..<cells {
            let (open, forget) = (step.gates[cell], step.gates[cells + cell])
            let (new, out) = (step.gates[2 * cells + cell], step.gates[3 * cells + cell])
            let shown = hyperbolicTangent(step.after.cell[cell])
            let memory = later.cell[cell] + hidden[cell] * out * (1 - shown * shown)
            gates[cell] = memory * new * open * (1 - open)
            gates[cells + cell] = memory * step.before.cell[cell] * forget * (1 - forget)
            gates[2 * cells + cell] = memory * open * (1 - new * new)
            gates[3 * cells + cell] = hidden[cell] * shown * out * (1 - out)
            later.cell[cell] = memory * forget
            later.hidden[cell] = 0
        }
        gradient.withUnsafeMutableBufferPointer { gradient in
            for (gate, error) in gates.enumerated() {
                gradient[biases + gate] += error
                for (column, value) in input.enumerated() { gradient[gate * inputs + column] += error * value }
                let weights = recurrent + gate * cells
                for cell in 0..<cells {
                    gradient[weights + cell] += error * step.before.hidden[cell]
                    later.hidden[cell] += error * parameters[weights + cell]
                }
            }
        }
    }
}
