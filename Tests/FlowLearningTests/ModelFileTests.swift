import FlowFeatures
import FlowLearning
import FlowMath
import Foundation
import Testing

/// Rows like those of hosts, a few hundred, one of them far off if wanted.
private func hosts(_ count: Int = 400, odd: Int? = nil) -> FeatureTable {
    var random = SeededGenerator(seed: 7)
    var table = FeatureTable(columns: FeatureSubject.host.columns)
    for row in 0..<count {
        table.append(
            FeatureSubject.host.columns.indices.map { column in
                row == odd ? 1e9 : Double(random.below(256) * (column + 1))
            })
    }
    return table
}

private func trained(_ method: OutlierMethod) throws -> TrainedModel {
    try TrainedModel(
        method, of: hosts(), subject: .host, windowSeconds: 300, scale: .log, season: 24, firstSeen: "a", lastSeen: "b")
}

@Test(arguments: OutlierMethod.allCases)
func `a model that was saved and loaded judges as it did`(method: OutlierMethod) throws {
    let model = try trained(method)
    let loaded = try ModelFile.decode(ModelFile.encode(model))
    #expect(loaded.model.method == method)
    #expect(loaded.rows == 400 && loaded.windowSeconds == 300)
    #expect(try loaded.scores(of: hosts(60)) == model.scores(of: hosts(60)))
    #expect(loaded.tail == model.tail)
    #expect(try ModelFile.encode(loaded) == ModelFile.encode(model))
}

// A forest that never saw anything so large cuts it off no sooner than its own largest rows.
@Test(arguments: OutlierMethod.allCases.filter { !$0.isForecaster && $0 != .iforest })
func `the row that lies off scores highest, and what makes it so is named`(method: OutlierMethod) throws {
    let model = try trained(method)
    let table = hosts(odd: 17)
    let scores = try model.scores(of: table)
    #expect(scores.indices.max { scores[$0] < scores[$1] } == 17)
    let named = try model.causes(of: table.stretch(17..<18)).map(\.column.name)
    #expect(!named.isEmpty)
    #expect(named.allSatisfy(FeatureSubject.host.columns.map(\.name).contains))
    #expect(model.tail.share(atLeast: scores[17]) <= 3.0 / 401)
}

@Test func `every changed byte and every cut is an error, never a trap`() throws {
    let bytes = try ModelFile.encode(trained(.hbos))
    for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 500)) {
        var changed = bytes
        changed[place] ^= 0x11
        #expect(throws: ModelFileError.self) { try ModelFile.decode(changed) }
        #expect(throws: ModelFileError.self) { try ModelFile.decode(Array(bytes[..<place])) }
    }
}

/// The file with a part of its text changed, and a checksum that fits.
private func forged(_ bytes: [UInt8], _ old: String, _ new: String) throws -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    let start = try #require(text.range(of: ",\"content\":")).upperBound
    let body = text[start...].dropLast(2).replacing(old, with: new, maxReplacements: 1)
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in body.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let digits = String(hash, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    return Array("{\"checksum\":\"\(padded)\",\"content\":\(body)}\n".utf8)
}

@Test func `another version, other columns and other files are told apart`() throws {
    let bytes = try ModelFile.encode(trained(.ecod))
    #expect(throws: ModelFileError.otherVersion(9)) {
        try ModelFile.decode(forged(bytes, "\"version\":1", "\"version\":9"))
    }
    let renamed = String(decoding: bytes, as: UTF8.self).replacing("\"peers\"", with: "\"pears\"")
    #expect(throws: ModelFileError.otherColumns(["pears"])) {
        try ModelFile.decode(forged(Array(renamed.utf8), "", ""))
    }
    for other in ["", "{}", "ts,src\n", String(repeating: "{\"checksum\":\"", count: 9)] {
        #expect(throws: ModelFileError.self) { try ModelFile.decode(Array(other.utf8)) }
    }
    #expect(throws: ModelFileError.unreadable) { try ModelFile.load("/nowhere/model.json") }
}

@Test(arguments: OutlierMethod.allCases)
func `numbers forged with a right checksum are refused or judged, never a trap`(method: OutlierMethod) throws {
    let bytes = try ModelFile.encode(trained(method))
    var random = SeededGenerator(seed: 3)
    let digits = bytes.indices.dropFirst(60).filter { (0x30...0x39).contains(bytes[$0]) }
    for _ in 0..<150 {
        var changed = bytes
        changed[digits[random.below(digits.count)]] = UInt8(0x30 + random.below(10))
        guard let model = try? ModelFile.decode(forged(changed, "", "")) else { continue }
        _ = try? model.scores(of: hosts(40))
        _ = try? model.causes(of: hosts(1))
    }
}
