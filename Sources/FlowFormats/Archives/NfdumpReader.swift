package import FlowModel

/// `nfdump`: the files that nfcapd of nfdump 1.6 (layout 1) and 1.7 (layout 2) writes, uncompressed or packed with LZO or
/// LZ4.
///
/// Blocks packed with bzip2 or zstd need `unpack`, which whoever has these libraries sets. Records come as they were
/// exported: by end, up to the active timeout late by start; counters are scaled by nfcapd. Not yet in `FormatCatalog`.
package struct NfdumpReader: FlowReader {
    package static let format = FlowFormat(
        name: "nfdump", summary: "nfcapd's own files, of nfdump 1.6 and 1.7",
        order: .byEnd(lateness: 3_600_000_000_000), splitsAtNewlines: false, isOneWay: true)

    /// The most bytes of a block, packed or not: five times what nfcapd fills.
    static let blockLimit = 8 << 20

    /// Unpacks a block by a library. Returns: false where it is damaged, or longer unpacked than the limit.
    package typealias Unpack =
        @Sendable (_ packed: [UInt8], _ by: NfdumpCompression, _ limit: Int, _ output: inout [UInt8]) -> Bool

    /// For bzip2 and zstd; nil where these cannot be read.
    package var unpack: Unpack?

    /// What came and was not yet read: less than a block.
    private var pending: [UInt8] = []
    private var header: NfdumpHeader?
    private var block: [UInt8] = []
    private var records = NfdumpRecords()

    package init() {}

    package static func recognizes(_ head: Span<UInt8>) -> Bool { NfdumpHeader(of: head.bytes) != nil }

    package mutating func read(_ bytes: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) -> Int {
        for index in bytes.indices { pending.append(bytes[index]) }
        // Taken out, so that parts of it can be read while the reader changes.
        var input: [UInt8] = []
        swap(&input, &pending)
        var place = 0
        if header == nil {
            guard input.count >= NfdumpHeader.recognizable else {
                pending = input
                return bytes.count
            }
            guard let found = NfdumpHeader(of: input.span.bytes) else {
                throw .malformed("not an nfdump file", line: 0)
            }
            guard input.count >= found.length else {
                pending = input
                return bytes.count
            }
            header = found
            place = found.length
        }
        while let length = try blockLength(input, place) {
            try takeBlock(input.span.bytes.extracting(place..<place + length), into: &batch)
            place += length
        }
        input.removeFirst(place)
        pending = input
        return bytes.count
    }

    package mutating func finish(_ rest: Span<UInt8>, into batch: inout FlowBatch) throws(ReadError) {
        _ = try read(rest, into: &batch)
        if !pending.isEmpty {
            throw .malformed("nfdump file ends within \(header == nil ? "its header" : "a block")", line: batch.lines)
        }
    }

    package mutating func skim(_ bytes: Span<UInt8>) throws(ReadError) {}

    /// Bytes of the block at `place` with its header; nil where it is not whole yet.
    private func blockLength(_ input: [UInt8], _ place: Int) throws(ReadError) -> Int? {
        guard input.count - place >= NfdumpHeader.blockHeaderLength else { return nil }
        let length = Int(input.span.bytes.little32(at: place + 4))
        guard length <= Self.blockLimit else { throw .malformed("nfdump block over 8 MiB", line: 0) }
        let whole = NfdumpHeader.blockHeaderLength + length
        return whole <= input.count - place ? whole : nil
    }

    private mutating func takeBlock(_ bytes: RawSpan, into batch: inout FlowBatch) throws(ReadError) {
        guard let header else { return }
        let kind = bytes.little16(at: 8)
        // Others hold statistics, names and catalogs.
        guard kind == 2 || kind == 3 else { return }
        let body = bytes.extracting(NfdumpHeader.blockHeaderLength..<bytes.byteCount)
        // Single blocks can be left unpacked.
        let compression = kind == 3 && bytes.little16(at: 10) & 1 != 0 ? .none : header.compression
        let isWhole: Bool
        switch compression {
        case .none:
            try records.read(body, into: &batch)
            return
        case .lzo: isWhole = LZOBlock.unpack(body, into: &block, limit: Self.blockLimit)
        case .lz4: isWhole = LZ4Block.unpack(body, into: &block, limit: Self.blockLimit)
        case .bzip2, .zstd:
            guard let unpack else {
                throw .malformed("nfdump file packed with \(compression), which is not read here", line: 0)
            }
            var packed: [UInt8] = []
            packed.reserveCapacity(body.byteCount)
            for offset in 0..<body.byteCount { packed.append(body.uint8(at: offset)) }
            isWhole = unpack(packed, compression, Self.blockLimit, &block)
        }
        guard isWhole else { throw .malformed("damaged nfdump block", line: batch.lines) }
        let unpacked = block
        try records.read(unpacked.span.bytes, into: &batch)
    }
}
