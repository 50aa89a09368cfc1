import FlowModel

extension Story {
    func sentence(_ listed: Finding.Listed, _ finding: Finding) -> String {
        let feeds = listed.entries.prefix(3).map { entry in
            "\(entry.feed) (confidence \(Quantity.short(entry.confidence)),"
                + " \(Quantity.microseconds(Double(entry.age) / 1000)) apart)"
        }
        let lists = feeds.joined(separator: ", ") + (listed.entries.count > 3 ? ", …" : "")
        let peer = finding.peer.map { FlowTable.end($0, listed.port) } ?? "port \(listed.port)"
        let answered = listed.isAnswered ? "answered" : "unanswered"
        let flows = "\(Quantity.count(listed.flows, "flow"))"
        let bytes =
            "\(Quantity.bytes(Double(listed.bytesSent))) sent, \(Quantity.bytes(Double(listed.bytesReceived))) back"
        guard listed.isOutbound else {
            return "is listed by \(lists) and called \(peer) (\(listed.transport)), \(answered): \(flows), \(bytes)"
        }
        return "called \(peer) (\(listed.transport)), listed by \(lists), \(answered): \(flows), \(bytes);"
            + " of \(Quantity.count(listed.peers, "host")) called from here \(Quantity.grouped(listed.listedPeers))"
            + (listed.listedPeers == 1 ? " is" : " are") + " listed"
    }
}
