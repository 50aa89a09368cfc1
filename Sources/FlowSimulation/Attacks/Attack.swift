import FlowMath
public import FlowModel

/// Something bad among the ordinary, and what it did.
protocol Attack: Sendable {
    /// The name that `--attack` takes.
    static var name: String { get }
    /// The parameters it knows.
    static var parameters: [String] { get }
    /// An attack with the parameters given, the others by default.
    init(_ parameters: AttackParameters, organization: Organization, random: inout SeededGenerator) throws(AttackError)
    /// Appends the flows that begin in a second.
    mutating func flows(in second: Int, begin: Timestamp, organization: Organization, into flows: inout [Flow])
    /// What it did so far.
    var truth: AttackTruth { get }
}

/// What an attack did.
public struct AttackTruth: Sendable, Equatable {
    /// The attack's name.
    public var kind: String
    /// The ATT&CK technique.
    public var technique: String
    /// Who did it.
    public var source: IPAddress
    /// To whom, at most 20.
    public var destinations: [IPAddress] = []
    /// On which ports, at most 20.
    public var ports: [UInt16] = []
    /// The start of its first flow; nil before it.
    public var start: Timestamp?
    /// The end of its last flow.
    public var end: Timestamp?
    /// How many flows.
    public var flows = 0
    /// Bytes sent in all of them.
    public var bytes: UInt64 = 0

    /// Takes a flow up.
    mutating func add(_ flow: Flow) {
        flows += 1
        bytes &+= flow.bytesSent
        start = min(start ?? flow.start, flow.start)
        end = max(end ?? flow.end, flow.end)
        if destinations.count < 20, !destinations.contains(flow.destination) { destinations.append(flow.destination) }
        if ports.count < 20, !ports.contains(flow.destinationPort) { ports.append(flow.destinationPort) }
    }
}

/// What is wrong with the description of an attack.
public struct AttackError: Error, Sendable {
    /// The message.
    public var text: String
}

/// Every attack: a new one is a file here and a line.
public enum AttackCatalog {
    static let attacks: [any Attack.Type] = [
        PortScan.self, Exfiltration.self, Beacon.self, BruteForce.self, Flood.self, DNSVolume.self,
        LateralMovement.self, DNSTunnel.self, Spam.self, Mining.self, DataHoarding.self, NeverClosed.self,
        Amplification.self,
    ]

    /// The names that `--attack` takes, with their parameters.
    public static var all: [(name: String, parameters: [String])] { attacks.map { ($0.name, $0.parameters) } }

    /// The same in one text.
    public static var summary: String {
        all.map { "\($0.name):\($0.parameters.joined(separator: "=…,"))=…" }.joined(separator: "  ")
    }

    static func make(
        _ text: String, organization: Organization, random: inout SeededGenerator
    ) throws(AttackError) -> any Attack {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        for attack in attacks where attack.name == name {
            let parameters = try AttackParameters(
                parts.count > 1 ? String(parts[1]) : "", of: name, known: attack.parameters)
            return try attack.init(parameters, organization: organization, random: &random)
        }
        throw AttackError(
            text: "no attack \"\(name)\"; there are \(attacks.map { $0.name }.joined(separator: ", "))")
    }
}

/// `targets=15,start=10m` as values.
struct AttackParameters {
    private let attack: String
    private var values: [String: String] = [:]

    init(_ text: String, of attack: String, known: [String]) throws(AttackError) {
        self.attack = attack
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, known.contains(pair[0]) else {
                throw AttackError(
                    text: "\(attack): \"\(part)\" is no parameter; there are \(known.joined(separator: ", "))")
            }
            values[pair[0]] = pair[1]
        }
    }

    func text(_ key: String) -> String? { values[key] }

    /// A number, with k, m, g for powers of a thousand.
    func number(_ key: String, orElse fallback: Double) throws(AttackError) -> Double {
        guard let text = values[key] else { return fallback }
        let factors: [Character: Double] = ["k": 1e3, "m": 1e6, "g": 1e9]
        let factor = text.last.flatMap { factors[$0] }
        // The bound is on the product: what is made of it must fit an Int.
        guard let value = Double(factor == nil ? text : String(text.dropLast())).map({ $0 * (factor ?? 1) }),
            value >= 0, value < 1e12
        else {
            throw AttackError(text: "\(attack): \(key) takes a number from 0 to below 1000g, not \"\(text)\"")
        }
        return value
    }

    /// An address.
    func address(_ key: String) throws(AttackError) -> IPAddress? {
        guard let text = values[key] else { return nil }
        guard let address = IPAddress(text) else {
            throw AttackError(text: "\(attack): \(key) takes an address, not \"\(text)\"")
        }
        return address
    }

    /// The desktop that attacks: the one named by `source`, else any of `candidates`; never the one that shares files.
    func source(
        in organization: Organization, random: inout SeededGenerator, where isCandidate: (Organization.Host) -> Bool
    ) throws(AttackError) -> Organization.Host {
        if let address = try address("source") {
            // A host that is not among the desktops is a stranger in the house.
            return organization.desktops.first { $0.address == address }
                ?? Organization.Host(address: address, groups: .none)
        }
        let candidates = organization.desktops.dropFirst(2).filter(isCandidate)
        guard !candidates.isEmpty else {
            throw AttackError(text: "\(attack): no host of that family; take more --hosts")
        }
        return candidates[random.below(candidates.count)]
    }

    /// Seconds: `90`, `90s`, `10m`, `2h`.
    func seconds(_ key: String, orElse fallback: Int) throws(AttackError) -> Int {
        guard let text = values[key] else { return fallback }
        guard let seconds = SimulationTime.seconds(text) else {
            throw AttackError(text: "\(attack): \(key) takes a time such as 90s, 10m or 2h, not \"\(text)\"")
        }
        return seconds
    }
}

/// Lengths of time as a person writes them.
public enum SimulationTime {
    /// Seconds of `90`, `90s`, `10m`, `2h`, `1d`; nil for anything else or above ten years.
    public static func seconds(_ text: String) -> Int? {
        let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let factor = text.last.flatMap { factors[$0] }
        guard let value = Double(factor == nil ? text : String(text.dropLast())), value >= 0,
            value * (factor ?? 1) < 3.2e8
        else { return nil }
        return Int(value * (factor ?? 1))
    }
}
