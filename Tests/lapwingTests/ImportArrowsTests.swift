import Foundation
import Testing

/// The rooms of Package.swift, in the order they are declared, and what each may import.
private func rooms() throws -> [(name: String, dependencies: [String])] {
    let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    let command = manifest.firstRange(of: "name: \"lapwing\",\n            dependencies: [")
    let rooms = manifest.matches(of: /room\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?/).map { match in
        (name: String(match.1), dependencies: match.2.map { names(in: String($0)) } ?? [])
    }
    let own = try #require(command.map { manifest[$0.upperBound...].prefix { $0 != "]" } })
    return rooms + [(name: "lapwing", dependencies: names(in: String(own)))]
}

/// The words in quotes: targets, and products with their packages.
private func names(in list: String) -> [String] { list.matches(of: /"([\w-]+)"/).map { String($0.1) } }

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
    for room in try rooms() {
        let imports = try imports(of: room.name)
        for (file, module) in imports where !system.contains(module) {
            #expect(room.dependencies.contains(module), "\(room.name)/\(file) imports \(module)")
        }
        let packages = ["swift-argument-parser"]
        for dependency in room.dependencies where !packages.contains(dependency) {
            #expect(imports.contains { $0.module == dependency }, "\(room.name) does not use \(dependency)")
        }
    }
}

@Test func `arrows point up the list of rooms in Package.swift`() throws {
    var above: Set<String> = []
    for room in try rooms() {
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
