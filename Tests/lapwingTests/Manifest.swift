import Foundation
import Testing

/// What Package.swift declares.
enum Manifest {
    /// The rooms in the order they are declared, the command last, and what each may import.
    static func rooms() throws -> [(name: String, dependencies: [String])] {
        let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        let rooms = text.matches(of: /room\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?/).map { match in
            (name: String(match.1), dependencies: match.2.map { names(in: String($0)) } ?? [])
        }
        let command = try #require(text.firstMatch(of: /name: "lapwing",\s*dependencies: \[([^\]]*)\]/))
        return rooms + [(name: "lapwing", dependencies: names(in: String(command.1)))]
    }

    /// The names of targets and of products in a list; the packages of products are left out.
    private static func names(in list: String) -> [String] {
        list.replacing(/, package: "[\w-]+"/, with: "").matches(of: /"([\w-]+)"/).map { String($0.1) }
    }
}
