extension Finding {
    /// What a flow should not look like.
    public enum BasicCheck: UInt8, Sendable, CaseIterable {
        /// One port is 0, which is reserved.
        case portZero
        /// TCP to a public address on a port of Tor.
        case torPort
        /// To a port of DHCP from a wrong port, by a wrong protocol or to the internet.
        case malformedDHCP
        /// From a broadcast or multicast address, or TCP to one.
        case malformedBroadcast
        /// Taken up, and not a byte either way.
        case zeroBytes
        /// From one private network to another that is not ours, or back.
        case strayPrivate
    }
}
