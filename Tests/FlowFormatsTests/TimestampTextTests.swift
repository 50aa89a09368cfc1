import FlowFormats
import FlowModel
import Testing

@Test(arguments: [
    ("2021-05-11", "2021-05-11T00:00:00Z"), ("2021-05-11 10:30", "2021-05-11T10:30:00Z"),
    ("2021-05-11T10:30:05.5Z", "2021-05-11T10:30:05.500Z"), ("2021-05-11T10:30:05+02:00", "2021-05-11T08:30:05Z"),
    ("1620729005", "2021-05-11T10:30:05Z"), ("0.25", "1970-01-01T00:00:00.250Z"),
])
func `a moment is read as a person writes it`(text: String, moment: String) {
    #expect(Timestamp(text: text)?.description == moment)
}

@Test(arguments: ["", "yesterday", "2021-13-11", "2021-05-11 25:00", "2021-05-11T10:30:05+2", "1e99"])
func `what is no moment is none`(text: String) {
    #expect(Timestamp(text: text) == nil)
}
