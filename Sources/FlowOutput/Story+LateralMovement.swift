import FlowModel

extension Story {
    func sentence(_ movement: Finding.LateralMovement, _ finding: Finding) -> String {
        let service =
            movement.port == 135 ? "RPC" : LoginService(port: movement.port)?.name ?? "port \(movement.port)"
        let seconds = Double(finding.span.end.nanoseconds) * 1e-9 - Double(finding.span.start.nanoseconds) * 1e-9
        var text =
            "entered \(Quantity.count(movement.hosts, "host")) here that it had nothing to do with, and hardly"
            + " anybody, in \(Quantity.microseconds(seconds * 1e6))"
        if movement.further > 0 {
            text +=
                "; from there on to \(Quantity.count(movement.further, "host")) more within an hour,"
                + " up to \(movement.steps) steps away"
        }
        let peer = finding.peer.map { FlowTable.end($0, movement.port) } ?? "port \(movement.port)"
        return text + "; last by \(movement.last), \(peer) (\(service)); for such a host"
            + " \(Quantity.short(movement.usual)) an hour are ordinary"
    }

    func techniques(of movement: Finding.LateralMovement) -> [String] {
        switch movement.port {
        case 139, 445: ["T1021.002", "T1570"]
        case 3389: ["T1021.001"]
        case 135: ["T1021.003", "T1047"]
        case 22: ["T1021.004"]
        case 5900...5903: ["T1021.005"]
        case 5985, 5986: ["T1021.006"]
        default: ["T1021"]
        }
    }
}
