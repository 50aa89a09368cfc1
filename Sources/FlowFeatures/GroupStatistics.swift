public import FlowModel

/// The first seed: what the flows of each host group send and receive.
///
/// A flow belongs to the groups of its source (the subject); *received* is what its peer sent. Keeps every flow in 32
/// bytes: for exports, not for streams.
public struct GroupStatistics: Sendable {
    /// Which groups a flow counts in.
    public enum Membership: String, Sendable, CaseIterable {
        /// The first of the subject's groups, as Cisco's exercise does it.
        case first
        /// Every group the subject is in.
        case all
    }

    /// One flow of a group, as far as tables and charts need it.
    public struct Entry: Sendable, Equatable {
        /// The subject.
        public var source: IPAddress
        /// The peer.
        public var destination: IPAddress
        /// Bytes the subject sent.
        public var sent: UInt64
        /// Bytes the peer sent.
        public var received: UInt64
        /// When it began.
        public var start: Timestamp
    }

    /// Which way bytes went.
    public enum Direction: String, Sendable, CaseIterable {
        case sent
        case received
    }

    /// A group, its flows and its figures.
    public struct Group: Sendable {
        /// Its name; `(none)` for hosts without a group.
        public var name: String
        /// Its flows in the order of the input's time.
        public var entries: [Entry]

        /// The bytes of each flow in a direction, in order.
        public func bytes(_ direction: Direction) -> [Double] {
            entries.map { Double(direction == .sent ? $0.sent : $0.received) }
        }

        /// Flows above `limit` in a direction, in order.
        public func entries(above limit: Double, _ direction: Direction) -> [Entry] {
            entries.filter { Double(direction == .sent ? $0.sent : $0.received) > limit }
        }

        /// The `count` largest flows of a direction; equal ones in order.
        public func top(_ count: Int, _ direction: Direction) -> [Entry] {
            let ranked = entries.enumerated().sorted { left, right in
                let values =
                    direction == .sent
                    ? (left.element.sent, right.element.sent) : (left.element.received, right.element.received)
                return values.0 != values.1 ? values.0 > values.1 : left.offset < right.offset
            }
            return ranked.prefix(max(0, count)).map(\.element)
        }
    }

    /// Flows between two groups.
    public struct Between: Sendable, Equatable {
        /// The subject's group.
        public var subject: String
        /// The peer's group.
        public var peer: String
        /// How many flows.
        public var flows: Int
        /// Bytes both ways of all of them.
        public var bytes: Double
    }

    private let membership: Membership
    private var entries: [NameID: [Entry]] = [:]
    private var order: [NameID] = []
    private var between: [[NameID]: (flows: Int, bytes: Double)] = [:]
    /// All flows.
    public private(set) var flows = 0
    /// Bytes both ways of all flows.
    public private(set) var bytes = 0.0

    /// No flows yet.
    public init(membership: Membership) { self.membership = membership }

    /// Average bytes of a flow, both ways, by the exporter's own sums where it has them; 0 without flows.
    public var averageBytes: Double { flows == 0 ? 0 : bytes / Double(flows) }

    /// Takes flows up. Parameter groups: the table their lists of groups index.
    public mutating func add(_ flows: [Flow], groups: GroupTable) {
        for flow in flows {
            self.flows += 1
            let total = Double(flow.reportedBytes > 0 ? flow.reportedBytes : flow.bytes)
            bytes += total
            let entry = Entry(
                source: flow.source, destination: flow.destination, sent: flow.bytesSent,
                received: flow.bytesReceived, start: flow.start)
            let subjects = members(groups.groups(of: flow.sourceGroups))
            let peers = members(groups.groups(of: flow.destinationGroups))
            for subject in subjects {
                if entries[subject] == nil { order.append(subject) }
                entries[subject, default: []].append(entry)
                for peer in peers {
                    between[[subject, peer], default: (0, 0)].flows += 1
                    between[[subject, peer], default: (0, 0)].bytes += total
                }
            }
        }
    }

    private func members(_ groups: [NameID]) -> [NameID] {
        if groups.isEmpty { return [.none] }
        return membership == .first ? [groups[0]] : groups
    }

    /// The groups, those with most flows first.
    public func groups(names: GroupTable) -> [Group] {
        order.map { Group(name: Self.name($0, names), entries: entries[$0] ?? []) }
            .sorted { ($1.entries.count, $0.name) < ($0.entries.count, $1.name) }
    }

    /// Flows between groups, those with most bytes a flow first.
    public func pairs(names: GroupTable) -> [Between] {
        between.map { key, value in
            Between(
                subject: Self.name(key[0], names), peer: Self.name(key[1], names), flows: value.flows,
                bytes: value.bytes)
        }
        .sorted {
            let averages = ($0.bytes / Double($0.flows), $1.bytes / Double($1.flows))
            return averages.0 != averages.1
                ? averages.0 > averages.1 : ($0.subject, $0.peer) < ($1.subject, $1.peer)
        }
    }

    private static func name(_ id: NameID, _ names: GroupTable) -> String {
        id == .none ? "(none)" : names.names.name(id)
    }
}
