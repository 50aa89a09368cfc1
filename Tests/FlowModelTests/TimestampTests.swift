import FlowModel
import Testing

@Test func `civil dates and their moments agree`() {
    #expect(Timestamp(year: 1970, month: 1, day: 1)?.nanoseconds == 0)
    #expect(
        Timestamp(year: 2021, month: 5, day: 11, hour: 3, minute: 40, second: 3) == Timestamp(seconds: 1_620_704_403))
    #expect(Timestamp(year: 2199, month: 12, day: 31) == Timestamp(seconds: 7_258_032_000))
    #expect(Timestamp(year: 2023, month: 2, day: 29) == nil)
    #expect(Timestamp(year: 2024, month: 2, day: 29) != nil)
    #expect(Timestamp(year: 3000, month: 1, day: 1) == nil)
}

@Test func `every day of five centuries reads back`() {
    for day in stride(from: Int64(-106_000), to: 106_000, by: 7) {
        let moment = Timestamp(seconds: day * 86_400 + 3661)
        let civil = moment.civil
        #expect(
            Timestamp(
                year: civil.year, month: civil.month, day: civil.day, hour: civil.hour, minute: civil.minute,
                second: civil.second) == moment)
    }
}

@Test func `moments are written as RFC 3339 with the decimals they have`() {
    #expect(Timestamp(seconds: 1_620_704_403).description == "2021-05-11T03:40:03Z")
    #expect(Timestamp(nanoseconds: 1_500_000_000).description == "1970-01-01T00:00:01.500Z")
    #expect(Timestamp(nanoseconds: -1).description == "1969-12-31T23:59:59.999999999Z")
}

@Test func `arithmetic at the ends of the range is clamped`() {
    #expect(Timestamp(nanoseconds: .max).advanced(by: 1).nanoseconds == .max)
    #expect(Timestamp(nanoseconds: .min).advanced(by: -1).nanoseconds == .min)
    #expect(Timestamp(seconds: .max).nanoseconds == .max)
}
