/// Unpacks blocks of LZ4. Source: the project's "LZ4 Block Format Description".
enum LZ4Block {
    /// Unpacks `bytes` to `output`, which is emptied. Returns: false where it is damaged or longer than `limit` unpacked.
    static func unpack(_ bytes: RawSpan, into output: inout [UInt8], limit: Int) -> Bool {
        output.removeAll(keepingCapacity: true)
        var place = 0
        while place < bytes.byteCount {
            let token = bytes.uint8(at: place)
            place += 1
            guard let literals = length(Int(token >> 4), bytes, &place),
                output.appendLiterals(bytes, &place, literals, limit)
            else { return false }
            // The last sequence has no match.
            if place == bytes.byteCount { return true }
            guard place + 2 <= bytes.byteCount else { return false }
            let distance = Int(bytes.little16(at: place))
            place += 2
            guard let match = length(Int(token & 15), bytes, &place), output.appendMatch(distance, match + 4, limit)
            else {
                return false
            }
        }
        return true
    }

    /// A length of 15 goes on in the bytes that follow, up to the first that is not 255.
    private static func length(_ first: Int, _ bytes: RawSpan, _ place: inout Int) -> Int? {
        guard first == 15 else { return first }
        var length = first
        while place < bytes.byteCount {
            let byte = bytes.uint8(at: place)
            place += 1
            length += Int(byte)
            if byte != 255 { return length }
        }
        return nil
    }
}

/// What unpacking is made of.
extension [UInt8] {
    /// Appends `count` bytes of the input, and goes on behind them. Returns: false where there are not so many, or the
    /// output would grow over `limit`.
    mutating func appendLiterals(_ bytes: RawSpan, _ place: inout Int, _ count: Int, _ limit: Int) -> Bool {
        guard count <= bytes.byteCount - place, count <= limit - self.count else { return false }
        let start = place
        append(addingCapacity: count) { (output: inout OutputSpan<UInt8>) in
            for offset in start..<start + count { output.append(bytes.uint8(at: offset)) }
        }
        place += count
        return true
    }

    /// Appends `length` bytes again that stand `distance` bytes back; these may be among those appended. Returns: false
    /// where they lie before the start, or the output would grow over `limit`.
    mutating func appendMatch(_ distance: Int, _ length: Int, _ limit: Int) -> Bool {
        guard distance > 0, distance <= count, length <= limit - count else { return false }
        let start = count - distance
        reserveCapacity(count + length)
        for offset in start..<start + length { append(self[offset]) }
        return true
    }
}
