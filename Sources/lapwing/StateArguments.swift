import ArgumentParser
import FlowEngine
import FlowModel
import FlowState
import Foundation

/// What is kept between runs.
struct StateArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Go on from what earlier runs learnt and kept here, and keep what this one learns.", valueName: "file"))
    var state: String?

    /// What a file begins with. A new number wherever what is kept means something else, though it be as long.
    private static let head = Data("lapwing state 2\n".utf8)

    /// Goes on from a file, if there is one; ends with 3 where it cannot be used.
    func restore(_ engine: inout DetectionEngine, names: inout FlowNames) throws {
        guard let path = state else { return }
        guard FileManager.default.fileExists(atPath: path) else {
            StandardError.print("\(path): not there yet; nothing is known of the time before this input")
            return
        }
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            // Whatever else it is, it is not read to its end.
            let found = try file.read(upToCount: Self.head.count)
            guard found == Self.head else {
                let isOther = found?.starts(with: Self.head.prefix(14)) ?? false
                throw isOther ? StateCarrier.Failure.otherBuild : .damaged
            }
            let lost = try engine.restore(Array(file.readToEnd() ?? Data()), names: &names)
            guard !lost.isEmpty else { return }
            let list = lost.map(\.rawValue).joined(separator: ", ")
            StandardError.print("\(path): what these learnt will not be kept, for they do not run now: \(list)")
        } catch StateCarrier.Failure.otherBuild {
            try fail("\(path): kept by another version of lapwing; remove it to start afresh")
        } catch is StateCarrier.Failure {
            try fail("\(path): damaged, or no state of lapwing; remove it to start afresh")
        } catch {
            try fail("\(path): cannot be read")
        }
    }

    /// Keeps what was learnt; the old file stays until the new one is whole.
    func save(_ engine: inout DetectionEngine, names: FlowNames) throws {
        guard let path = state else { return }
        do {
            try (Self.head + engine.save(names: names)).write(to: URL(filePath: path), options: .atomic)
        } catch {
            try fail("\(path): cannot be written")
        }
    }

    private func fail(_ message: String) throws {
        StandardError.print("lapwing: " + message)
        throw ExitCode(3)
    }
}
