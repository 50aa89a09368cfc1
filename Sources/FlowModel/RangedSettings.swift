/// Settings with numbers, each with the range that it must lie in: stated here, beside the numbers, and nowhere else.
public protocol RangedSettings {
    /// The range of each number, by its name.
    static var ranges: [String: ClosedRange<Double>] { get }
}

/// A number of the settings, as a file of settings names it.
public struct SettingsNumber: Sendable {
    /// Such as `detectors.flood.flowsPerSecond` or `blocklists.feeds[1].confidence`.
    public var key: String
    /// What it is set to.
    public var value: Double
    /// What it may be set to; nil where nobody says, which a test forbids.
    public var range: ClosedRange<Double>?

    /// All numbers within settings, those of parts and of lists too, in the order they are declared.
    public static func all(in settings: Any, path: String = "") -> [SettingsNumber] {
        let ranges = (settings as? any RangedSettings).map { type(of: $0).ranges } ?? [:]
        let mirror = Mirror(reflecting: settings)
        return mirror.children.enumerated().flatMap { index, child -> [SettingsNumber] in
            let key = child.label.map { path.isEmpty ? $0 : "\(path).\($0)" } ?? "\(path)[\(index + 1)]"
            guard let value = child.value as? Double ?? (child.value as? Int).map(Double.init) else {
                return all(in: child.value, path: key)
            }
            return [SettingsNumber(key: key, value: value, range: ranges[child.label ?? ""])]
        }
    }

    /// Whether it lies in its range.
    public var isRight: Bool { range?.contains(value) ?? true }

    /// The range as people read it: `0 to 1`.
    public var takes: String { range.map { "\(Self.text($0.lowerBound)) to \(Self.text($0.upperBound))" } ?? "" }

    /// What is wrong with it: `"ensemble.minimumProbability" takes 0 to 1, not 2`.
    public var problem: String { "\"\(key)\" takes \(takes), not \(Self.text(value))" }

    private static func text(_ number: Double) -> String { Int64(exactly: number).map(String.init) ?? "\(number)" }
}

extension ClosedRange<Double> {
    /// Times up to ten years, seconds.
    public static let tenYears: Self = 0...315_360_000
    /// Times of learning, seconds: up to a year.
    public static let learning: Self = 0...31_536_000
    /// Times of memory, seconds: ten minutes, the shortest slice that memories count by, to ten years.
    public static let memory: Self = 600...315_360_000
}
