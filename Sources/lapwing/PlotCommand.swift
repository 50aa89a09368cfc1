import ArgumentParser
import FlowFeatures
import FlowFiles
import FlowModel
import Foundation

struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draws the bytes of each host group as SVG: each flow in order, a histogram, the largest flows.")

    @OptionGroup var input: InputArguments

    @Option(help: ArgumentHelp("Where to put the pictures; made if need be.", valueName: "folder"))
    var output = "."

    @Option(help: ArgumentHelp("Which pictures, with commas: series, histogram, bars.", valueName: "names"))
    var kind = "series,histogram,bars"

    @Option(help: "Which groups a flow counts in: the subject's first, or all of them.")
    var membership = "first"

    private var chosen: [String] { kind.split(separator: ",").map(String.init) }

    func validate() throws {
        guard GroupStatistics.Membership(rawValue: membership) != nil else {
            throw ValidationError("--membership takes first or all.")
        }
        if let other = chosen.first(where: { !GroupCharts.kinds.contains($0) }) {
            throw ValidationError("--kind: no \"\(other)\"; there are \(GroupCharts.kinds.joined(separator: ", ")).")
        }
    }

    func run() throws {
        let source = try input.openSource()
        var statistics = GroupStatistics(membership: GroupStatistics.Membership(rawValue: membership) ?? .first)
        try input.readAll(source) { batch in statistics.add(batch.flows, groups: source.names.groups) }
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        } catch {
            StandardError.print("lapwing: \(output): cannot make this folder")
            throw ExitCode(3)
        }
        var written: Set<String> = []
        for group in statistics.groups(names: source.names.groups) {
            for direction in GroupStatistics.Direction.allCases {
                for kind in chosen { try write(kind, group, direction, &written) }
            }
        }
    }

    private func write(
        _ kind: String, _ group: GroupStatistics.Group, _ direction: GroupStatistics.Direction,
        _ written: inout Set<String>
    ) throws {
        let svg = GroupCharts.svg(kind, group, direction)
        let base = "\(direction.rawValue)-\(Self.slug(group.name))-\(kind)"
        var name = base
        // Two groups may differ only in signs that a file name does not keep.
        var number = 2
        while !written.insert(name).inserted {
            name = "\(base)-\(number)"
            number += 1
        }
        let path = URL(filePath: output).appending(path: name + ".svg").path
        guard FileManager.default.createFile(atPath: path, contents: Data(svg.utf8)) else {
            StandardError.print("lapwing: \(path): cannot be written")
            throw ExitCode(3)
        }
        var stream = OutputStream()
        stream.write(path + "\n")
        stream.flush()
    }

    private static func slug(_ name: String) -> String {
        let letters = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let words = String(letters).split(separator: "-").joined(separator: "-")
        return words.isEmpty ? "none" : String(words.prefix(80))
    }
}
