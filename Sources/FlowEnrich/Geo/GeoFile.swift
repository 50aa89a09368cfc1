import CMaxMindDB
import FlowModel
import Glibc

/// One MaxMind file (`.mmdb`), mapped into memory. Cost of a look-up: a walk of at most 128 nodes of its tree.
final class GeoFile {
    /// What the file says of itself: `GeoLite2-ASN`.
    let kind: String
    /// When it was built.
    let built: Timestamp
    private let handle: UnsafeMutablePointer<MMDB_s>

    private init(_ handle: UnsafeMutablePointer<MMDB_s>) {
        self.handle = handle
        let kind = handle.pointee.metadata.database_type.map { String(cString: $0) } ?? ""
        // It is printed, and must not steer a terminal.
        self.kind = kind.filter { $0.isASCII && ($0 == " " || $0.isLetter || $0.isNumber || $0.isPunctuation) }
        built = Timestamp(seconds: Int64(clamping: handle.pointee.metadata.build_epoch))
    }

    deinit {
        MMDB_close(handle)
        handle.deallocate()
    }

    /// Opens a file. Throws: when it cannot be read, or is no MaxMind file, or a damaged one.
    static func open(_ path: String) throws(GeoError) -> GeoFile {
        let handle = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
        handle.initialize(to: MMDB_s())
        let status = MMDB_open(path, UInt32(MMDB_MODE_MMAP), handle)
        guard status == MMDB_SUCCESS else {
            let reason = status == MMDB_IO_ERROR ? "cannot be read" : String(cString: MMDB_strerror(status))
            handle.deallocate()
            throw GeoError(text: "\(path): \(reason)")
        }
        return GeoFile(handle)
    }

    /// What the file knows of an address, unknown where it is in none of its networks; nil where the look-up meets damage.
    func place(of address: IPAddress) -> Place? {
        var status: Int32 = 0
        var result: MMDB_lookup_result_s
        if let v4 = address.v4 {
            var end = sockaddr_in()
            end.sin_family = sa_family_t(AF_INET)
            end.sin_addr.s_addr = v4.bigEndian
            result = lookUp(&end, &status)
        } else {
            var end = sockaddr_in6()
            end.sin6_family = sa_family_t(AF_INET6)
            withUnsafeMutableBytes(of: &end.sin6_addr) { bytes in
                bytes.storeBytes(of: address.high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            result = lookUp(&end, &status)
        }
        if status == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR { return .unknown }
        guard status == MMDB_SUCCESS else { return nil }
        guard result.found_entry else { return .unknown }
        return place(of: &result.entry)
    }

    private func lookUp<End>(_ end: inout End, _ status: inout Int32) -> MMDB_lookup_result_s {
        withUnsafeBytes(of: &end) { bytes in
            guard let address = bytes.baseAddress else { return MMDB_lookup_result_s() }
            return MMDB_lookup_sockaddr(handle, address.assumingMemoryBound(to: sockaddr.self), &status)
        }
    }

    private func place(of entry: inout MMDB_entry_s) -> Place? {
        var place = Place.unknown
        // Where an address is registered stands in for where it is used, as MaxMind advises.
        for (key, inner) in [("country", "iso_code"), ("registered_country", "iso_code"), ("country_code", nil)] {
            var data = MMDB_entry_data_s()
            guard Self.isSound(lapwing_mmdb_value(&entry, &data, key, inner)) else { return nil }
            guard data.has_data, data.type == UInt32(MMDB_DATA_TYPE_UTF8_STRING), data.data_size == 2,
                let letters = UnsafeRawPointer(data.utf8_string)?.assumingMemoryBound(to: UInt8.self)
            else { continue }
            let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
            guard capitals.contains(letters[0]), capitals.contains(letters[1]) else { continue }
            place.country = UInt16(letters[0]) << 8 | UInt16(letters[1])
            break
        }
        var data = MMDB_entry_data_s()
        guard Self.isSound(lapwing_mmdb_value(&entry, &data, "autonomous_system_number", nil)) else { return nil }
        if data.has_data, data.type == UInt32(MMDB_DATA_TYPE_UINT32) { place.autonomousSystem = data.uint32 }
        return place
    }

    /// Whether a value was read, or is only not there.
    private static func isSound(_ status: Int32) -> Bool {
        status == MMDB_SUCCESS || status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR
    }
}
