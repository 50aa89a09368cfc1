import FlowMath
import FlowModel

/// A small organization: its hosts, their groups, and the peers each of them keeps.
struct Organization: Sendable {
    struct Host: Sendable {
        var address: IPAddress
        var groups: GroupSetID
        /// Sites outside that it visits, the favourite first; IPv6 where the host has it.
        var sites: [IPAddress] = []
        /// Where it uploads its files to.
        var cloud: IPAddress = .unspecified
        /// Seconds that its polling is shifted by.
        var phase = 0
        /// Seconds between its questions for the time: 64 to 1024, as NTP clients settle (RFC 5905, 7.3).
        var clockInterval = 1024
    }

    var desktops: [Host] = []
    var webServers: [Host] = []
    var mailServer: Host
    var fileServer: Host
    var resolvers: [Host] = []
    var monitor: Host
    /// A desktop that shares files with strangers all day.
    var peerToPeer: Host
    /// Addresses in use whose hosts are switched off: the monitor asks them in vain.
    var silent: [IPAddress]
    let outside: GroupSetID

    init(hosts: Int, names: inout FlowNames, random: inout SeededGenerator) {
        let desks = names.groups.intern(["Desktops", "Headquarters"])
        let servers = names.groups.intern(["Web Servers", "Datacenter"])
        outside = names.groups.intern(["Internet"])
        mailServer = Host(address: Self.inside(1, 10), groups: names.groups.intern(["Mail Servers", "Datacenter"]))
        fileServer = Host(address: Self.inside(1, 20), groups: names.groups.intern(["File Servers", "Datacenter"]))
        monitor = Host(address: Self.inside(1, 30), groups: names.groups.intern(["Monitoring", "Datacenter"]))
        silent = (0..<4).map { Self.inside(1, 200 + $0) }
        let dns = names.groups.intern(["DNS Servers", "Datacenter"])
        resolvers = (0..<2).map { Host(address: Self.inside(1, 53 + $0), groups: dns) }
        webServers = (0..<4).map { Host(address: Self.inside(1, 80 + $0), groups: servers) }
        for number in 0..<max(4, hosts) {
            let hasV6 = number % 4 == 3
            var host = Host(address: Self.neighbour(number, v6: hasV6), groups: desks)
            host.sites = (0..<24).map { _ in Self.site(v6: hasV6, rank: random.rank(2000)) }
            host.cloud = Self.site(v6: hasV6, rank: random.below(5))
            host.phase = random.below(3600)
            host.clockInterval = 64 << (host.phase % 5)
            desktops.append(host)
        }
        peerToPeer = desktops[1]
    }

    /// Flows a second of file sharing, of mail between servers at its fullest, of calls to everyone.
    static let peerToPeerRate = 1.2
    static let mailRate = 0.05
    static let broadcastRate = 0.15

    /// Flows a second of all that does not follow the day, as `Simulator` makes them.
    var backgroundRate: Double {
        let clocks = desktops.reduce(0) { $0 + 1 / Double($1.clockInterval) }
        let copies = desktops.reduce(0) {
            $0 + ($1.phase % 3 == 0 ? 1.0 / 3600 : 0) + ($1.phase % 7 == 0 ? 1.0 / 2400 : 0)
        }
        let polls = Double(desktops.count) * (1.0 / 300 + 1.0 / 3600)
        let monitored = Double(webServers.count + 2 + silent.count) / 60
        return clocks + copies + polls + monitored + Self.peerToPeerRate + Self.mailRate + Self.broadcastRate
    }

    /// The address of a neighbour of the desktops, the first ones theirs.
    static func neighbour(_ number: Int, v6: Bool) -> IPAddress {
        v6
            ? IPAddress(high: 0xfd00_0010_0000_0000, low: UInt64(number + 16))
            : inside(10 + number / 240, 10 + number % 240)
    }

    static func inside(_ third: Int, _ last: Int) -> IPAddress {
        IPAddress(v4: 0x0a14_0000 | UInt32(third & 0xff) << 8 | UInt32(last & 0xff))
    }

    /// A site outside: the same rank is the same address.
    static func site(v6: Bool, rank: Int) -> IPAddress {
        let mixed = UInt64(rank + 1) &* 0x9e37_79b9_7f4a_7c15
        if v6 { return IPAddress(high: 0x2a00_1450_0000_0000 | mixed >> 48, low: mixed >> 20 | 1) }
        // 45.0.0.0 to 45.127.255.255 is public throughout.
        return IPAddress(v4: 0x2d00_0000 | UInt32(truncatingIfNeeded: mixed >> 41))
    }
}
