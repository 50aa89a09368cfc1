extension IPAddress {
    /// The address with a port as a person writes them: `10.0.0.1:443`, `[fd00::1]:443`; the address alone for port 0.
    public func text(withPort port: UInt16) -> String {
        port == 0 ? "\(self)" : isV4 ? "\(self):\(port)" : "[\(self)]:\(port)"
    }
}
