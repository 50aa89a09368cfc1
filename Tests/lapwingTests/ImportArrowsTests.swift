import Foundation
import Testing

/// The modules that a room's files import.
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

private let system: Set<String> = ["Foundation", "Glibc", "FoundationNetworking", "Synchronization", "Dispatch"]

@Test func `a room imports only what Package.swift lets it, and all of that`() throws {
    for room in try Manifest.rooms() {
        let imports = try imports(of: room.name)
        for (file, module) in imports where !system.contains(module) {
            #expect(room.dependencies.contains(module), "\(room.name)/\(file) imports \(module)")
        }
        for dependency in room.dependencies {
            #expect(imports.contains { $0.module == dependency }, "\(room.name) does not use \(dependency)")
        }
    }
}

@Test func `arrows point up the list of rooms in Package.swift`() throws {
    var above: Set<String> = []
    for room in try Manifest.rooms() {
        for dependency in room.dependencies where dependency.hasPrefix("Flow") {
            #expect(above.contains(dependency), "\(room.name) depends on \(dependency), which comes after it")
        }
        above.insert(room.name)
    }
    let folders = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
    #expect(above == Set(folders.filter { $0.hasPrefix("Flow") || $0 == "lapwing" }))
}

@Test(arguments: ["FlowModel", "FlowMath", "FlowFormats", "FlowFeatures", "FlowDetect"])
func `the hot rooms do without Foundation`(room: String) throws {
    for (file, module) in try imports(of: room) { #expect(module != "Foundation", "\(room)/\(file)") }
}
