/// Two random numbers drawn once a process: attackers choose addresses, so they must not know the hash.
public struct HashSeed: Sendable {
    let first: UInt64
    let second: UInt64

    /// The seed of this process.
    public static let process = HashSeed(first: .random(in: .min ... .max), second: .random(in: .min ... .max))

    /// A well-mixed hash of two words: the folded 64 × 64 → 128 bit product of wyhash (Wang Yi 2019).
    public func hash(_ high: UInt64, _ low: UInt64) -> UInt64 {
        let product = (high ^ first).multipliedFullWidth(by: low ^ second)
        let mixed = (product.high ^ product.low).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return mixed.high ^ mixed.low
    }
}
