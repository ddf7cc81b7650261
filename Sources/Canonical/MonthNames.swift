/// Which month a word names, in the languages of `MonthWords`.
enum MonthNames {
  // Safe: `text` holds `length` bytes, and only those are read.

  /// The month from 1, or 0 where the word is none.
  static func month(_ text: UnsafePointer<UInt8>, _ length: Int) -> Int {
    Int(months[unsafe hash(text, length)] ?? 0)
  }

  /// Whether the word is a day of the week.
  static func isWeekday(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    weekdays.contains(unsafe hash(text, length))
  }

  /// FNV-1a over the bytes, ASCII capitals as small letters.
  private static func hash(_ text: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
    var hash = start
    for at in 0..<length { unsafe step(&hash, text[at]) }
    return hash
  }

  private static let start: UInt64 = 0xcbf2_9ce4_8422_2325

  private static func step(_ hash: inout UInt64, _ byte: UInt8) {
    let small = byte &- 0x41 < 26 ? byte | 0x20 : byte
    hash = (hash ^ UInt64(small)) &* 0x100_0000_01b3
  }

  /// The hashes of a word as it stands in small letters and in capitals; ASCII is alike in both.
  private static func hashes(_ word: Substring) -> [UInt64] {
    [String(word), word.uppercased(), word.prefix(1).uppercased() + word.dropFirst()].map { form in
      form.utf8.reduce(into: start) { step(&$0, $1) }
    }
  }

  private static let months: [UInt64: UInt8] = {
    var months: [UInt64: UInt8] = [:]
    for (index, words) in MonthWords.months.enumerated() {
      for word in words.split(separator: " ") {
        for hash in hashes(word) { months[hash] = UInt8(index + 1) }
      }
    }
    return months
  }()

  private static let weekdays = Set(
    MonthWords.weekdays.flatMap { $0.split(separator: " ").flatMap(hashes) }
  )
}
