import Files
import Testing

struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_399, "2000-02-28T23:59:59.000Z"),
      (951_782_400, "2000-02-29T00:00:00.000Z"), (1_795_421_700, "2026-11-23T08:15:00.000Z"),
      (-1, "1969-12-31T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
      (2_147_483_648, "2038-01-19T03:14:08.000Z"),
    ] as [(Int64, String)]
  )
  func `a moment is written in UTC`(seconds: Int64, text: String) {
    #expect(Timestamp(seconds: seconds).text == text)
    #expect(Timestamp(seconds: seconds).day == String(text.prefix(10)))
  }

  @Test func `the part of a second is milliseconds`() {
    #expect(Timestamp(seconds: 0, nanoseconds: 7_999_999).text == "1970-01-01T00:00:00.007Z")
  }
}
