import ArgumentParser
import FlowFiles
import FlowFormats
import FlowModel
import Foundation

/// What every verb that reads flows takes.
struct InputArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Files, folders, globs, or - for standard input; plain, gzip or zstd.", valueName: "file"))
    var files: [String]

    @Option(help: "Read every file as this format instead of recognizing it: \(Self.formats).")
    var format: String?

    @Flag(help: "Stop at the first broken row instead of counting it.")
    var strict = false

    @Option(
        help:
            "Threads, all of which decode and one detects; what comes out is the same for any number. As many as processors by default, at most 8."
    )
    var threads: Int?

    private static var formats: String { FormatCatalog.readers.map { $0.format.name }.joined(separator: ", ") }

    func validate() throws {
        guard (1...64).contains(threads ?? 1) else { throw ValidationError("--threads takes a number from 1 to 64.") }
        if let format, FormatCatalog.reader(named: format) == nil {
            throw ValidationError("--format: no \"\(format)\"; there are \(Self.formats).")
        }
    }

    /// Opens the input, or says why not and ends with 3.
    func openSource() throws -> FlowSource {
        var options = InputOptions()
        // More than eight the one thread that detects cannot keep busy.
        options.threads = threads ?? min(8, ProcessInfo.processInfo.activeProcessorCount)
        options.isStrict = strict
        options.format = format
        do throws(InputError) {
            return try FlowSource.open(files, options: options)
        } catch {
            throw Self.exit(for: error)
        }
    }

    /// Says what is wrong with the input. Returns: the exit code to throw.
    static func exit(for error: InputError) -> ExitCode {
        StandardError.print("lapwing: \(error.text)")
        return ExitCode(3)
    }

    /// Reads all batches, with progress and the summary behind. `body` is given each batch.
    func readAll(_ source: FlowSource, _ body: (inout FlowBatch) throws -> Void) throws {
        var progress = Progress()
        var batch = FlowBatch()
        do throws(InputError) {
            while try source.next(into: &batch) {
                do { try body(&batch) } catch { throw InputError.unreadable("\(error)") }
                progress.show(source.report)
            }
        } catch {
            progress.clear()
            throw Self.exit(for: error)
        }
        progress.clear()
        InputSummary(source.report, seconds: progress.seconds).write()
        if source.report.flows == 0 && !source.report.problems.isEmpty { throw ExitCode(3) }
    }
}
