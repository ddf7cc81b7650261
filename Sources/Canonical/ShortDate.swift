import Bytes

/// Dates whose year has two digits: no value can prove the century.
enum ShortDate {
  // Safe: `text` holds `length` bytes; every subscript stands behind a comparison with `length`.

  /// Whether the text is one: `31/12/24`, `5-Jan-09`, `9/17/07 0:00`.
  static func matches(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    guard length >= 6, length <= 40 else { return false }
    // With the century of 2000 it is a date that the other readers know.
    var end = 0
    while end < length, unsafe text[end] != 0x20 { end += 1 }
    guard end >= 6, unsafe NumberScan.isDigit(text[end - 1]),
      unsafe NumberScan.isDigit(text[end - 2]), unsafe !NumberScan.isDigit(text[end - 3])
    else { return false }
    let long = ByteBuffer(capacity: length + 66)
    unsafe long.append(text, end - 2)
    long.append(contentsOf: [0x32, 0x30])
    unsafe long.append(text + end - 2, length - end + 2)
    return unsafe Moment(long.base, long.count, .dayMonthYear) != nil
      || Moment(long.base, long.count, .monthDayYear) != nil
      || Moment(named: long.base, long.count) != nil
  }
}
