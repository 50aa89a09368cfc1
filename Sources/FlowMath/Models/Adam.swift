/// Steps down a gradient whose sizes adapt to it (Kingma and Ba 2015, with the paper's constants).
struct Adam {
    private let rate: Double
    private var means: [Double]
    private var squares: [Double]
    private var meanDecay = 1.0
    private var squareDecay = 1.0

    private static let longestGradient = 1.0

    init(rate: Double, count: Int) {
        self.rate = rate
        means = Array(repeating: 0, count: count)
        squares = means
    }

    /// A step of the parameters. A gradient longer than 1 is shortened to it, so that one row cannot undo what was
    /// learnt.
    mutating func step(_ parameters: inout [Double], _ gradient: [Double]) {
        let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length.isFinite else { return }
        let shortened = length > Self.longestGradient ? Self.longestGradient / length : 1
        meanDecay *= 0.9
        squareDecay *= 0.999
        for index in parameters.indices {
            let slope = gradient[index] * shortened
            means[index] += 0.1 * (slope - means[index])
            squares[index] += 0.001 * (slope * slope - squares[index])
            let deviation = (squares[index] / (1 - squareDecay)).squareRoot()
            parameters[index] -= rate * means[index] / (1 - meanDecay) / (deviation + 1e-8)
        }
    }
}
