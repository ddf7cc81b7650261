// Safe: `text` holds `length` bytes; every subscript stands behind a comparison with `length`, the
// cursor's own or that of the guard above its call.

extension Moment {
  /// Reads the whole text as a date whose month is a word, with or without a time; nil where it is none.
  ///
  /// `1 March 2024`, `Mar. 1, 2024`, `2024-Mar-01`, `1. März 2024`, `1 de março de 2024`,
  /// `Fri Mar 01 10:15:00 UTC 2024`, `2024年3月1日`: the word and the four digits say which part is
  /// which, so nothing is left to prove.
  init?(named text: UnsafePointer<UInt8>, _ length: Int) {
    guard length >= 8, length <= 64, unsafe Self.isShaped(text, length) else { return nil }
    var cursor = unsafe WordCursor(text, length)
    cursor.skipWeekday()
    if let month = cursor.month() {
      self.month = month
      guard readBehindMonth(&cursor) else { return nil }
    } else {
      guard readDigitsFirst(&cursor) else { return nil }
    }
    guard year >= 1, day >= 1, day <= Self.days(year, month) else { return nil }
    if cursor.at == length { return }
    if shape == .date {
      guard cursor.skipToTime(), unsafe readClock(text, length, &cursor.at) else { return nil }
    }
    guard shape != .instant || cursor.at == length else { return nil }
  }

  /// `Mar 1, 2024`, or the form of C's `ctime`: `Mar  1 10:15:00 UTC 2024`.
  private mutating func readBehindMonth(_ cursor: inout WordCursor) -> Bool {
    guard cursor.skipMarks(), let day = cursor.day() else { return false }
    self.day = day
    let behindDay = cursor
    if cursor.skipMarks(), let year = cursor.year() {
      self.year = year
      return true
    }
    cursor = behindDay
    guard cursor.skipSpace(), unsafe readTime(cursor.text, cursor.length, &cursor.at),
      cursor.skipSpace()
    else { return false }
    shape = .local
    if cursor.skipUTC() {
      shape = .instant
      guard cursor.skipSpace() else { return false }
    }
    guard let year = cursor.year() else { return false }
    self.year = year
    return cursor.at == cursor.length
  }

  /// `1 March 2024`, `2024 March 1`, `2024年3月1日`.
  private mutating func readDigitsFirst(_ cursor: inout WordCursor) -> Bool {
    if let year = cursor.year() {
      self.year = year
      if let parts = cursor.eastAsian() {
        (month, day) = parts
        return true
      }
      guard cursor.skipMarks(), let month = cursor.month(), cursor.skipMarks(),
        let day = cursor.day()
      else { return false }
      (self.month, self.day) = (month, day)
      return true
    }
    guard let day = cursor.day(), cursor.skipMarks(), let month = cursor.month(),
      cursor.skipMarks(), let year = cursor.year()
    else { return false }
    (self.year, self.month, self.day) = (year, month, day)
    return true
  }

  /// A time with or without a zone, up to the end.
  private mutating func readClock(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ at: inout Int
  ) -> Bool {
    shape = .local
    guard unsafe readTime(text, length, &at) else { return false }
    if at == length { return true }
    guard unsafe readZone(text, length, &at), at == length else { return false }
    shape = .instant
    return toUTC()
  }
}

// What a text must look like to be worth looking up: the months of all languages take longer to lay
// out than a small file takes to convert, and most texts are no dates whatever their words.
extension Moment {
  /// Whether a year stands in the text and it begins as a date with a word does.
  fileprivate static func isShaped(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    guard unsafe hasYear(text, length) else { return false }
    if unsafe NumberScan.isDigit(text[0]) {
      var at = 0
      while at < length, unsafe NumberScan.isDigit(text[at]) { at += 1 }
      unsafe skipMarks(text, length, &at)
      return unsafe at < length && isLetter(text[at])
    }
    var at = 0
    // A day of the week, a month, and a preposition behind either of them.
    for _ in 0..<4 {
      guard at < length, unsafe isLetter(text[at]) else { return false }
      while at < length, unsafe isLetter(text[at]) { at += 1 }
      unsafe skipMarks(text, length, &at)
      guard at < length, unsafe NumberScan.isDigit(text[at]) else { continue }
      while at < length, unsafe NumberScan.isDigit(text[at]) { at += 1 }
      // `ann2024@mail.test` is none.
      return unsafe at < length && (isLetter(text[at]) || isMark(text[at]))
    }
    return false
  }

  /// Whether a run of exactly four digits stands in the text.
  private static func hasYear(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    var run = 0
    for at in 0..<length {
      if unsafe NumberScan.isDigit(text[at]) {
        run += 1
      } else if run == 4 {
        return true
      } else {
        run = 0
      }
    }
    return run == 4
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (byte | 0x20) &- 0x61 < 26
  }

  private static func skipMarks(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ at: inout Int
  ) {
    while at < length, unsafe isMark(text[at]) { at += 1 }
  }

  /// A space, or one of `,` `-` `.` `/`.
  private static func isMark(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x2C < 4 }
}

/// Walks over the words and numbers of a date.
@safe
private struct WordCursor {
  let text: UnsafePointer<UInt8>
  let length: Int
  var at = 0

  init(_ text: UnsafePointer<UInt8>, _ length: Int) {
    unsafe self.text = unsafe text
    self.length = length
  }

  private func byte(_ offset: Int = 0) -> UInt8 {
    at + offset < length ? unsafe text[at + offset] : 0
  }

  /// Bytes of the letters from here on; those of other scripts are all beyond ASCII.
  private var wordLength: Int {
    var end = at
    while end < length, unsafe text[end] >= 0x80 || (text[end] | 0x20) &- 0x61 < 26 { end += 1 }
    return end - at
  }

  private mutating func number(_ lengths: ClosedRange<Int>) -> Int? {
    var value = 0
    var end = at
    while end < length, unsafe NumberScan.isDigit(text[end]), end - at <= lengths.upperBound {
      value = unsafe value * 10 + Int(text[end] - 0x30)
      end += 1
    }
    guard lengths.contains(end - at) else { return nil }
    at = end
    return value
  }

  /// Four digits that no digit follows.
  mutating func year() -> Int? { number(4...4) }

  /// One or two digits, and the ending of an ordinal: `1st`, `2nd`, `1er`, `1º`.
  mutating func day() -> Int? {
    guard let day = number(1...2), day >= 1, day <= 31 else { return nil }
    for ending in ["st", "nd", "rd", "th", "er", "º", "ª"] where starts(with: ending.utf8) {
      at += ending.utf8.count
      break
    }
    return day
  }

  /// The month that a word names, and the point of its abbreviation.
  mutating func month() -> Int? {
    let word = wordLength
    guard word > 1 else { return nil }
    let month = unsafe MonthNames.month(text + at, word)
    guard month > 0 else { return nil }
    at += word
    if byte() == 0x2E { at += 1 }
    return month
  }

  mutating func skipWeekday() {
    let word = wordLength
    guard word > 1, unsafe MonthNames.isWeekday(text + at, word) else { return }
    at += word
    while byte() == 0x2C || byte() == 0x2E { at += 1 }
    while byte() == 0x20 { at += 1 }
  }

  /// What stands between the parts of a date: one mark, spaces, a preposition; at least one of them.
  mutating func skipMarks() -> Bool {
    let start = at
    while byte() == 0x20 { at += 1 }
    let mark = byte()
    if mark == 0x2C || mark == 0x2D || mark == 0x2E || mark == 0x2F { at += 1 }
    while byte() == 0x20 { at += 1 }
    for word in ["de ", "del ", "of "] where at > start && starts(with: word.utf8) {
      at += word.utf8.count
      break
    }
    return at > start
  }

  mutating func skipSpace() -> Bool {
    let start = at
    while byte() == 0x20 { at += 1 }
    return at > start
  }

  /// What stands between a date and a time: `T`, a space, `, `, ` - `, ` at `.
  mutating func skipToTime() -> Bool {
    for mark in ["T", " - ", ", ", " at ", " um ", " "] where starts(with: mark.utf8) {
      at += mark.utf8.count
      return true
    }
    return false
  }

  mutating func skipUTC() -> Bool {
    guard starts(with: "UTC".utf8) || starts(with: "GMT".utf8) else { return false }
    at += 3
    return true
  }

  /// `年3月1日` and `년 3월 1일`.
  mutating func eastAsian() -> (month: Int, day: Int)? {
    var copy = self
    guard copy.skip(either: "年", "년"), let month = copy.number(1...2), (1...12).contains(month),
      copy.skip(either: "月", "월"), let day = copy.number(1...2), copy.skip(either: "日", "일")
    else { return nil }
    self = copy
    return (month, day)
  }

  private mutating func skip(either one: String, _ other: String) -> Bool {
    guard starts(with: one.utf8) || starts(with: other.utf8) else { return false }
    at += one.utf8.count
    while byte() == 0x20 { at += 1 }
    return true
  }

  private func starts(with bytes: String.UTF8View) -> Bool {
    var offset = 0
    for wanted in bytes {
      guard byte(offset) == wanted else { return false }
      offset += 1
    }
    return true
  }
}
