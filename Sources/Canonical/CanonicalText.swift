// Safe: words are loaded within the text or its buffer's 64 bytes of slack.

/// Looks whether a text already stands as it will be written, so that it can be copied.
///
/// These tests know only the common case; what they refuse takes the long way.
enum CanonicalText {
  /// Bytes to copy of a number with a point that binary64 keeps: trailing zeros of the fraction
  /// are left out.
  ///
  /// 0 where the long way is needed.
  @inline(__always)
  static func numberLength(_ text: UnsafePointer<UInt8>, _ length: Int) -> Int {
    // Fifteen digits, a sign and a point.
    if length > 17 { return 0 }
    var at = unsafe text[0] == 0x2D ? 1 : 0
    let integerStart = at
    while at < length, unsafe text[at] &- 0x30 < 10 { at += 1 }
    let integerDigits = at - integerStart
    if integerDigits == 0 || integerDigits > 15 { return 0 }
    if unsafe text[integerStart] == 0x30 {
      // 0.0000001 has an exponent, -0 none of its own: the long way knows.
      if integerDigits > 1 || integerStart > 0 { return 0 }
      if length > 7 { return 0 }
    }
    if at == length { return length }
    if unsafe text[at] != 0x2E { return 0 }
    let point = at
    at += 1
    var lastNonZero = point
    while at < length {
      let digit = unsafe text[at] &- 0x30
      if digit > 9 { return 0 }
      if digit != 0 { lastNonZero = at }
      at += 1
    }
    if at == point + 1 || integerDigits + (at - point - 1) > 15 { return 0 }
    return lastNonZero == point ? point : lastNonZero + 1
  }

  /// Whether it is an integer without a needless sign or zero, of any length.
  @inline(__always)
  static func isInteger(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    var at = unsafe length > 1 && text[0] == 0x2D ? 1 : 0
    if unsafe text[at] == 0x30 { return length == 1 }
    while at + 8 <= length {
      if unsafe !isDigits(load(text + at), 0x3030_3030_3030_3030) { return false }
      at += 8
    }
    while at < length {
      if unsafe text[at] &- 0x30 > 9 { return false }
      at += 1
    }
    return true
  }

  /// Whether it is `2026-11-23`, and a day that exists.
  @inline(__always)
  static func isDate(_ text: UnsafePointer<UInt8>) -> Bool {
    // "0000-00-" as it lies in memory; the separators stand as themselves.
    let year = unsafe load(text) &- 0x2D30_302D_3030_3030
    let day0 = unsafe text[8] &- 0x30
    let day1 = unsafe text[9] &- 0x30
    guard isBelowTen(year), year & 0xFF00_00FF_0000_0000 == 0, day0 < 4, day1 < 10 else {
      return false
    }
    let month = Int(year >> 40 & 0xFF) * 10 + Int(year >> 48 & 0xFF)
    let day = Int(day0) * 10 + Int(day1)
    if month < 1 || month > 12 || day < 1 || year & 0xFFFF_FFFF == 0 { return false }
    if day <= 28 { return true }
    let century = Int(year & 0xFF) * 10 + Int(year >> 8 & 0xFF)
    let number = century * 100 + Int(year >> 16 & 0xFF) * 10 + Int(year >> 24 & 0xFF)
    return day <= Moment.days(number, month)
  }

  /// Whether `10:15:30` stands there, a time that exists.
  @inline(__always)
  static func isTime(_ text: UnsafePointer<UInt8>) -> Bool {
    let time = unsafe load(text) &- 0x3030_3A30_303A_3030
    guard isBelowTen(time), time & 0x0000_FF00_00FF_0000 == 0 else { return false }
    let hour = Int(time & 0xFF) * 10 + Int(time >> 8 & 0xFF)
    return hour < 24 && time >> 24 & 0xFF < 6 && time >> 48 & 0xFF < 6
  }

  @inline(__always)
  private static func load(_ text: UnsafePointer<UInt8>) -> UInt64 {
    unsafe UInt64(littleEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt64.self))
  }

  /// Whether each byte of the difference is below ten; a borrow from a smaller byte shows as well.
  @inline(__always)
  private static func isBelowTen(_ difference: UInt64) -> Bool {
    (difference | (difference &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0
  }

  @inline(__always)
  private static func isDigits(_ word: UInt64, _ zeros: UInt64) -> Bool {
    isBelowTen(word &- zeros)
  }
}
