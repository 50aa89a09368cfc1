public import FlowFeatures
import FlowMath
import Foundation

/// Models kept in files: JSON with a version, and a checksum of all that follows it.
public enum ModelFile {
    /// The version that is written, and the only one that is read.
    static let version = 1
    private static let kind = "lapwing-model"

    private struct Header: Codable {
        var kind: String
        var version: Int
    }

    private struct Content: Codable {
        var kind = ModelFile.kind
        var version = ModelFile.version
        var model: TrainedModel
    }

    /// The bytes of a file. Throws: `.notFinite` where the model holds what JSON cannot.
    public static func encode(_ model: TrainedModel) throws(ModelFileError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(Content(model: model)) else { throw .notFinite }
        return sealed(Array(data))
    }

    /// The model in the bytes of a file. Throws: what is wrong with them.
    public static func decode(_ bytes: [UInt8]) throws(ModelFileError) -> TrainedModel {
        let start = prefix("").count
        guard bytes.count > start, bytes.starts(with: "{\"checksum\":\"".utf8) else { throw .noModel }
        let body = Array(bytes[start...].prefix { $0 != UInt8(ascii: "\n") }.dropLast())
        let header = try? JSONDecoder().decode(Header.self, from: Data(body))
        if let header, header.kind == kind, header.version != version { throw .otherVersion(header.version) }
        guard bytes == sealed(body), header?.kind == kind else { throw .damaged }
        guard let model = try? JSONDecoder().decode(Content.self, from: Data(body)).model, model.isValid else {
            throw .damaged
        }
        guard model.hasKnownColumns else {
            throw .otherColumns(model.columns.filter { !model.subject.columns.contains($0) }.map(\.name))
        }
        return model
    }

    /// Reads a file. Throws: `.unreadable`, and as `decode`.
    public static func load(_ path: String) throws(ModelFileError) -> TrainedModel {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable }
        return try decode(Array(data))
    }

    /// Writes a file; an old one stays until the new one is whole. Throws: `.unwritable`, `.notFinite`.
    public static func save(_ model: TrainedModel, to path: String) throws(ModelFileError) {
        let data = Data(try encode(model))
        do { try data.write(to: URL(filePath: path), options: .atomic) } catch { throw .unwritable }
    }

    private static func prefix(_ checksum: String) -> [UInt8] {
        let padded = String(repeating: "0", count: 16 - checksum.count) + checksum
        return Array("{\"checksum\":\"\(padded)\",\"content\":".utf8)
    }

    /// A body with its checksum (FNV-1a) before it: against damage, not against malice.
    private static func sealed(_ body: [UInt8]) -> [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in body { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return prefix(String(hash, radix: 16)) + body + Array("}\n".utf8)
    }
}

/// What is wrong with a file of a model.
public enum ModelFileError: Error, Equatable, Sendable {
    /// It cannot be read.
    case unreadable
    /// It cannot be written.
    case unwritable
    /// The model holds numbers that are not finite.
    case notFinite
    /// It is something else.
    case noModel
    /// It has a version that this build does not know.
    case otherVersion(Int)
    /// It was changed, cut short, or never whole.
    case damaged
    /// It looks at columns that this build's tables do not have.
    case otherColumns([String])

    /// What is wrong, for a person.
    public var text: String {
        switch self {
        case .unreadable: "cannot be read"
        case .unwritable: "cannot be written"
        case .notFinite: "the model holds numbers that are not finite"
        case .noModel: "no model of lapwing"
        case .otherVersion(let version):
            "a model of version \(version); this lapwing reads version \(ModelFile.version): train it again"
        case .damaged: "damaged: not what was written; train it again"
        case .otherColumns(let names):
            "a model of columns that the tables do not have: \(names.joined(separator: ", ")); train it again"
        }
    }
}
