public import FlowEnrich
import FlowFormats
public import FlowModel
import FlowSettings
public import Foundation

/// Which flows are malicious, and of what kind: by their labels, by networks, or by what a simulation says it did.
public struct GroundTruth: Sendable {
    /// The kinds seen so far; 0 is benign.
    public private(set) var classes = ["benign"]
    /// Whether anything says what is malicious or benign: networks, a simulation, or a label seen so far.
    public private(set) var isKnown: Bool
    /// Labels that say neither malicious nor benign; their flows count as benign. At most 20.
    public private(set) var unknownLabels: [String] = []

    private let networks: [Network]
    private let attacks: [SimulatedAttack]
    /// The class of each label, by its id; -1 for one not looked at yet.
    private var ofLabel: [Int] = [0]

    /// One attack of a simulation. Its lists hold at most 20 entries: one of 20 was cut off and matches everything.
    private struct SimulatedAttack: Sendable, Decodable {
        var kind: String
        var source: String
        var destinations: [String]
        var ports: [UInt16]
        var start: String
        var end: String
        var sourceAddress: IPAddress? { IPAddress(source) }
    }
    private struct SimulatedTruth: Decodable { var attacks: [SimulatedAttack] }
    private let spans: [(start: Timestamp, end: Timestamp)]

    /// Truth by labels. Parameter malicious: sources in these networks are malicious, whatever the label. Parameter
    /// simulation: the contents of a file that `simulate --truth` wrote. Throws: `.notATruth` when it is something else.
    public init(malicious: [Network] = [], simulation: Data? = nil) throws(GroundTruthError) {
        networks = malicious
        isKnown = !malicious.isEmpty || simulation != nil
        guard let simulation else {
            (attacks, spans) = ([], [])
            return
        }
        do {
            attacks = try JSONDecoder().decode(SimulatedTruth.self, from: simulation).attacks
        } catch {
            throw .notATruth
        }
        spans = attacks.map { attack in
            (
                Self.time(attack.start) ?? Timestamp(nanoseconds: .max),
                Self.time(attack.end) ?? Timestamp(nanoseconds: .min)
            )
        }
    }

    private static func time(_ text: String) -> Timestamp? { Timestamp(text: text) }

    /// The class of a flow, 0 for benign.
    public mutating func classify(_ flow: Flow, names: NameTable) -> Int {
        for (index, attack) in attacks.enumerated() where matches(flow, attack, spans[index]) {
            return place(of: attack.kind)
        }
        if networks.contains(where: { $0.contains(flow.source) }) { return place(of: "malicious") }
        let label = flow.label.index
        while ofLabel.count <= label { ofLabel.append(-1) }
        if ofLabel[label] < 0 {
            let name = names.name(flow.label)
            isKnown = isKnown || !name.isEmpty && Self.kind(of: name) != nil
            switch Self.kind(of: name) {
            case .malicious(let kind): ofLabel[label] = place(of: kind)
            case .benign: ofLabel[label] = 0
            case nil:
                ofLabel[label] = 0
                if unknownLabels.count < 20 { unknownLabels.append(name) }
            }
        }
        return ofLabel[label]
    }

    private mutating func place(of kind: String) -> Int {
        if let place = classes.firstIndex(of: kind) { return place }
        // A byte a flow holds the class.
        guard classes.count < 255 else { return 254 }
        classes.append(kind)
        return classes.count - 1
    }

    private func matches(
        _ flow: Flow, _ attack: SimulatedAttack, _ span: (start: Timestamp, end: Timestamp)
    ) -> Bool {
        guard flow.source == attack.sourceAddress, flow.end >= span.start, flow.start <= span.end else { return false }
        let isPort = attack.ports.count >= 20 || attack.ports.contains(flow.destinationPort)
        let isPeer = attack.destinations.count >= 20 || attack.destinations.contains(flow.destination.description)
        return isPort && isPeer
    }

    enum Kind: Equatable {
        case malicious(String)
        case benign
    }

    /// UNSW-NB15's categories.
    private static let categories: Set<String> = [
        "fuzzers", "analysis", "backdoor", "backdoors", "dos", "exploits", "generic", "reconnaissance", "shellcode",
        "worms",
    ]

    /// What a label says; nil when it says neither.
    ///
    /// Flows *to* a bot (CTU-13's `To-Botnet`) are not the bot's doing.
    static func kind(of label: String) -> Kind? {
        let text = label.lowercased()
        if text.isEmpty { return .benign }
        if categories.contains(text) { return .malicious(label) }
        if text.contains("to-botnet") { return .benign }
        for word in ["botnet", "malware", "malicious", "attack"] where text.contains(word) {
            // `Malicious C&C` is C&C.
            let detail = label.split(separator: " ").dropFirst().joined(separator: " ")
            return .malicious(text.hasPrefix("malicious ") && !detail.isEmpty ? detail : label)
        }
        for word in ["benign", "normal", "background", "legitimate"] where text.contains(word) { return .benign }
        return nil
    }
}

/// Why there is no truth to score against.
public enum GroundTruthError: Error, Equatable, Sendable {
    /// The file is not one that `simulate --truth` wrote.
    case notATruth

    /// What is wrong, for a person.
    public var text: String { "not the truth of a simulation" }
}
