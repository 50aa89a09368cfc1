import FlowDetect
import FlowEnrich
import FlowEvaluation
import FlowFormats
import FlowLearning
import FlowMath
import FlowModel
public import FlowSettings
import FlowSimulation

extension CatalogTable {
    /// Every catalog there is a table of. Throws: where the default settings cannot be written as YAML.
    public static func all() throws(SettingsError) -> [CatalogTable] {
        [detectors, formats, attacks, rivals, methods, try settings()]
    }

    /// The detectors: what each watches for, and how much it weighs by itself.
    static var detectors: CatalogTable {
        CatalogTable(
            name: "detectors", columns: ["name", "watches for", "weighs"],
            rows: DetectorCatalog.profiles.map { [code($0.name.rawValue), $0.watchesFor, $0.weight] })
    }

    /// The formats that are read, and whether they are written.
    static var formats: CatalogTable {
        CatalogTable(
            name: "formats", columns: ["name", "what", "reads", "writes"],
            rows: FormatCatalog.readers.map { reader in
                let format = reader.format
                return [code(format.name), format.summary, "yes", yes(FormatCatalog.writer(named: format.name) != nil)]
            })
    }

    /// The attacks that can be simulated, with their parameters.
    static var attacks: CatalogTable {
        CatalogTable(
            name: "attacks", columns: ["attack", "parameters"],
            rows: AttackCatalog.all.map { [code($0.name), $0.parameters.map(code).joined(separator: ", ")] })
    }

    /// The other systems' rules that detection is compared with.
    static var rivals: CatalogTable {
        CatalogTable(
            name: "rivals", columns: ["name", "rule"],
            rows: RivalName.allCases.map { [code($0.rawValue), $0.summary] })
    }

    /// The methods that make clusters or look for outliers, and the verbs that take them.
    static var methods: CatalogTable {
        let clustering = ClusterMethod.allCases.map(\.rawValue)
        let training = OutlierMethod.allCases.map(\.rawValue)
        let names = clustering + training.filter { !clustering.contains($0) }
        return CatalogTable(
            name: "methods", columns: ["method", "cluster", "train"],
            rows: names.map { [code($0), yes(clustering.contains($0)), yes(training.contains($0))] })
    }

    /// Everything that can be set: its default, and the range of numbers.
    static func settings() throws(SettingsError) -> CatalogTable {
        let text = try Settings().yaml()
        let feeds = SettingsNumber.all(in: FeedSettings(), path: "blocklists.feeds")
        let numbers = SettingsNumber.all(in: Settings()) + feeds
        let ranges = Dictionary(numbers.map { ($0.key, $0.takes) }) { first, _ in first }
        var rows: [[String]] = []
        func add(_ key: String, _ value: String) {
            rows.append([code(key), value.isEmpty ? "" : code(value), ranges[key] ?? ""])
        }
        for (key, value) in leaves(ofYAML: text) where !key.hasPrefix("csv.") && !key.hasSuffix(".isEnabled") {
            add(key, value)
            guard key == "blocklists.feeds" else { continue }
            for number in feeds { add(number.key, "\(number.value)") }
        }
        let switches = leaves(ofYAML: text).filter { $0.key.hasSuffix(".isEnabled") }
        let off = switches.filter { $0.value != "true" }.map(\.key)
        add("detectors.*.isEnabled", off.isEmpty ? "true" : "true, but for " + off.joined(separator: ", "))
        add("csv.*", "")
        return CatalogTable(name: "settings", columns: ["key", "default", "range"], rows: rows)
    }

    /// The keys of plain YAML with their values, lists on one line: `limits.hosts`, `1000000`.
    private static func leaves(ofYAML text: String) -> [(key: String, value: String)] {
        var path: [Substring] = []
        var found: [(key: String, value: String)] = []
        for line in text.split(separator: "\n") {
            let words = line.drop { $0 == " " }
            if words.hasPrefix("- "), let last = found.indices.last {
                found[last].value += (found[last].value.isEmpty ? "" : ", ") + words.dropFirst(2)
                continue
            }
            let parts = words.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            path.removeLast(max(0, path.count - (line.count - words.count) / 2))
            path.append(parts[0])
            let value = parts[1].trimmingPrefix(" ")
            found.append((path.joined(separator: "."), ["''", "[]"].contains(value) ? "" : String(value)))
        }
        // A key whose children follow is not a setting itself.
        return found.enumerated().filter { place, entry in
            place + 1 == found.count || !found[place + 1].key.hasPrefix(entry.key + ".")
        }.map(\.element)
    }

    private static func code(_ text: String) -> String { "`\(text)`" }

    private static func yes(_ isSo: Bool) -> String { isSo ? "yes" : "no" }
}
