/// What people and programs usually call the columns of a table of flows.
enum UsualNames {
    /// In lower case without blanks, bars, dots and hyphens; ours first.
    private static let names: [(name: StaticString, column: Column)] = [
        ("start", .start), ("starttime", .start), ("ts", .start), ("time", .start), ("timestamp", .start),
        ("stime", .start), ("firstseen", .start), ("flowstart", .start), ("startdatetime", .start), ("date", .start),
        ("datetime", .start), ("first", .start), ("flowstarttime", .start), ("begin", .start),
        ("end", .end), ("endtime", .end), ("lastseen", .end), ("flowend", .end), ("ltime", .end), ("stop", .end),
        ("duration", .duration), ("dur", .duration), ("flowduration", .duration), ("td", .duration),
        ("source", .source), ("src", .source), ("srcip", .source), ("sourceip", .source), ("srcaddr", .source),
        ("sourceaddress", .source), ("ipsrc", .source), ("sa", .source), ("clientip", .source), ("saddr", .source),
        ("sourceipaddress", .source), ("srcipaddr", .source), ("origh", .source), ("idorigh", .source),
        ("sourceipv4address", .source), ("ipv4srcaddr", .source),
        ("sourceport", .sourcePort), ("srcport", .sourcePort), ("sport", .sourcePort), ("sp", .sourcePort),
        ("clientport", .sourcePort), ("srcpt", .sourcePort), ("idorigp", .sourcePort), ("l4srcport", .sourcePort),
        ("destination", .destination), ("dst", .destination), ("dstip", .destination), ("destip", .destination),
        ("destinationip", .destination), ("dstaddr", .destination), ("destinationaddress", .destination),
        ("ipdst", .destination), ("da", .destination), ("serverip", .destination), ("daddr", .destination),
        ("destinationipaddress", .destination), ("dstipaddr", .destination), ("idresph", .destination),
        ("dest", .destination), ("destinationipv4address", .destination), ("ipv4dstaddr", .destination),
        ("destinationport", .destinationPort), ("dstport", .destinationPort), ("destport", .destinationPort),
        ("dport", .destinationPort), ("dp", .destinationPort), ("serverport", .destinationPort),
        ("dstpt", .destinationPort), ("dsport", .destinationPort), ("idrespp", .destinationPort),
        ("l4dstport", .destinationPort),
        ("protocol", .transport), ("proto", .transport), ("pr", .transport), ("ipprotocol", .transport),
        ("transport", .transport), ("protocolidentifier", .transport),
        ("state", .state), ("connstate", .state), ("status", .state),
        ("bytes", .bytes), ("totalbytes", .bytes), ("octets", .bytes), ("byt", .bytes), ("totbytes", .bytes),
        ("bytessent", .bytesSent), ("sentbytes", .bytesSent), ("srcbytes", .bytesSent), ("sbytes", .bytesSent),
        ("origbytes", .bytesSent), ("srctx", .bytesSent), ("bytestoserver", .bytesSent), ("clientbytes", .bytesSent),
        ("totlenfwdpkts", .bytesSent), ("totallengthoffwdpackets", .bytesSent), ("inbytes", .bytesSent),
        ("bytesreceived", .bytesReceived), ("receivedbytes", .bytesReceived), ("rcvdbytes", .bytesReceived),
        ("dstbytes", .bytesReceived), ("dbytes", .bytesReceived), ("respbytes", .bytesReceived),
        ("dsttx", .bytesReceived), ("bytestoclient", .bytesReceived), ("serverbytes", .bytesReceived),
        ("totlenbwdpkts", .bytesReceived), ("totallengthofbwdpackets", .bytesReceived), ("outbytes", .bytesReceived),
        ("packetssent", .packetsSent), ("packets", .packets), ("srcpkts", .packetsSent), ("spkts", .packetsSent),
        ("origpkts", .packetsSent), ("pkts", .packets), ("totfwdpkts", .packetsSent),
        ("totalfwdpackets", .packetsSent), ("inpkts", .packetsSent),
        ("packetsreceived", .packetsReceived), ("dstpkts", .packetsReceived), ("dpkts", .packetsReceived),
        ("resppkts", .packetsReceived), ("totbwdpkts", .packetsReceived), ("totalbackwardpackets", .packetsReceived),
        ("outpkts", .packetsReceived),
        ("packetsout", .packetsSent), ("sentpkt", .packetsSent), ("sentpkts", .packetsSent),
        ("bidirectionalpackets", .packets), ("totalpackets", .packets), ("totpkts", .packets),
        ("src2dstpackets", .packetsSent), ("dst2srcpackets", .packetsReceived), ("packetsin", .packetsReceived),
        ("rcvdpkt", .packetsReceived), ("sourcepackets", .packetsSent), ("destinationpackets", .packetsReceived),
        ("bytesout", .bytesSent), ("bytesin", .bytesReceived), ("sentbyte", .bytesSent), ("rcvdbyte", .bytesReceived),
        ("src2dstbytes", .bytesSent), ("dst2srcbytes", .bytesReceived), ("bidirectionalbytes", .bytes),
        ("sourcebytes", .bytesSent), ("destinationbytes", .bytesReceived), ("networkbytes", .bytes),
        ("networkpackets", .packets), ("networktransport", .transport), ("ianaprotocolnumber", .transport),
        ("bidirectionalfirstseenms", .start), ("bidirectionallastseenms", .end), ("eventstart", .start),
        ("eventend", .end), ("stampinserted", .start), ("timestampstart", .start), ("timestampend", .end),
        ("action", .action), ("vendoraction", .action), ("disposition", .action), ("eventaction", .action),
        ("flagssent", .flagsSent), ("flags", .flagsSent), ("tcpflags", .flagsSent), ("flagsreceived", .flagsReceived),
        ("sourcegroups", .sourceGroups), ("sourcegroup", .sourceGroups), ("destinationgroups", .destinationGroups),
        ("destinationgroup", .destinationGroups),
        ("application", .application), ("app", .application), ("service", .application), ("appproto", .application),
        ("label", .label), ("class", .label), ("attackcat", .label), ("attack", .label),
    ]

    /// The column that usually has a name like this, if any.
    static func column(_ name: Span<UInt8>) -> Column? {
        var folded: [UInt8] = []
        for index in 0..<min(name.count, 64) {
            let byte = name[index]
            if byte >= 0x41 && byte <= 0x5a { folded.append(byte | 0x20) }
            if byte >= 0x61 && byte <= 0x7a || byte &- 0x30 < 10 { folded.append(byte) }
        }
        for (known, column) in names where folded.span.isEqual(to: known) { return column }
        return nil
    }
}
