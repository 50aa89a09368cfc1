import Foundation
import Testing

private let sample = "examples/office.csv"

private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
}

@Test func `cluster parts the hosts of the sample, and its scanner is an outlier`() throws {
    let outcome = try lapwing(["cluster", "--by", "host", sample])
    #expect(outcome.code == 0)
    for words in ["kmeans, ", " by the elbow of 10", "cluster 1: ", "apart by: ", "centre: bytes_sent ", "outliers\n"] {
        #expect(outcome.output.contains(words), "\(words)")
    }
    let scores = try objects(
        lapwing([
            "cluster", "--by", "host", "--method", "hbos", "--json", "--columns", "unanswered_opened,peers,peer_ports",
            sample,
        ]).output)
    #expect(scores.first?["rows"] as? Int != nil)
    #expect(scores.contains { $0["host"] as? String == "10.20.10.47" })
}

@Test(arguments: ["kmeans", "dbscan", "spectral", "hbos", "ecod", "copod", "iforest", "lof", "hstrees", "pca"])
func `every method prints outliers with features, twice the same`(method: String) throws {
    let arguments = ["cluster", "--by", "pair", "--method", method, "--json", "--top", "5", sample]
    let outcome = try lapwing(arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try objects(outcome.output)
    let outliers = lines.filter { $0["kind"] as? String == "outlier" }
    #expect(outliers.count <= 5)
    if method != "dbscan" { #expect(outliers.count == 5) }
    #expect(outliers.allSatisfy { $0["source"] is String && !(($0["features"] as? [Any] ?? []).isEmpty) })
    let clusters = lines.filter { $0["kind"] as? String == "cluster" }
    #expect(clusters.isEmpty == !["kmeans", "dbscan", "spectral"].contains(method))
    let rows = lines[0]["rows"] as? Double ?? 0
    if !clusters.isEmpty {
        let sum = clusters.reduce(lines[0]["noise"] as? Double ?? 0) { $0 + ($1["rows"] as? Double ?? 0) }
        #expect(sum == rows)
    }
    #expect(try lapwing(arguments).output == outcome.output)
}

@Test func `two kinds of pairs are two clusters in real units`() throws {
    var flows = ""
    for number in 0..<40 {
        let isLarge = number % 2 == 0
        flows += "2019-09-30 10:0\(number / 10):\(10 + number),tcp,Closed,10.0.0.\(number),5000,10.1.0.1,80,"
        flows += isLarge ? "1000000,5000000\n" : "100,200\n"
    }
    let lines = try objects(
        lapwing(
            ["cluster", "--by", "pair", "--k", "2", "--columns", "bytes_sent,bytes_received", "--json", "-"],
            input: flows
        ).output)
    let centers = lines.compactMap { $0["centre"] as? [String: Double] }
    #expect(centers.count == 2)
    #expect(abs((centers.compactMap { $0["bytes_sent"] }.max() ?? 0) / 1e6 - 1) < 1e-6)
    #expect(abs((centers.compactMap { $0["bytes_received"] }.min() ?? 0) / 200 - 1) < 1e-6)
    #expect(lines.filter { $0["kind"] as? String == "cluster" }.allSatisfy { $0["rows"] as? Double == 20 })
}

@Test func `cluster draws its pictures, into a folder and into a file`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try lapwing(["cluster", "--by", "host", "--plot", folder, sample]).code == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    for name in ["components", "elbow", "variance", "scores", "histogram-bytes_sent"] {
        #expect(names.contains(name + ".svg"), "\(name)")
    }
    for name in names {
        let svg = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
        #expect(!svg.contains("\"nan") && !svg.contains("\"inf"))
        #expect(svg.contains("prefers-color-scheme: dark"))
    }
    let file = folder + "/one.svg"
    #expect(try lapwing(["cluster", "--by", "host", "--method", "dbscan", "--plot", file, sample]).code == 0)
    #expect(FileManager.default.fileExists(atPath: file))
}

@Test func `principal components say what they are made of, clusters how well they are parted`() throws {
    let text = try lapwing(["cluster", "--by", "host", "--method", "pca", sample]).output
    #expect(text.contains("\nusual: ") && text.contains(" % of the variance; scores are what lies outside of them\n"))
    let lines = try objects(lapwing(["cluster", "--by", "host", "--method", "pca", "--json", sample]).output)
    let components = lines.filter { $0["kind"] as? String == "component" }
    let shares = components.compactMap { $0["share"] as? Double }
    #expect(shares == shares.sorted(by: >) && shares.reduce(0, +) >= 0.9)
    for component in components {
        let loadings = try #require(component["loadings"] as? [String: Double])
        #expect(abs(loadings.values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9 && loadings.count == 13)
    }
    #expect(try lapwing(["cluster", "--by", "host", sample]).output.contains(", silhouette 0."))
}

@Test func `of many clusters the largest are printed`() throws {
    let flows = (0..<90).map { number in
        "2019-09-30 10:00:07,tcp,Closed,10.0.0.\(number),5000,10.1.0.1,80,\(1 << (number / 3)),0\n"
    }.joined()
    let arguments = ["cluster", "--method", "dbscan", "--eps", "0.01", "--min-samples", "2", "-"]
    let text = try lapwing(arguments, input: flows).output
    #expect(text.contains("cluster 20: 3 rows (3.33 %)") && !text.contains("cluster 21"))
    #expect(text.contains("and 10 smaller clusters with 30 rows (33.3 %); --json has all"))
    #expect(try objects(lapwing(arguments + ["--json"], input: flows).output).count == 31)
}

@Test func `silent windows weigh as much as there are`() throws {
    let flows = ["00:07", "59:57"].map { "2019-09-30 10:\($0),tcp,Closed,10.0.0.1,1,10.0.0.2,2,9,9\n" }.joined()
    let arguments = ["cluster", "--fill", "zero", "--k", "2", "--json"]
    let pair = try objects(lapwing(arguments + ["--by", "pair", "-"], input: flows).output)
    #expect(pair.compactMap { $0["kind"] as? String == "cluster" ? $0["rows"] as? Double : nil } == [358, 2])
    let window = try objects(lapwing(arguments + ["--by", "window", "--window", "10", "-"], input: flows).output)
    #expect(window.compactMap { $0["kind"] as? String == "cluster" ? $0["rows"] as? Double : nil } == [358, 2])
}

@Test func `what cannot be clustered is said`() throws {
    let line = "2019-09-30 10:00:07,tcp,Closed,10.0.0.1,1,10.0.0.2,2,1,1\n"
    let one = try lapwing(["cluster", "--k", "3", "-"], input: line)
    #expect(one.code == 3)
    #expect(one.errors.contains("1 row, fewer than the 3 clusters of --k"))
    #expect(try lapwing(["cluster", "-"], input: line).code == 0)
    #expect(try lapwing(["cluster", "--method", "lof", "-"], input: line).errors.contains("too few, it takes 2"))
    #expect(try lapwing(["cluster", "--method", "hstrees", "-"], input: line).errors.contains("it takes 10"))
    #expect(try lapwing(["cluster", "--where", "host 1.2.3.4", "-"], input: line).code == 3)
    for wrong in [
        ["--method", "nonsense"], ["--by", "moon"], ["--columns", "bytes"], ["--eps", "0"], ["--k", "0"],
        ["--method", "ecod", "--k", "2"], ["--by", "host", "--fill", "zero"], ["--scale", "half"],
        ["--method", "lof", "--fill", "zero"], ["--method", "pca", "--columns", "connections"],
    ] {
        #expect(try lapwing(["cluster", "-"] + wrong, input: line).code == 2, "\(wrong)")
    }
}
