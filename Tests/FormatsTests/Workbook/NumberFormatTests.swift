import Testing

@testable import Formats

struct NumberFormatTests {
  @Test(arguments: [
    ("General", NumberFormat.number), ("0.00", .number), ("#,##0.00 \"days\"", .number),
    ("0.00E+00", .number), ("[Red]-0.0", .number), ("[$€-407] #,##0", .number), ("@", .number),
    ("dd/mm/yyyy", .date), ("[$-409]d\\-mmm\\-yy;@", .date), ("mmm", .date), ("yyyy", .date),
    ("d. mmmm yyyy", .date), ("h:mm", .time), ("h:mm AM/PM", .time), ("mm:ss.0", .time),
    ("dd.mm.yyyy hh:mm", .dateTime), ("yyyy-mm-dd\\Thh:mm:ss", .dateTime), ("[h]:mm", .elapsed),
    ("[mm]:ss", .elapsed), ("0;\"day\" d", .number), ("\"yes\";\"no\"", .number),
  ])
  func `a code says whether a number is a date`(code: String, format: NumberFormat) {
    #expect(NumberFormat(code: code) == format)
  }

  @Test(arguments: [
    (1.0, NumberFormat.date, "1900-01-01"), (59, .date, "1900-02-28"), (61, .date, "1900-03-01"),
    (45292, .date, "2024-01-01"), (45351, .date, "2024-02-29"), (2_958_465, .date, "9999-12-31"),
    (45292.5, .date, "2024-01-01T12:00:00"), (45292, .dateTime, "2024-01-01T00:00:00"),
    (45292.999988425924, .dateTime, "2024-01-01T23:59:59"), (0.5, .time, "12:00:00"),
    (0.0000057870370, .time, "00:00:00.5"), (1.5, .elapsed, "36:00:00"),
  ])
  func `a number of days is a date`(serial: Double, format: NumberFormat, text: String) {
    #expect(SerialDate(is1904: false).text(serial, format) == text)
  }

  @Test(arguments: [-1, 60, 0, 2_958_466, .infinity, .nan])
  func `a number that no day has stays a number`(serial: Double) {
    #expect(SerialDate(is1904: false).text(serial, .date) == nil)
  }

  @Test func `days may be counted from 1904 on`() {
    #expect(SerialDate(is1904: true).text(0, .date) == "1904-01-01")
    #expect(SerialDate(is1904: true).text(43830, .date) == "2024-01-01")
  }
}
