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
            output.write(try SettingsArguments.yaml(Settings()))
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
    /// The settings in `file`, or the defaults; says what is wrong and ends with 2.
    static func load(_ file: String?) throws -> Settings {
        guard let file else { return Settings() }
        guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8)
        else {
            StandardError.print("lapwing: \(file): not a readable UTF-8 file")
            throw ExitCode(2)
        }
        do throws(SettingsError) {
            return try Settings.load(yaml: text)
        } catch {
            StandardError.print("\(file)\(error.description)")
            throw ExitCode(2)
        }
    }

    /// Settings as YAML.
    static func yaml(_ settings: Settings) throws -> String {
        do throws(SettingsError) {
            return try settings.yaml()
        } catch {
            StandardError.print("lapwing: \(error.text)")
            throw ExitCode(2)
        }
    }

    /// Checks settings that options were laid over.
    static func check(_ settings: Settings) throws {
        guard let wrong = settings.outOfRange else { return }
        StandardError.print("lapwing: \(wrong.text)")
        throw ExitCode(2)
    }
}
