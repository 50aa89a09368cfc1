// Times an outlier model on a file of doubles, row after row: OutlierBenchmark MODEL WIDTH IN OUT writes a score a row
// and prints the seconds it took to fit and to score, and the peak memory in MB. Reading and writing are not counted.
// OutlierBenchmark forecast WIDTH IN PERIOD instead prints how well forecasters that learnt the first five sevenths of the
// rows forecast the others one step ahead.
import FlowMath
import Foundation

/// Fits a model and judges the rows it was fitted to.
func scores(_ name: String, _ table: FeatureTable) throws -> [Double] {
    switch name {
    case "hbos": try HBOS().fitAndScore(table).scores
    case "ecod": try ECOD().fitAndScore(table).scores
    case "copod": try COPOD().fitAndScore(table).scores
    case "forest": try IsolationForest().fit(table).score(table)
    case "lof": try LocalOutlierFactor().fit(table).fittedScores
    case "half-space": try HalfSpaceTrees().fit(table).score(table)
    case "ewma": try EWMA().fit(table).score(table)
    case "holt-winters": try HoltWinters(period: 288).fit(table).score(table)
    case "lstm": try LSTM(period: 288).fit(table).score(table)
    default: throw CocoaError(.featureUnsupported)
    }
}

/// The most memory the process had, in MB.
func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
}

/// Root mean square and mean size of the errors of each column, and the share of rows beyond the limits.
func report(_ name: String, _ model: any FittedForecaster, _ table: FeatureTable, _ seconds: Double) throws {
    let forecasts = try model.forecast(table)
    let width = table.columns.count
    var line = name
    for column in 0..<width {
        let errors = (0..<table.rowCount).map { row in
            let place = row * width + column
            return abs(table.values[place] - forecasts[place])
        }
        let square = (errors.map { $0 * $0 }.reduce(0, +) / Double(errors.count)).squareRoot()
        let mean = errors.reduce(0, +) / Double(errors.count)
        line += String(format: "\t%.4g\t%.4g", square, mean)
    }
    let beyond = try model.score(table).count { $0 > 1 }
    print(line + String(format: "\t%.1f %%\t%.2f s", 100 * Double(beyond) / Double(table.rowCount), seconds))
}

func forecast(_ table: FeatureTable, period: Int) throws {
    let width = table.columns.count
    let learnt = table.rowCount * 5 / 7
    let first = FeatureTable(columns: table.columns, values: Array(table.values[..<(learnt * width)]))
    let rest = FeatureTable(columns: table.columns, values: Array(table.values[(learnt * width)...]))
    let models: [(String, (FeatureTable) throws -> any FittedForecaster)] =
        [
            ("last value", { try EWMA(weights: [1]).fit($0) }), ("EWMA", { try EWMA().fit($0) }),
            ("Holt-Winters", { try HoltWinters(period: period).fit($0) }),
        ]
        + (1...5).map { seed in
            ("LSTM, seed \(seed)", { try LSTM(period: period, seed: UInt64(seed)).fit($0) })
        } + [("LSTM without the time of day", { try LSTM().fit($0) })]
    for (name, fit) in models {
        let start = ContinuousClock.now
        let model = try fit(first)
        try report(name, model, rest, (ContinuousClock.now - start) / .seconds(1))
    }
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let width = Int(arguments[2]), width > 0 else {
    print("usage: OutlierBenchmark MODEL WIDTH IN OUT | forecast WIDTH IN PERIOD")
    exit(2)
}
let values = try Data(contentsOf: URL(filePath: arguments[3])).withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
let table = FeatureTable(columns: (0..<width).map { .init("c\($0)") }, values: values)
if arguments[1] == "forecast" {
    try forecast(table, period: Int(arguments[4]) ?? 0)
} else {
    let start = ContinuousClock.now
    let result = try scores(arguments[1], table)
    print((ContinuousClock.now - start) / .seconds(1), try peakMemory())
    try result.withUnsafeBytes { try Data($0).write(to: URL(filePath: arguments[4])) }
}
