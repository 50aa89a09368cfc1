import FlowModel

extension Story {
    func sentence(_ novelty: Finding.Novelty, peer: IPAddress?) -> String {
        let end = peer.map { FlowTable.end($0, novelty.port) } ?? "port \(novelty.port)"
        let text =
            switch novelty.kind {
            case .portUsed: "used port \(novelty.port) (\(novelty.transport)) for the first time, with \(end)"
            case .portOffered:
                "answered on port \(novelty.port) (\(novelty.transport)) for the first time, to "
                    + (peer?.description ?? "a peer")
            case .peer: "opened its first connection to \(end)"
            case .network: "opened its first connection into the network of \(end)"
            case .country(let place):
                "is the first here in contact with \(place.countryCode), \(peer?.description ?? "a peer") (\(place))"
            case .autonomousSystem(let place):
                "is the first here in contact with AS\(place.autonomousSystem),"
                    + " \(peer?.description ?? "a peer") (\(place))"
            }
        let who =
            switch novelty.kind {
            case .portUsed, .portOffered, .peer, .network: "it meets something new"
            case .country, .autonomousSystem: "this network meets a new one"
            }
        return text + "; known for \(Quantity.microseconds(Double(novelty.slices) * 6e8)), \(who)"
            + " in \(Quantity.short((novelty.share * 100).rounded())) of 100 stretches of 10 min"
    }
}
