import Foundation

/// The checkout.
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// The command that was built with these tests: it stands beside the test bundle, or two folders above it.
let builtCommand: URL = {
    var folders = [URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()]
    folders.append(root.appending(path: ".build/debug"))
    let candidates = folders.map { $0.appending(path: "lapwing") }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? candidates[0]
}()

/// What a run of the command left behind.
struct Outcome {
    var code: Int32
    var output: String
    var errors: String
}

/// Runs the command as a user does, in the checkout.
func lapwing(_ arguments: [String], input: String? = nil) throws -> Outcome {
    try run(builtCommand, arguments, input: input)
}

/// Runs any command likewise.
func run(_ command: URL, _ arguments: [String], input: String? = nil) throws -> Outcome {
    let process = Process()
    process.executableURL = command
    process.arguments = arguments
    process.currentDirectoryURL = root
    let folder = FileManager.default.temporaryDirectory
    // Files, not pipes: a pipe that nobody reads while the process runs would stop it.
    let names = (0..<3).map { _ in folder.appending(path: UUID().uuidString).path }
    defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
    for name in names { _ = FileManager.default.createFile(atPath: name, contents: Data((input ?? "").utf8)) }
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: names[0]))
    for name in names[1...] { try Data().write(to: URL(filePath: name)) }
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: names[1]))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: names[2]))
    try process.run()
    process.waitUntilExit()
    return Outcome(
        code: process.terminationStatus, output: try String(contentsOfFile: names[1], encoding: .utf8),
        errors: try String(contentsOfFile: names[2], encoding: .utf8))
}
