// Times one model on a file of 64-bit floats, eight columns a row, as Benchmarks/models writes it:
// ModelBenchmark METHOD FILE OUTPUT [PARAMETER …]. Prints seconds, peak memory and what the method has to say; the result
// goes to OUTPUT as raw numbers, for comparison.
import FlowMath
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 4 else {
    print("usage: ModelBenchmark METHOD FILE OUTPUT [PARAMETER …]")
    exit(2)
}
let parameters = arguments.dropFirst(4).compactMap { Double($0) }

func table(_ path: String) throws -> FeatureTable {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let size = Int(try file.seekToEnd())
    try file.seek(toOffset: 0)
    let values = [Double](unsafeUninitializedCapacity: size / 8) { buffer, filled in
        filled = read(file.fileDescriptor, UnsafeMutableRawPointer(buffer.baseAddress!), size) / 8
    }
    return FeatureTable(columns: (1...8).map { .init("c\($0)") }, values: values)
}

func write<Number>(_ numbers: [Number]) throws {
    try numbers.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: arguments[3])) }
}

func timed<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try body()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    // getrusage would count what the parent held before it became this process.
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let peak = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ").dropFirst().first
    print("seconds", seconds, "peak", (Double(peak ?? "0") ?? 0) / 1024, terminator: " ")
    return result
}

let rows = try table(arguments[2])
switch arguments[1] {
case "standardize":
    let result = try timed { try Standardizer().fit(rows).transform(rows) }
    try write(result.values)
case "pca":
    let fitted = try timed { try PrincipalComponents(components: 3).fit(rows) }
    let (variances, directions) = (fitted.variances.prefix(3), fitted.directions.prefix(3 * 8))
    try write(fitted.means + variances + directions + fitted.transform(rows).values)
case "kmeans":
    let fitted = try timed { try KMeans(clusters: Int(parameters[0]), seed: 1).fit(rows) }
    print("inertia", fitted.inertia, "iterations", fitted.iterations, terminator: " ")
    try write(fitted.labels(of: rows))
case "dbscan":
    let fitted = try timed { try DBSCAN(radius: parameters[0], minimumWeight: parameters[1]).fit(rows) }
    print("clusters", fitted.clusterCount, terminator: " ")
    try write(fitted.labels)
case "spectral":
    let model = SpectralClustering(clusters: Int(parameters[0]), gamma: parameters[1], landmarks: Int(parameters[2]))
    let labels = try timed { try model.fit(rows).labels(of: rows) }
    try write(labels)
default:
    print("no such method")
    exit(2)
}
print("rows", rows.rowCount)
