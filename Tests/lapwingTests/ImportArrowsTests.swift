import Foundation
import Testing

/// What each room may import of the others: the arrows of ARCHITECTURE.md.
private let arrows: [String: Set<String>] = [
    "FlowState": [], "FlowModel": ["FlowState"], "FlowMath": ["FlowState", "CLapack"], "FlowFormats": ["FlowModel"],
    "FlowEnrich": ["FlowModel", "CMaxMindDB"],
    "FlowFiles": ["FlowFormats", "FlowModel", "CBzip2", "CZlib", "CZstd"],
    "FlowFeatures": ["FlowModel", "FlowMath", "FlowState"],
    "FlowDetect": ["FlowFeatures", "FlowModel", "FlowMath", "FlowState"], "FlowOutput": ["FlowModel"],
    "FlowCharts": ["FlowModel", "FlowMath"], "FlowSimulation": ["FlowModel", "FlowMath", "FlowFormats"],
    "FlowFeeds": ["FlowEnrich", "FlowFiles", "FlowModel"],
    "FlowIncidents": ["FlowModel", "FlowFormats", "FlowEnrich", "FlowDetect"],
    "FlowSettings": ["FlowModel", "FlowFormats", "FlowEnrich", "FlowDetect", "FlowIncidents", "Yams"],
    "FlowEngine": [
        "FlowState", "FlowModel", "FlowFeatures", "FlowEnrich", "FlowDetect", "FlowIncidents", "FlowSettings",
    ],
    "FlowRun": ["FlowModel", "FlowFiles", "FlowEnrich", "FlowEngine"],
    "FlowPipeline": [
        "FlowState", "FlowModel", "FlowMath", "FlowFormats", "FlowFiles", "FlowEnrich", "FlowFeatures", "FlowDetect",
        "FlowSettings", "FlowEngine",
    ],
    "lapwing": [
        "FlowIncidents", "FlowSettings", "FlowEngine", "FlowRun",
        "FlowPipeline", "FlowState", "FlowModel", "FlowMath", "FlowFormats", "FlowFiles", "FlowEnrich", "FlowFeatures",
        "FlowDetect", "FlowFeeds", "FlowOutput", "FlowCharts", "FlowSimulation", "ArgumentParser",
    ],
]

private func imports(of room: String) throws -> [(file: String, module: String)] {
    let folder = root.appending(path: "Sources/\(room)")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var found: [(String, String)] = []
    for case let file as URL in files where file.pathExtension == "swift" {
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1 else { continue }
            guard place == 0 || words[0] == "public" else { continue }
            found.append((file.lastPathComponent, String(words[place + 1])))
        }
    }
    return found
}

@Test(arguments: arrows.keys.sorted()) func `a room imports only what its arrows point to`(room: String) throws {
    let system: Set<String> = ["Foundation", "Glibc", "FoundationNetworking", "Synchronization", "Dispatch"]
    for (file, module) in try imports(of: room) where !system.contains(module) {
        #expect(arrows[room]?.contains(module) == true, "\(room)/\(file) imports \(module)")
    }
}

@Test(arguments: ["FlowModel", "FlowMath", "FlowFormats", "FlowFeatures", "FlowDetect"])
func `the hot rooms do without Foundation`(room: String) throws {
    for (file, module) in try imports(of: room) { #expect(module != "Foundation", "\(room)/\(file)") }
}
