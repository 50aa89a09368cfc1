extension String {
    /// The text for a terminal: control characters, and those that change the direction of writing, become `\u{1B}`.
    /// Names and rows of the input are an attacker's to choose.
    public var printable: String {
        guard unicodeScalars.contains(where: Self.isHostile) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if Self.isHostile(scalar) {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case ..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
