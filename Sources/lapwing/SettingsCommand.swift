import ArgumentParser
import FlowSettings
import Foundation

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Prints the default settings, or checks a file of settings.",
        subcommands: [Print.self, Check.self])

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints all settings with their defaults as YAML.")

        func run() throws {
            var output = OutputStream()
            output.write(try Settings().yaml())
            output.flush()
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says what is wrong with a file of settings.")

        @Argument(help: "The file, in YAML.")
        var file: String

        func run() throws {
            _ = try SettingsArguments.load(file)
            StandardError.print("\(file): no problems")
        }
    }
}

/// Settings from the file of `--settings`.
enum SettingsArguments {
    /// The settings in `file`, or the defaults. Throws: exit 2, with what is wrong and where.
    static func load(_ file: String?) throws -> Settings {
        guard let file else { return Settings() }
        guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8)
        else {
            throw Failure(message: "lapwing: \(file): not a readable UTF-8 file", code: 2)
        }
        do throws(SettingsError) {
            return try Settings.load(yaml: text)
        } catch {
            throw Failure(message: "\(file)\(error.description)", code: 2)
        }
    }

    /// Checks settings that options were laid over.
    static func check(_ settings: Settings) throws {
        guard let wrong = settings.outOfRange else { return }
        throw Failure(message: "lapwing: \(wrong.text)", code: 2)
    }
}
