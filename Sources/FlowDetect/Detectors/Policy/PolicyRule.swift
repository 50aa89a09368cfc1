import FlowModel

/// What may not talk to what: one line of the settings of `policy`. Of the rules that fit a flow the first decides.
public struct PolicyRule: Codable, Sendable, Equatable {
    /// Who opens it: the name of a host group, or `inside`, `outside` or `any`.
    public var from = "any"
    /// To whom, named likewise.
    public var to = "any"
    /// The destination's ports; empty means all.
    public var ports: [UInt16] = []
    /// IP protocols by name or number, as `tcp`; empty means all.
    public var protocols: [String] = []
    /// Whether it is forbidden, or an exception from the rules behind it.
    public var action = Action.deny
    /// Why, in the operator's words.
    public var reason = ""
    /// A rule that forbids everything.
    public init() {}

    /// What a rule says of the flows that it fits.
    public enum Action: String, Codable, Sendable, CaseIterable {
        case allow
        case deny
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case from, to, ports, protocols, action, reason
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// A rule of the keys that are written; the others keep their defaults. Throws: for a key that is none.
    public init(from decoder: any Decoder) throws {
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys
        where CodingKeys(stringValue: key.stringValue) == nil {
            let known = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "unknown key \"\(key.stringValue)\"; a rule has \(known)"))
        }
        let values = try decoder.container(keyedBy: CodingKeys.self)
        from = try values.decodeIfPresent(String.self, forKey: .from) ?? from
        to = try values.decodeIfPresent(String.self, forKey: .to) ?? to
        ports = try values.decodeIfPresent([UInt16].self, forKey: .ports) ?? ports
        protocols = try values.decodeIfPresent([String].self, forKey: .protocols) ?? protocols
        action = try values.decodeIfPresent(Action.self, forKey: .action) ?? action
        reason = try values.decodeIfPresent(String.self, forKey: .reason) ?? reason
    }

    /// The protocols as numbers; nil for a name that is none.
    var transports: [Transport]? {
        var list: [Transport] = []
        for name in protocols {
            let text = Array(name.utf8)
            guard let transport = Transport(text: text.span) else { return nil }
            list.append(transport)
        }
        return list
    }

    /// The rule as a person reads it: `Desktops → Printers, tcp, port 22: "no logins"`.
    var text: String {
        var text = "\(from) → \(to)"
        if !protocols.isEmpty { text += ", \(protocols.joined(separator: " "))" }
        if !ports.isEmpty {
            text += ", port\(ports.count == 1 ? "" : "s") \(ports.map { "\($0)" }.joined(separator: " "))"
        }
        return reason.isEmpty ? text : text + ": \"\(reason)\""
    }
}
