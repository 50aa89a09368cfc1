import FlowModel
import FlowOutput
public import FlowSimulation

/// What `simulate --truth` writes and `evaluate --truth` reads: the attacks of a simulation.
public enum SimulationTruth {
    /// One object of JSON; names are a promise. Parameter flows: how many were written.
    public static func json(_ attacks: [AttackTruth], seed: UInt64, flows: Int) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("seed", seed)
            json.field("flows", flows)
            json.key("attacks")
            json.array(attacks) { json, attack in
                json.object { json in
                    json.field("kind", attack.kind)
                    json.field("technique", attack.technique)
                    json.field("source", attack.source.description)
                    json.key("destinations")
                    json.array(attack.destinations) { json, address in json.value(address.description) }
                    json.key("ports")
                    json.array(attack.ports) { json, port in json.number(Double(port)) }
                    if let start = attack.start { json.field("start", start.description) }
                    if let end = attack.end { json.field("end", end.description) }
                    json.field("flows", attack.flows)
                    json.field("bytes", attack.bytes)
                }
            }
        }
        json.newline()
        return json.bytes
    }
}
