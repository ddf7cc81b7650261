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

  /// Hands on each word of a list with its hashes: in small letters, in capitals, with one capital.
  ///
  /// ASCII is alike in all three, and only words with other letters are spelt out: every process
  /// that meets a text passes here, and spelling out all of them took 7 ms.
  private static func forEachHash(in words: String, _ body: (UInt64) -> Void) {
    for word in words.utf8.split(separator: UInt8(ascii: " ")) {
      body(word.reduce(into: start) { step(&$0, $1) })
      if word.allSatisfy({ $0 < 0x80 }) { continue }
      let text = String(Substring(word))
      for form in [text.uppercased(), text.prefix(1).uppercased() + text.dropFirst()] {
        body(form.utf8.reduce(into: start) { step(&$0, $1) })
      }
    }
  }

  private static let months: [UInt64: UInt8] = {
    var months: [UInt64: UInt8] = [:]
    for (index, words) in MonthWords.months.enumerated() {
      forEachHash(in: words) { months[$0] = UInt8(index + 1) }
    }
    return months
  }()

  private static let weekdays: Set<UInt64> = {
    var weekdays: Set<UInt64> = []
    for words in MonthWords.weekdays { forEachHash(in: words) { weekdays.insert($0) } }
    return weekdays
  }()
}
