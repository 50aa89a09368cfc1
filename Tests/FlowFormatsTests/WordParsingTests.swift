import FlowMath
import FlowModel
import Testing

@testable import FlowFormats

private func padded(_ text: String) -> [UInt8] { Array(text.utf8) + Array(repeating: UInt8(ascii: "9"), count: 32) }

@Test(arguments: ["0,", "7,", "1234567,", "12345678,", "123456789,", "000000000000012,", "999999999999999,"])
func `a number is read up to what is no digit`(text: String) throws {
    let bytes = padded(text)
    let found = WordFields(bytes.span).number(at: 0)
    let number = try #require(found)
    #expect(number.value == UInt64(text.dropLast()))
    #expect(number.end == text.utf8.count - 1)
}

@Test(arguments: [",", "-1,", " 1,", "1234567890123456,"])
func `a number that is empty, signed, blank or over fifteen digits is left to others`(text: String) {
    let bytes = padded(text)
    let found = WordFields(bytes.span).number(at: 0)
    #expect(found == nil)
}

@Test(arguments: ["0.0.0.0,", "1.2.3.4,", "10.20.110.9,", "255.255.255.255,", "010.001.000.9,"])
func `an IPv4 address is read up to its end`(text: String) throws {
    let bytes = padded(text)
    let found = WordFields(bytes.span).addressV4(at: 0)
    let address = try #require(found)
    #expect(IPAddress(v4: address.address) == IPAddress(String(text.dropLast())))
    #expect(address.end == text.utf8.count - 1)
}

@Test(arguments: [
    "1.2.3,", "1.2.3.256,", "1..3.4,", "1.2.3.4444,", ".1.2.3,", "1,2.3.4,", "fd00::1,", ",", "1.2.3.", "0.0:0.0,",
])
func `what is no IPv4 address is none`(text: String) {
    let bytes = Array(text.utf8) + Array(repeating: UInt8(ascii: "x"), count: 32)
    let found = WordFields(bytes.span).addressV4(at: 0)
    #expect(found == nil)
}

@Test func `the next comma is found within sixteen bytes`() {
    for place in 0..<20 {
        var bytes = Array(repeating: UInt8(ascii: "-"), count: 48)
        bytes[place] = UInt8(ascii: ",")
        let found = WordFields(bytes.span).comma(from: 0)
        #expect(found == (place < 16 ? place : nil))
    }
}

@Test func `a row read word by word is the row read field by field`() {
    var random = SeededGenerator(seed: 11)
    let rows = [
        "2019-09-30 10:00:07,tcp,Established,192.168.1.5,51234,10.0.0.7,443,1200,5400",
        "2019-09-30 10:00:59,UDP,,fd00::1,0,2001:db8:1:2:3:4:5:6,65535,123456789,0",
        "2019/09/30 10:01:07,ipv6-icmp,some other word,1.2.3.4,7,255.255.255.255,00080,999999999999999,12345678",
    ]
    let letters = Array("0123456789,,,....::- \"\nafxTZ\0\u{e9}".utf8)
    var usual = 0
    for _ in 0..<60_000 {
        var row = Array(rows[random.below(rows.count)].utf8)
        for _ in 0..<random.below(3) {
            let place = random.below(row.count)
            switch random.below(3) {
            case 0: row[place] = letters[random.below(letters.count)]
            case 1: row.insert(letters[random.below(letters.count)], at: place)
            default: row.remove(at: place)
            }
        }
        let bytes = row + [UInt8(ascii: "\n")] + Array(repeating: UInt8(ascii: "7"), count: 256)
        var fast = PlainCSVReader()
        var fastBatch = FlowBatch()
        guard let next = fast.readUsualLine(bytes.span, from: 0, into: &fastBatch) else {
            #expect(fastBatch.flows.isEmpty)
            continue
        }
        usual += 1
        var slow = PlainCSVReader()
        var slowBatch = FlowBatch()
        let line = Array(bytes[0..<next - 1])
        try? slow.readLine(line.span, number: 1, into: &slowBatch)
        let isSame =
            slowBatch.flows.count == 1 && fastBatch.flows.count == 1
            && String(describing: slowBatch.flows) == String(describing: fastBatch.flows)
        #expect(isSame, "\(String(decoding: line, as: UTF8.self))")
    }
    #expect(usual > 10_000)
}
