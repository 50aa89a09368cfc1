import CMaxMindDB
import FlowModel
import Glibc

/// One MaxMind file (`.mmdb`), mapped into memory. Cost of a look-up: a walk of at most 128 nodes of its tree.
final class GeoFile {
    /// What the file says of itself: `GeoLite2-ASN`.
    let kind: String
    /// When it was built.
    let built: Timestamp
    /// Look-ups in which it knew something.
    private(set) var knownCount = 0
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
        var data = MMDB_entry_data_s()
        // Where an address is registered stands in for where it is used, as MaxMind advises.
        for (key, inner) in [
            ("country", "iso_code"), ("registered_country", "iso_code"), ("country_code", nil), ("country", nil),
        ] where place.country == 0 {
            guard Self.isSound(lapwing_mmdb_value(&entry, &data, key, inner)) else { return nil }
            place.country = Self.country(data) ?? 0
        }
        for key in ["autonomous_system_number", "asn"] where place.autonomousSystem == 0 {
            guard Self.isSound(lapwing_mmdb_value(&entry, &data, key, nil)) else { return nil }
            place.autonomousSystem = Self.autonomousSystem(data) ?? 0
        }
        if place != .unknown { knownCount += 1 }
        return place
    }

    /// Two capitals.
    private static func country(_ data: MMDB_entry_data_s) -> UInt16? {
        guard let letters = text(data), letters.count == 2 else { return nil }
        guard letters.allSatisfy((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains) else { return nil }
        return UInt16(letters[0]) << 8 | UInt16(letters[1])
    }

    /// A number however wide, or `AS13335`.
    private static func autonomousSystem(_ data: MMDB_entry_data_s) -> UInt32? {
        guard data.has_data else { return nil }
        switch data.type {
        case UInt32(MMDB_DATA_TYPE_UINT16): return UInt32(data.uint16)
        case UInt32(MMDB_DATA_TYPE_UINT32): return data.uint32
        case UInt32(MMDB_DATA_TYPE_UINT64): return UInt32(exactly: data.uint64)
        default:
            guard let text = text(data), text.count <= 12, text.starts(with: "AS".utf8) else { return nil }
            return UInt32(String(decoding: text.dropFirst(2), as: UTF8.self))
        }
    }

    private static func text(_ data: MMDB_entry_data_s) -> UnsafeRawBufferPointer? {
        guard data.has_data, data.type == UInt32(MMDB_DATA_TYPE_UTF8_STRING),
            let start = UnsafeRawPointer(data.utf8_string)
        else { return nil }
        return UnsafeRawBufferPointer(start: start, count: Int(data.data_size))
    }

    /// Whether a value was read, or is only not there.
    private static func isSound(_ status: Int32) -> Bool {
        status == MMDB_SUCCESS || status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR
    }
}
