import Bytes

/// A date, a time or both, read from text.
struct Moment {
  /// The order of a date's parts.
  enum Order: UInt8, Sendable {
    case yearMonthDay
    case dayMonthYear
    case monthDayYear
    /// The month is a word.
    case named
  }

  /// What a moment is made of.
  enum Shape: UInt8, Sendable {
    case date
    case time
    case local
    case instant
  }

  var year = 0
  var month = 0
  var day = 0
  var hour = 0
  var minute = 0
  var second = 0
  /// Where the fraction's digits lie in the text, trailing zeros left out.
  var fractionStart = 0
  var fractionLength = 0
  /// Read with `AM` or `PM`.
  var isOnTwelve = false
  /// Minutes east of UTC.
  var offset = 0
  var shape = Shape.date

  // Safe: `text` holds `length` bytes; every subscript stands behind a comparison with `length`,
  // its own or that of the guard above its call.

  /// Reads the whole text as a date, with or without a time, in that order; nil where it is none.
  init?(_ text: UnsafePointer<UInt8>, _ length: Int, _ order: Order) {
    guard length >= 8, length <= 48 else { return nil }
    if order == .named {
      guard let moment = unsafe Moment(named: text, length) else { return nil }
      self = moment
      return
    }
    var at = 0
    guard let first = unsafe Self.digits(text, length, &at), at < length else { return nil }
    let firstLength = at
    let separator = unsafe text[at]
    guard separator == 0x2D || separator == 0x2F || separator == 0x2E else { return nil }
    at += 1
    let secondStart = at
    guard let second = unsafe Self.digits(text, length, &at), at - secondStart <= 2, at < length,
      unsafe text[at] == separator
    else { return nil }
    at += 1
    let thirdStart = at
    guard let third = unsafe Self.digits(text, length, &at) else { return nil }
    let thirdLength = at - thirdStart
    switch order {
    case .yearMonthDay:
      guard firstLength == 4, thirdLength <= 2 else { return nil }
      (year, month, day) = (first, second, third)
    case .dayMonthYear:
      guard firstLength <= 2, thirdLength == 4 else { return nil }
      (day, month, year) = (first, second, third)
    case .monthDayYear:
      guard firstLength <= 2, thirdLength == 4 else { return nil }
      (month, day, year) = (first, second, third)
    case .named: return nil
    }
    guard year >= 1, month >= 1, month <= 12, day >= 1, day <= Self.days(year, month) else {
      return nil
    }
    if at == length { return }
    guard unsafe text[at] == 0x20 || text[at] == 0x54 else { return nil }
    at += 1
    shape = .local
    guard unsafe readTime(text, length, &at) else { return nil }
    if at < length {
      guard unsafe readZone(text, length, &at), at == length else { return nil }
      shape = .instant
      guard toUTC() else { return nil }
    }
  }

  /// Reads the whole text as a time of day; nil where it is none.
  init?(timeOfDay text: UnsafePointer<UInt8>, _ length: Int) {
    guard length >= 4, length <= 32 else { return nil }
    var at = 0
    shape = .time
    guard unsafe readTime(text, length, &at), at == length else { return nil }
    // `9:41` may be minutes and seconds; `9:41:00` and `9:41 AM` say what they are.
    if !isOnTwelve, length < 7, unsafe text[1] == 0x3A { return nil }
  }

  /// A time of day on 24 hours, or on 12 with `AM` or `PM` behind it.
  mutating func readTime(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ at: inout Int
  ) -> Bool {
    let start = at
    guard let hour = unsafe Self.digits(text, length, &at), at - start <= 2, hour <= 23,
      at < length, unsafe text[at] == 0x3A,
      let minute = unsafe Self.pair(text, length, at + 1), minute <= 59
    else { return false }
    self.hour = hour
    self.minute = minute
    at += 3
    if at < length, unsafe text[at] == 0x3A {
      guard unsafe readSeconds(text, length, &at) else { return false }
    }
    return unsafe readHalfOfDay(text, length, &at)
  }

  private mutating func readSeconds(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ at: inout Int
  ) -> Bool {
    guard let second = unsafe Self.pair(text, length, at + 1), second <= 59 else { return false }
    self.second = second
    at += 3
    guard at < length, unsafe text[at] == 0x2E || text[at] == 0x2C else { return true }
    at += 1
    fractionStart = at
    guard unsafe Self.digits(text, length, &at) != nil else { return false }
    fractionLength = at - fractionStart
    while fractionLength > 0, unsafe text[fractionStart + fractionLength - 1] == 0x30 {
      fractionLength -= 1
    }
    return true
  }

  /// `AM`, `p.m.`, a space before it or not; false where the hour has no place on twelve.
  private mutating func readHalfOfDay(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ at: inout Int
  ) -> Bool {
    var end = at
    if end < length, unsafe text[end] == 0x20 { end += 1 }
    guard end + 2 <= length else { return true }
    let half = unsafe text[end] | 0x20
    guard half == 0x61 || half == 0x70 else { return true }
    end += 1
    let hasPoints = unsafe text[end] == 0x2E
    if hasPoints { end += 1 }
    guard end < length, unsafe text[end] | 0x20 == 0x6D else { return true }
    end += 1
    if hasPoints {
      guard end < length, unsafe text[end] == 0x2E else { return true }
      end += 1
    }
    guard hour >= 1, hour <= 12 else { return false }
    hour = hour % 12 + (half == 0x70 ? 12 : 0)
    isOnTwelve = true
    at = end
    return true
  }

  /// `Z`, ` UTC`, `+02:00`, `+0200`, `+02`, `GMT+2`, a space before it or not.
  mutating func readZone(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ at: inout Int
  ) -> Bool {
    if unsafe text[at] == 0x20, at + 1 < length { at += 1 }
    if unsafe text[at] == 0x5A {
      at += 1
      return true
    }
    let isNamed = unsafe isUTC(text, length, at)
    if isNamed {
      at += 3
      if at == length { return true }
    }
    guard unsafe text[at] == 0x2B || text[at] == 0x2D else { return false }
    let isWest = unsafe text[at] == 0x2D
    at += 1
    var hours = unsafe Self.pair(text, length, at)
    if hours == nil, isNamed, at < length, unsafe NumberScan.isDigit(text[at]) {
      hours = unsafe Int(text[at] - 0x30)
      at -= 1
    }
    guard let hours, hours <= 23 else { return false }
    at += 2
    var minutes = 0
    if at < length {
      if unsafe text[at] == 0x3A { at += 1 }
      guard let read = unsafe Self.pair(text, length, at), read <= 59 else { return false }
      minutes = read
      at += 2
    }
    offset = (hours * 60 + minutes) * (isWest ? -1 : 1)
    return true
  }

  /// Whether `UTC` or `GMT` stands there.
  private func isUTC(_ text: UnsafePointer<UInt8>, _ length: Int, _ at: Int) -> Bool {
    guard at + 3 <= length else { return false }
    let word = unsafe (text[at], text[at + 1], text[at + 2])
    return word == (0x55, 0x54, 0x43) || word == (0x47, 0x4D, 0x54)
  }

  /// Moves the fields to UTC; false where that leaves the years 1 to 9999.
  mutating func toUTC() -> Bool {
    guard offset != 0 else { return true }
    var minutes = hour * 60 + minute - offset
    offset = 0
    while minutes < 0 {
      minutes += 1440
      day -= 1
      guard day < 1 else { continue }
      month -= 1
      if month < 1 {
        month = 12
        year -= 1
      }
      day = Self.days(year, month)
    }
    while minutes >= 1440 {
      minutes -= 1440
      day += 1
      guard day > Self.days(year, month) else { continue }
      day = 1
      month += 1
      if month > 12 {
        month = 1
        year += 1
      }
    }
    hour = minutes / 60
    minute = minutes % 60
    return year >= 1 && year <= 9999
  }

  /// Reads a local time on the clocks of a zone; false where UTC leaves the years 1 to 9999.
  mutating func becomeInstant(in zone: ZoneOffsets) -> Bool {
    let local =
      Int64(Self.dayNumber(year, month, day)) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    let utc = zone.utc(ofLocal: local)
    let (day, rest) = (utc >= 0 ? utc / 86_400 : (utc - 86_399) / 86_400, Int(utc.modulo(86_400)))
    (year, month, self.day) = Self.date(ofDay: Int(day))
    (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60)
    shape = .instant
    return year >= 1 && year <= 9999
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar.
  private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years begin in March, so that the leap day is a year's last.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The date of a day since 1970-01-01.
  private static func date(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * part + 2) / 5 + 1)
  }

  /// Appends the canonical form, between quotes.
  func append(_ text: UnsafePointer<UInt8>, to output: ByteBuffer) {
    output.reserve(48)
    output.append(0x22)
    if shape != .time {
      appendTwo(year / 100, to: output)
      appendTwo(year % 100, to: output)
      output.append(0x2D)
      appendTwo(month, to: output)
      output.append(0x2D)
      appendTwo(day, to: output)
    }
    if shape == .local || shape == .instant { output.append(0x54) }
    if shape != .date {
      appendTwo(hour, to: output)
      output.append(0x3A)
      appendTwo(minute, to: output)
      output.append(0x3A)
      appendTwo(second, to: output)
      if fractionLength > 0 {
        output.append(0x2E)
        unsafe output.append(text + fractionStart, fractionLength)
      }
    }
    if shape == .instant { output.append(0x5A) }
    output.append(0x22)
  }

  private func appendTwo(_ value: Int, to output: ByteBuffer) {
    output.append(UInt8(0x30 + value / 10))
    output.append(UInt8(0x30 + value % 10))
  }

  @inline(__always)
  private static func pair(_ text: UnsafePointer<UInt8>, _ length: Int, _ at: Int) -> Int? {
    guard at + 2 <= length else { return nil }
    let high = unsafe text[at] &- 0x30
    let low = unsafe text[at + 1] &- 0x30
    guard high < 10, low < 10 else { return nil }
    return Int(high) * 10 + Int(low)
  }

  /// The number of a run of digits, at least one; runs past 4 digits count as none unless a fraction.
  private static func digits(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ at: inout Int
  ) -> Int? {
    let start = at
    var value = 0
    while at < length, unsafe NumberScan.isDigit(text[at]) {
      value = unsafe (value &* 10 &+ Int(text[at] &- 0x30)) & 0xFFFF
      at += 1
    }
    return at > start ? value : nil
  }

  static func days(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// What a text allows as date or time.
  static func readings(_ text: UnsafePointer<UInt8>, _ length: Int) -> Readings {
    guard length >= 4, length <= 64 else { return [] }
    guard unsafe NumberScan.isDigit(text[0]) else { return unsafe named(text, length) }
    if unsafe text[2] == 0x3A || text[1] == 0x3A {
      return unsafe Moment(timeOfDay: text, length) == nil ? [] : .time
    }
    var found: Readings = []
    if let moment = unsafe Moment(text, length, .yearMonthDay) {
      found.insert(Readings(rawValue: Readings.dateYMD.rawValue << moment.shape.shift))
    }
    if let moment = unsafe Moment(text, length, .dayMonthYear) {
      found.insert(Readings(rawValue: Readings.dateDMY.rawValue << moment.shape.shift))
    }
    if let moment = unsafe Moment(text, length, .monthDayYear) {
      found.insert(Readings(rawValue: Readings.dateMDY.rawValue << moment.shape.shift))
    }
    if found.isEmpty { found = unsafe named(text, length) }
    if found.isEmpty, unsafe ShortDate.matches(text, length) { found = .shortYear }
    return found
  }

  private static func named(_ text: UnsafePointer<UInt8>, _ length: Int) -> Readings {
    guard let moment = unsafe Moment(named: text, length) else { return [] }
    return Readings(rawValue: Readings.dateNamed.rawValue << moment.shape.shift)
  }
}

extension Int64 {
  /// The remainder that is never negative.
  fileprivate func modulo(_ divisor: Int64) -> Int64 {
    let rest = self % divisor
    return rest < 0 ? rest + divisor : rest
  }
}

extension Moment.Shape {
  /// How far the shape's reading lies from the date's of the same order.
  fileprivate var shift: UInt32 {
    switch self {
    case .date, .time: 0
    case .local: 4
    case .instant: 8
    }
  }
}
