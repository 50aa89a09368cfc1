import FlowReports
import Foundation

/// The verbs and their options, as argument-parser dumps them.
struct CommandReference: Decodable {
    let command: Verb

    struct Verb: Decodable {
        let commandName: String
        let abstract: String?
        let subcommands: [Verb]?
        let arguments: [Argument]?
    }

    struct Argument: Decodable {
        let kind: String
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
        let preferredName: Name?

        struct Name: Decodable {
            let name: String
        }

        /// `--window SECONDS`, `--json`, `FILE`.
        var title: String {
            let value = (valueName ?? "").uppercased()
            guard let name = preferredName?.name else { return value }
            return kind == "flag" ? "--\(name)" : "--\(name) \(value)"
        }
    }

    /// That of the command that was built.
    static func built() throws -> CommandReference {
        let dump = try lapwing(["--experimental-dump-help"])
        return try JSONDecoder().decode(CommandReference.self, from: Data(dump.output.utf8))
    }

    /// The verbs, and the options of each but for those that all verbs with FILE have, which stand apart.
    var tables: [CatalogTable] {
        let verbs = (command.subcommands ?? []).filter { $0.commandName != "help" }
        let readers = verbs.map { Set(($0.arguments ?? []).map(\.title)) }.filter { $0.contains("FILE") }
        let shared = readers.dropFirst().reduce(readers.first ?? []) { $0.intersection($1) }
        let detect = verbs.first { $0.commandName == "detect" }
        var tables = [
            CatalogTable(
                name: "verbs", columns: ["verb", "does"],
                rows: verbs.map { ["[`\($0.commandName)`](docs/command.md#\($0.commandName))", $0.abstract ?? ""] }),
            Self.options("input", (detect?.arguments ?? []).filter { shared.contains($0.title) }),
        ]
        for verb in verbs {
            let steps = (verb.subcommands ?? []).filter { $0.commandName != "help" }
            for (name, arguments) in [(verb.commandName, verb.arguments)]
                + steps.map({ ("\(verb.commandName) \($0.commandName)", $0.arguments) })
            {
                let own = (arguments ?? []).filter { !shared.contains($0.title) && $0.title != "--help" }
                if !own.isEmpty { tables.append(Self.options(name, own)) }
            }
        }
        return tables
    }

    private static func options(_ name: String, _ arguments: [Argument]) -> CatalogTable {
        CatalogTable(
            name: "options \(name)", columns: ["option", "does", "default"],
            rows: arguments.filter { $0.title != "--help" }.map { argument in
                ["`\(argument.title)`", argument.abstract ?? "", argument.defaultValue.map { "`\($0)`" } ?? ""]
            })
    }
}
