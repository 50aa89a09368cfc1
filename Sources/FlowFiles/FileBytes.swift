/// A whole file at once, decompressed as flows are.
public enum FileBytes {
    /// The bytes of the file at `path`; plain, gzip, zstd or bzip2. Throws: the reason, also where there are more than
    /// `limit` bytes or compressed data breaks off.
    public static func read(_ path: String, limit: Int) throws(InputError) -> [UInt8] {
        let stream = try ByteStream(path: path)
        var bytes: [UInt8] = []
        while try stream.read(into: &bytes) {
            guard bytes.count <= limit else { throw .unreadable("\(path): more than \(limit) bytes") }
        }
        return bytes
    }
}
