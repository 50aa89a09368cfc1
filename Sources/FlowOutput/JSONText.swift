/// JSON written by hand: keys in the order they are given, so that the same incident gives the same bytes.
public struct JSONText {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Nothing written.
    public init() {}

    /// An object; its keys are written in `body`.
    public mutating func object(_ body: (inout JSONText) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// An array, an element a call of `body`.
    public mutating func array<Element>(_ elements: some Sequence<Element>, _ body: (inout JSONText, Element) -> Void) {
        open(UInt8(ascii: "["))
        for element in elements {
            comma()
            needsComma = false
            body(&self, element)
            needsComma = true
        }
        close(UInt8(ascii: "]"))
    }

    /// A key; its value follows.
    public mutating func key(_ key: String) {
        comma()
        string(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A key and a text.
    public mutating func field(_ key: String, _ value: String) {
        self.key(key)
        string(value)
        needsComma = true
    }

    /// A key and a whole number.
    public mutating func field(_ key: String, _ value: Int) {
        self.key(key)
        raw(String(value))
    }

    /// A key and a whole number.
    public mutating func field(_ key: String, _ value: UInt64) {
        self.key(key)
        raw(String(value))
    }

    /// A key and a number, as short as it can be written without loss; null where it is not finite.
    public mutating func field(_ key: String, _ value: Double) {
        self.key(key)
        number(value)
    }

    /// A key and true or false.
    public mutating func field(_ key: String, _ value: Bool) {
        self.key(key)
        raw(value ? "true" : "false")
    }

    /// A number alone.
    public mutating func number(_ value: Double) {
        if value == value.rounded(), abs(value) < 9e15 {
            raw(String(Int64(value)))
        } else {
            raw(value.isFinite ? "\(value)" : "null")
        }
    }

    /// A text alone.
    public mutating func value(_ text: String) {
        string(text)
        needsComma = true
    }

    /// Ends the line.
    public mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    private mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func open(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20, 0x7f:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
