public import FlowModel

/// What is wrong with a MaxMind file.
public struct GeoError: Error, Equatable, Sendable {
    /// The file and what is wrong with it.
    public let text: String
}

/// The country and the autonomous system of addresses, from MaxMind files.
public final class GeoDatabase {
    /// Look-ups that met damage in a file.
    public private(set) var damagedCount = 0
    private let files: [GeoFile]
    private var lookupCount = 0

    private init(_ files: [GeoFile]) { self.files = files }

    /// Opens files; of several that say the same of an address the first counts. Throws: for a file that cannot be read
    /// or is no sound MaxMind file.
    public static func open(_ paths: [String]) throws(GeoError) -> GeoDatabase {
        var files: [GeoFile] = []
        for path in paths { files.append(try GeoFile.open(path)) }
        return GeoDatabase(files)
    }

    /// What each file says of itself: its kind (`GeoLite2-ASN`) and when it was built.
    public var contents: [(kind: String, built: Timestamp)] { files.map { ($0.kind, $0.built) } }

    /// The kinds of files that knew nothing of any address that was looked up.
    public var silentKinds: [String] {
        lookupCount > 0 ? files.filter { $0.knownCount == 0 }.map(\.kind) : []
    }

    /// Whose `address` is, as far as the files know.
    public func place(of address: IPAddress) -> Place {
        var place = Place.unknown
        lookupCount += 1
        for file in files {
            guard let found = file.place(of: address) else {
                damagedCount += 1
                continue
            }
            if place.country == 0 { place.country = found.country }
            if place.autonomousSystem == 0 { place.autonomousSystem = found.autonomousSystem }
        }
        return place
    }

    /// An incident with the places of its subject and peers outside.
    public func located(_ incident: Incident, home: HomeNetworks) -> Incident {
        var incident = incident
        for address in [incident.subject] + incident.peers where !home.isHome(address) {
            let place = place(of: address)
            if place != .unknown { incident.places[address] = place }
        }
        return incident
    }

    /// Looks up the ends of `flows` in `range` that lie outside; `places` remembers hosts.
    public func locate(_ flows: Span<Flow>, _ range: Range<Int>, _ places: inout HostPlaces) {
        for index in range {
            let traits = flows[index].traits
            if !traits.contains(.sourceIsHome) {
                places.meet(flows[index].sourceHost) { place(of: flows[index].source) }
            }
            if !traits.contains(.destinationIsHome) {
                places.meet(flows[index].destinationHost) { place(of: flows[index].destination) }
            }
        }
    }
}
