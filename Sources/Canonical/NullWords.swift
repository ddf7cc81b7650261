/// The words that exports write where a value is missing.
///
/// In a column whose other values prove a type narrower than text they are nulls, counted by word;
/// in a column of text they are text like any other. See the decision on codes for missing values.
public enum NullWords: Sendable {
  /// The words as they are shown; they count in any case.
  ///
  /// The first stands for blanks alone, the last for five `#` or more.
  public static let all: [String] = [
    "blank", "NA", "N/A", "#N/A", "N.A.", "NaN", "null", "(null)", "\\N", "nil", "none", "-", "--",
    "---", "–", "—", "?", ".", "..", "unknown", "missing", "n/d", "n.d.", "not available", "#####",
  ]

  // Safe: `text` holds `length` bytes, and only those are read.

  /// The place of the word in `all`, or nil where the text is a value.
  static func index(of text: UnsafePointer<UInt8>, _ length: Int) -> Int? {
    guard length > 0 else { return nil }
    var start = 0
    var end = length
    while start < end, unsafe isBlank(text[start]) { start += 1 }
    while end > start, unsafe isBlank(text[end - 1]) { end -= 1 }
    if start == end { return 0 }
    if unsafe text[start] == 0x23, unsafe isOverflow(text + start, end - start) {
      return all.count - 1
    }
    guard end - start <= 16 else { return nil }
    return words.firstIndex { word in
      guard word.count == end - start else { return false }
      for at in 0..<word.count {
        let byte = unsafe text[start + at]
        if (byte &- 0x41 < 26 ? byte | 0x20 : byte) != word[at] { return false }
      }
      return true
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// What spreadsheets write where a cell was too narrow for its number: five `#` or more.
  private static func isOverflow(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    guard length >= 5 else { return false }
    for at in 0..<length where unsafe text[at] != 0x23 { return false }
    return true
  }

  private static let words = all.map { Array($0.lowercased().utf8) }
}
