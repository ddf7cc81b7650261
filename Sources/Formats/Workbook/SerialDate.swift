import Glibc

/// A spreadsheet's count of days as text.
struct SerialDate {
  /// Days are counted from 1904 on, as old Macs did, instead of 1900.
  let is1904: Bool

  private static let secondsOfDay = 86_400_000

  /// The ISO form of `serial` under `format`; nil where no date is so numbered.
  ///
  /// A spreadsheet keeps no more than milliseconds. In the 1900 system day 60 is 29 February 1900,
  /// which never was; the days before it are counted one higher than they should be.
  func text(_ serial: Double, _ format: NumberFormat) -> String? {
    guard serial.isFinite, serial >= 0, serial < 2_958_466 else { return nil }
    let milliseconds = Int((serial * Double(Self.secondsOfDay)).rounded())
    var day = milliseconds / Self.secondsOfDay
    let rest = milliseconds % Self.secondsOfDay
    switch format {
    case .number: return nil
    case .elapsed: return clock(milliseconds)
    case .time where day == 0: return clock(rest)
    case .date, .dateTime, .time: break
    }
    if is1904 {
      day += 1462
    } else {
      guard day != 60, day > 0 else { return nil }
      if day < 60 { day += 1 }
    }
    let date = Self.date(daysSince1970: day - 25569)
    return format == .date && rest == 0 ? date : "\(date)T\(clock(rest))"
  }

  private func clock(_ milliseconds: Int) -> String {
    let seconds = milliseconds / 1000
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map {
      $0 < 10 ? "0\($0)" : "\($0)"
    }
    let fraction = milliseconds % 1000
    if fraction == 0 { return parts.joined(separator: ":") }
    var digits = String(1000 + fraction).dropFirst()
    while digits.hasSuffix("0") { digits.removeLast() }
    return parts.joined(separator: ":") + "." + digits
  }

  /// The Gregorian date of a day (Howard Hinnant, "chrono-compatible low-level date algorithms").
  private static func date(daysSince1970 days: Int) -> String {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day))"
  }
}
