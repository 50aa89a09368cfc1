import ArgumentParser
import FlowOutput
import FlowReports
import Foundation

/// Files that a verb writes besides its output.
enum OutputFile {
    /// The help of `--report`.
    static let reportHelp = ArgumentHelp(
        "Also write a page of HTML that opens without a network.", valueName: "file")

    /// Writes a file, or throws exit 3.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do { try Data(bytes).write(to: URL(filePath: path)) } catch { throw Failure.file(path, "cannot be written") }
    }

    /// Writes a page of `--report` and says where.
    static func write(_ page: HTMLPage, to path: String) throws {
        try write(Array(page.finished().utf8), to: path)
        StandardError.print("report written to \(path)")
    }

    /// Writes pictures into a folder, which is made if need be. Parameter announce: is given the path of each.
    static func write(_ pictures: some Sequence<Picture>, into folder: String, announce: (String) -> Void) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure.file(folder, "cannot make this folder")
        }
        for picture in pictures {
            let path = URL(filePath: folder).appending(path: picture.name + ".svg").path
            try write(Array(picture.svg.utf8), to: path)
            announce(path)
        }
    }
}
