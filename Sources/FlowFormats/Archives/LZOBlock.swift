/// Unpacks blocks of LZO1X. Written from the description of the stream in the Linux kernel's documentation
/// ("LZO stream format as understood by Linux's LZO decompressor"): the library itself is GPL.
enum LZOBlock {
    /// Unpacks `bytes` to `output`, which is emptied. Returns: false where it is damaged or longer than `limit` unpacked.
    static func unpack(_ bytes: RawSpan, into output: inout [UInt8], limit: Int) -> Bool {
        output.removeAll(keepingCapacity: true)
        var stream = Stream(bytes: bytes)
        // The first byte may start with literals alone.
        if bytes.uint8(at: 0) > 17 {
            let count = Int(stream.byte()) - 17
            guard output.appendLiterals(bytes, &stream.place, count, limit) else { return false }
            stream.literals = min(count, 4)
        }
        while stream.place < bytes.byteCount {
            switch stream.instruction() {
            case .end: return stream.place == bytes.byteCount
            case .damaged: return false
            case .literals(let count):
                guard output.appendLiterals(bytes, &stream.place, count, limit) else { return false }
                stream.literals = 4
            case .match(let distance, let length, let literals):
                guard output.appendMatch(distance, length, limit),
                    output.appendLiterals(bytes, &stream.place, literals, limit)
                else { return false }
                stream.literals = literals
            }
        }
        // Without the mark of the end.
        return false
    }

    private enum Instruction {
        case literals(Int)
        /// And so many literals behind it.
        case match(distance: Int, length: Int, literals: Int)
        case end, damaged
    }

    private struct Stream: ~Escapable {
        let bytes: RawSpan
        var place = 0
        /// Literals that the last instruction copied; 4 for as many or more.
        var literals = 0

        @_lifetime(copy bytes)
        init(bytes: RawSpan) { self.bytes = bytes }

        mutating func byte() -> UInt8 {
            defer { place += 1 }
            return bytes.uint8(at: place)
        }

        mutating func instruction() -> Instruction {
            let code = Int(byte())
            switch code {
            case 128...: return near(code, length: 5 + (code >> 5 & 3))
            case 64...: return near(code, length: 3 + (code >> 5 & 1))
            case 32...:
                guard let length = length(code & 31, beyond: 31) else { return .damaged }
                let word = word()
                return .match(distance: word >> 2 + 1, length: 2 + length, literals: word & 3)
            case 16...:
                guard let length = length(code & 7, beyond: 7) else { return .damaged }
                let word = word()
                let distance = 16_384 + (code & 8) << 11 + word >> 2
                return distance == 16_384 ? .end : .match(distance: distance, length: 2 + length, literals: word & 3)
            default: return short(code)
            }
        }

        /// Codes below 16 mean what the instruction before leaves to be meant.
        private mutating func short(_ code: Int) -> Instruction {
            switch literals {
            case 0:
                guard let length = length(code, beyond: 15) else { return .damaged }
                return .literals(3 + length)
            case 4: return .match(distance: Int(byte()) << 2 + code >> 2 + 2049, length: 3, literals: code & 3)
            default: return .match(distance: Int(byte()) << 2 + code >> 2 + 1, length: 2, literals: code & 3)
            }
        }

        private mutating func near(_ code: Int, length: Int) -> Instruction {
            .match(distance: Int(byte()) << 3 + (code >> 2 & 7) + 1, length: length, literals: code & 3)
        }

        private mutating func word() -> Int {
            defer { place += 2 }
            return Int(bytes.little16(at: place))
        }

        /// A length of 0 goes on in the bytes that follow: 255 for each 0, and the first that is not.
        private mutating func length(_ code: Int, beyond base: Int) -> Int? {
            guard code == 0 else { return code }
            var length = base
            while place < bytes.byteCount {
                let byte = byte()
                if byte != 0 { return length + Int(byte) }
                length += 255
            }
            return nil
        }
    }
}
