extension Value {
  /// Bytes: `4096`, `64MiB`, `10MB`.
  func bytes() throws(WrongValue) -> Int64 {
    let expected = "bytes, such as 4096, 64MiB or 10MB"
    guard let bytes = Self.bytes(try text(expected)[...]) else {
      throw WrongValue(self, expected: expected)
    }
    return bytes
  }

  /// A length of time: `90s`, `15m`, `12h`, `30d`, `4w`, `forever`.
  func timeSpan() throws(WrongValue) -> TimeSpan {
    let expected = "a time span, such as 90s, 15m, 12h, 30d, 4w or forever"
    let text = try text(expected)
    if text == "forever" { return .forever }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
      count >= 0, count <= Int64(Int32.max)
    else { throw WrongValue(self, expected: expected) }
    return TimeSpan(seconds: count * unit)
  }

  /// A share: `10%`.
  func percentage() throws(WrongValue) -> Percentage {
    let expected = "per cent, such as 10% or 0.5%"
    let text = try text(expected)
    guard text.last == "%", let value = Double(text.dropLast()), (0...100).contains(value) else {
      throw WrongValue(self, expected: expected)
    }
    return Percentage(value)
  }

  /// A range of counts: `1000..5000`, `1000..`, `..5000`, `1000`.
  func counts() throws(WrongValue) -> ClosedRange<Int64> {
    try range("counts, such as 1000..5000, 1000.. or ..5000") { Int64($0) }
  }

  /// A range of bytes: `1MB..2GB`.
  func byteRange() throws(WrongValue) -> ClosedRange<Int64> {
    try range("bytes, such as 1MB..2GB, 1KiB.. or ..10MB", Self.bytes)
  }

  /// A time of day in minutes: `06:30`.
  func timeOfDay() throws(WrongValue) -> Int {
    let expected = "a time of day, such as 06:30"
    let parts = try text(expected).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count == 2, let hours = Int(parts[0]),
      let minutes = Int(parts[1]), (0...23).contains(hours), (0...59).contains(minutes)
    else { throw WrongValue(self, expected: expected) }
    return hours * 60 + minutes
  }

  private func range(
    _ expected: String,
    _ number: (Substring) -> Int64?
  ) throws(WrongValue) -> ClosedRange<Int64> {
    let text = try text(expected)
    let wrong = WrongValue(self, expected: expected)
    guard let dots = text.firstRange(of: "..") else {
      guard let exact = number(text[...]), exact >= 0 else { throw wrong }
      return exact...exact
    }
    let (low, high) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard !low.isEmpty || !high.isEmpty,
      let first = low.isEmpty ? 0 : number(low), let last = high.isEmpty ? .max : number(high),
      first >= 0, first <= last
    else { throw wrong }
    return first...last
  }

  private static func bytes(_ text: Substring) -> Int64? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let units: [Substring: Double] = [
      "": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1024,
      "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
    ]
    let unit = text[digits.endIndex...].drop { $0 == " " }
    guard let factor = units[unit], let number = Double(digits) else { return nil }
    let bytes = number * factor
    guard bytes >= 0, bytes <= 9e15, bytes == bytes.rounded() else { return nil }
    return Int64(bytes)
  }
}
