import FlowModel
import Testing

@testable import FlowFormats

private func size(_ text: String) -> Result<UInt64, RejectReason> {
    let bytes = Array(text.utf8)
    do throws(FieldError) { return .success(try SnaFields.size(bytes.span)) } catch { return .failure(error.reason) }
}

private func duration(_ text: String) -> Result<Int64, RejectReason> {
    let bytes = Array(text.utf8)
    do throws(FieldError) {
        return .success(try SnaFields.duration(bytes.span))
    } catch {
        return .failure(error.reason)
    }
}

private func endpoint(_ text: String) -> Result<[Int], RejectReason> {
    let bytes = Array(text.utf8)
    do throws(FieldError) {
        let end = try SnaFields.endpoint(bytes.span)
        return .success([Int(end.port), Int(end.transport.rawValue)])
    } catch {
        return .failure(error.reason)
    }
}

extension RejectReason: Error {}

@Test(
    arguments: [
        ("424.39 M", 424_390_000), ("62.75 K", 62_750), ("1.2 G", 1_200_000_000), ("320 ", 320), ("320", 320),
        ("--", 0),
        (" -- ", 0), ("0", 0), ("8.3 M", 8_300_000), ("7 K", 7000), ("7K", 7000), ("7 k", 7000), ("0.01 K", 10),
        ("3 T", 3_000_000_000_000), ("1.234 K", 1234), ("1.2340 K", 1234), ("64.0", 64), ("001", 1),
        ("18.446744073709551 P", 18_446_744_073_709_551),
    ] as [(String, UInt64)])
func `sizes are exact`(text: String, bytes: UInt64) {
    #expect(size(text) == .success(bytes))
}

@Test func `sizes up to 64 bits`() {
    #expect(size("18446744073709551615") == .success(.max))
    #expect(size("18446744073709551616") == .failure(.numberTooLarge))
    #expect(size("18447 P") == .failure(.numberTooLarge))
    #expect(size("18446.99 P") == .failure(.numberTooLarge))
}

@Test(arguments: [
    ("", RejectReason.badNumber), (" ", .badNumber), ("K", .badNumber), ("-", .badNumber), ("---", .badNumber),
    ("1.2345 K", .badNumber), ("1.5", .badNumber), ("1. K", .badNumber), (".5 K", .badNumber), ("1.2.3 K", .badNumber),
    ("1 KK", .badNumber), ("1 K M", .badNumber), ("1e3", .badNumber), ("12x", .badNumber), ("x", .badNumber),
    ("-5", .negativeNumber), ("-5 K", .negativeNumber), ("-5.5 K", .negativeNumber), ("1,5 K", .badNumber),
])
func `broken sizes`(text: String, reason: RejectReason) {
    #expect(size(text) == .failure(reason))
}

@Test(
    arguments: [
        ("7hr 57min 56s", 28_676), ("1hr 3min 6s", 3786), ("20s", 20), ("2day 3hr", 183_600), ("--", 0), ("1hr", 3600),
        ("9hr 5s", 32_405), ("3min", 180), ("1days 0s", 86_400), ("0s", 0), (" 5s  6s ", 11),
    ] as [(String, Int64)])
func `durations in whole seconds`(text: String, seconds: Int64) {
    #expect(duration(text) == .success(seconds * 1_000_000_000))
}

@Test(arguments: [
    ("", RejectReason.badDuration), ("5", .badDuration), ("s", .badDuration), ("5 s", .badDuration),
    ("5parsec", .badDuration), ("1hr,2min", .badDuration), ("-5s", .negativeNumber), ("1.5s", .badDuration),
    ("99999999999999999999s", .numberTooLarge), ("9223372037s", .numberTooLarge),
    ("999999999999999999day", .numberTooLarge),
])
func `broken durations`(text: String, reason: RejectReason) {
    #expect(duration(text) == .failure(reason))
}

@Test func `ports with protocols, and protocols alone`() {
    #expect(endpoint("50928/TCP") == .success([50_928, 6]))
    #expect(endpoint("53/UDP ") == .success([53, 17]))
    #expect(endpoint("ICMP") == .success([0, 1]))
    #expect(endpoint("ESP") == .success([0, 50]))
    #expect(endpoint("EIGRP") == .success([0, 88]))
    #expect(endpoint("SAT_EXPAK") == .success([0, 64]))
    #expect(endpoint("A/N") == .success([0, 107]))
    #expect(endpoint("7/A/N") == .success([7, 107]))
    #expect(endpoint("CARRIER_PIGEON") == .success([0, 255]))
    #expect(endpoint("9/CARRIER_PIGEON") == .success([9, 255]))
    #expect(endpoint("65536/TCP") == .failure(.badPort))
    #expect(endpoint("-1/TCP") == .failure(.badPort))
    #expect(endpoint("/TCP") == .failure(.badPort))
    #expect(endpoint("80/") == .failure(.unknownProtocol))
    #expect(endpoint(" ") == .failure(.unknownProtocol))
}

@Test func `sizes take a unit only where two decimals are exact`() {
    func written(_ value: UInt64) -> String {
        var bytes: [UInt8] = []
        SnaFields.append(size: value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
    #expect(written(0) == "--")
    #expect(written(320) == "320 ")
    #expect(written(999) == "999 ")
    #expect(written(1000) == "1 K")
    #expect(written(1010) == "1.01 K")
    #expect(written(1100) == "1.1 K")
    #expect(written(1001) == "1001 ")
    #expect(written(424_390_000) == "424.39 M")
    #expect(written(424_391_000) == "424391 K")
    #expect(written(1_200_000_000) == "1.2 G")
    #expect(written(.max) == "18446744073709551615 ")
    for value in [1, 10, 999, 1000, 62_750, 1_234_567, 8_300_000, 1_200_000_001, 1 << 40, .max] as [UInt64] {
        #expect(size(written(value)) == .success(value))
    }
}

@Test func `durations are written in hours, minutes and seconds`() {
    func written(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        SnaFields.append(duration: seconds * 1_000_000_000, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
    #expect(written(0) == "--")
    #expect(written(-5) == "--")
    #expect(written(20) == "20s")
    #expect(written(60) == "1min")
    #expect(written(28_676) == "7hr 57min 56s")
    #expect(written(183_600) == "51hr")
    for seconds in stride(from: Int64(0), to: 200_000, by: 997) {
        #expect(duration(written(seconds)) == .success(seconds * 1_000_000_000))
    }
}

@Test func `every protocol we can write reads back`() {
    for number in 0...255 {
        var bytes: [UInt8] = []
        SnaFields.append(port: 7, transport: Transport(rawValue: UInt8(number)), to: &bytes)
        #expect(endpoint(String(decoding: bytes, as: UTF8.self)) == .success([7, number]))
        bytes.removeAll()
        SnaFields.append(port: 0, transport: Transport(rawValue: UInt8(number)), to: &bytes)
        #expect(endpoint(String(decoding: bytes, as: UTF8.self)) == .success([0, number]))
    }
}
