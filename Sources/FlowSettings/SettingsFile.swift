import FlowDetect
import FlowEnrich
import FlowFormats
import FlowIncidents
import FlowModel
import Yams

/// What is wrong with a settings file, and where.
public struct SettingsError: Error, Equatable, Sendable {
    /// What is wrong.
    public var text: String
    /// The line, from 1; nil where the value did not come from a line.
    public var line: Int?
    /// Something that is wrong. Parameter line: from 1; nil where the value did not come from a line.
    public init(text: String, line: Int?) {
        self.text = text
        self.line = line
    }
    /// `:3: unknown key "windowSecond"`.
    public var description: String { (line.map { ":\($0)" } ?? "") + ": " + text }
}

extension Settings {
    /// The defaults overlaid with the YAML in `text`. An unknown key is an error that names the nearest known one.
    public static func load(yaml text: String) throws(SettingsError) -> Settings {
        do {
            let defaults = try Yams.compose(yaml: Settings().yaml()) ?? Node([:])
            guard let written = try Yams.compose(yaml: text) else { return Settings() }
            let merged = try overlay(written, on: defaults, path: "")
            let settings = try decode(merged, written: written)
            if let (key, wrong) = settings.outOfRange {
                throw SettingsError(text: wrong, line: line(of: key, in: written))
            }
            return settings
        } catch let error as SettingsError {
            throw error
        } catch let error as YamlError {
            throw SettingsError(text: "not valid YAML: \(error)", line: nil)
        } catch {
            throw SettingsError(text: "\(error)", line: nil)
        }
    }

    /// The settings in a node. Throws: what does not fit, by the name it was written under.
    private static func decode(_ node: Node, written: Node) throws -> Settings {
        do {
            return try YAMLDecoder().decode(Settings.self, from: Yams.serialize(node: node))
        } catch let error as DecodingError {
            let (path, text) =
                switch error {
                case .typeMismatch(let type, let context): (context.codingPath, "takes " + kind(type))
                case .valueNotFound(let type, let context): (context.codingPath, "takes " + kind(type))
                case .dataCorrupted(let context): (context.codingPath, context.debugDescription)
                default: throw error
                }
            let key = path.reduce("") { path, key in
                if let place = key.intValue { return "\(path)[\(place + 1)]" }
                return path.isEmpty ? key.stringValue : path + "." + key.stringValue
            }
            throw SettingsError(text: "\"\(key)\" \(text)", line: line(of: key, in: written))
        }
    }

    private static func kind(_ type: Any.Type) -> String {
        if type == UInt16.self { return "0 to 65535" }
        return type == String.self ? "text" : "something else"
    }

    /// All settings as YAML.
    public func yaml() throws(SettingsError) -> String {
        do {
            let node = try Yams.compose(yaml: YAMLEncoder().encode(self)) ?? Node([:])
            return try Yams.serialize(node: Self.plain(node))
        } catch {
            throw SettingsError(text: "\(error)", line: nil)
        }
    }

    /// The node with numbers as people write them: the encoder's `3.6e+3` is 3600.
    private static func plain(_ node: Node) -> Node {
        switch node {
        case .mapping(var mapping):
            for key in mapping.keys {
                if let value = mapping[key] { mapping[key] = plain(value) }
            }
            return .mapping(mapping)
        case .scalar(var scalar):
            if scalar.string.contains("e"), let number = Double(scalar.string), number.isFinite {
                let isWhole = number == number.rounded() && abs(number) < 1e15
                scalar.string = isWhole ? String(Int64(number)) + ".0" : "\(number)"
            }
            return .scalar(scalar)
        default: return node
        }
    }

    private static func overlay(_ written: Node, on defaults: Node, path: String) throws(SettingsError) -> Node {
        let line = written.mark?.line
        switch (written, defaults) {
        case (.mapping(let mapping), .mapping(var known)):
            for (key, value) in mapping {
                let name = key.string ?? ""
                guard let old = known[key] else {
                    let names = known.keys.compactMap(\.string)
                    let nearest = names.min { distance($0, name) < distance($1, name) } ?? ""
                    throw SettingsError(
                        text: "unknown key \"\(path)\(name)\"; the nearest is \"\(path)\(nearest)\"",
                        line: key.mark?.line)
                }
                known[key] = try overlay(value, on: old, path: path + name + ".")
            }
            return .mapping(known)
        case (.sequence(var list), .sequence):
            guard let (template, name) = try template(ofItemsAt: path) else { return written }
            for index in list.indices {
                list[index] = try overlay(list[index], on: template, path: "\(name)[\(index + 1)].")
            }
            return .sequence(list)
        case (.scalar(let scalar), .scalar(let old)):
            try check(scalar, like: old, path: path, line: line)
            return written
        case (.scalar(let scalar), .mapping) where scalar.string.isEmpty: return defaults
        case (_, .mapping): throw SettingsError(text: "\"\(path.dropLast())\" takes keys of its own", line: line)
        case (_, .sequence): throw SettingsError(text: "\"\(path.dropLast())\" takes a list", line: line)
        default: throw SettingsError(text: "\"\(path.dropLast())\" takes one value", line: line)
        }
    }

    /// An item of a list with all its keys, and the list's name; nil for lists of plain values.
    private static func template(ofItemsAt path: String) throws(SettingsError) -> (item: Node, name: Substring)? {
        do {
            let item: String
            switch path {
            case "suppressions.": item = try YAMLEncoder().encode(Suppression())
            case "sites.": item = try YAMLEncoder().encode(SiteSettings())
            case "blocklists.feeds.": item = try YAMLEncoder().encode(FeedSettings())
            default: return nil
            }
            return (try Yams.compose(yaml: item) ?? Node([:]), path.dropLast())
        } catch {
            throw SettingsError(text: "\(error)", line: nil)
        }
    }

    /// Holds a value against the kind of the default: a number, a whole number, true or false, or one of a few words.
    private static func check(
        _ scalar: Node.Scalar, like old: Node.Scalar, path: String, line: Int?
    ) throws(SettingsError) {
        let key = "\"\(path.dropLast())\""
        if old.string == "true" || old.string == "false" {
            guard ["true", "false"].contains(scalar.string) else {
                throw SettingsError(text: "\(key) takes true or false, not \"\(scalar.string)\"", line: line)
            }
        } else if Double(old.string) != nil {
            let isWhole = Int(old.string) != nil
            guard isWhole ? Int(scalar.string) != nil : Double(scalar.string)?.isFinite == true else {
                throw SettingsError(
                    text: "\(key) takes a \(isWhole ? "whole " : "")number, not \"\(scalar.string)\"", line: line)
            }
        } else if let fence = PairOutlierSettings.Fence(rawValue: old.string) {
            guard type(of: fence).init(rawValue: scalar.string) != nil else {
                let choices = PairOutlierSettings.Fence.allCases.map(\.rawValue).joined(separator: " or ")
                throw SettingsError(text: "\(key) takes \(choices), not \"\(scalar.string)\"", line: line)
            }
        }
    }

    /// The first key whose value is out of its range, and what is wrong with it; nil when all are right.
    public var outOfRange: (key: String, text: String)? {
        if let wrong = SettingsNumber.all(in: self).first(where: { !$0.isRight }) { return (wrong.key, wrong.problem) }
        if let wrong = csv.problem { return ("csv." + wrong.key, "\"csv.\(wrong.key)\" \(wrong.text)") }
        if let wrong = wrongSuppression { return wrong }
        if let wrong = SiteMap.problem(in: sites) { return (wrong.key, "\"\(wrong.key)\" \(wrong.text)") }
        if let wrong = detectors.policy.problem {
            return ("detectors.policy.rules", "\"detectors.policy.rules\" \(wrong)")
        }
        if let wrong = blocklists.problem {
            return ("blocklists." + wrong.key, "\"blocklists.\(wrong.key)\": \(wrong.text)")
        }
        if detectors.modelOutlier.models.count > ModelOutlierDetector.modelLimit {
            let limit = ModelOutlierDetector.modelLimit
            return ("detectors.modelOutlier.models", "\"detectors.modelOutlier.models\" takes at most \(limit) files")
        }
        guard let network = homeNetworks.first(where: { Network($0) == nil }) else { return nil }
        return ("homeNetworks", "\"homeNetworks\": \"\(network)\" is no network such as 10.0.0.0/8")
    }

    private var wrongSuppression: (key: String, text: String)? {
        for (index, suppression) in suppressions.enumerated() {
            let path = "suppressions[\(index + 1)]"
            do throws(SuppressionError) {
                _ = try SuppressionRule(suppression)
                if suppression.reason.isEmpty { throw SuppressionError(key: "reason", text: "is required") }
            } catch {
                let key = error.key.isEmpty ? path : path + "." + error.key
                return (key, "\"\(key)\" \(error.text)")
            }
        }
        return nil
    }

    /// The line of the value at `key`, `limits.hosts` or `suppressions[1].host`, or of what should hold it.
    private static func line(of key: String, in written: Node) -> Int? {
        var node = written
        for name in key.split(whereSeparator: { ".[]".contains($0) }) {
            let child = Int(name).map { node[$0 - 1] } ?? node[String(name)]
            guard let child else { break }
            node = child
        }
        return node.mark?.line
    }

    /// Levenshtein's edit distance.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.lowercased())
        var row = Array(0...right.count)
        for (index, letter) in left.lowercased().enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in right.indices {
                let above = row[place + 1]
                row[place + 1] = min(
                    above + 1, row[place] + 1, diagonal + (right[place] == letter ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
