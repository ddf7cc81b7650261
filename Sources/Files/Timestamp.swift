internal import CLinux

/// A moment of the wall clock.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  /// Seconds since 1970-01-01 UTC, leap seconds not counted.
  public var seconds: Int64
  /// The part of the second.
  public var nanoseconds: Int64

  /// A moment, given as the kernel gives it.
  public init(seconds: Int64, nanoseconds: Int64 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Earlier moments come first.
  public static func < (one: Timestamp, other: Timestamp) -> Bool {
    (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
  }

  /// The day in UTC, as `2026-11-23`.
  public var day: String {
    let date = civil
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
  }

  /// The moment in UTC to the millisecond, as `2026-11-23T08:15:00.250Z`.
  public var text: String {
    let second = Int(seconds - days * 86_400)
    let time = [second / 3_600, second / 60 % 60, second % 60].map { padded($0, 2) }
    return "\(day)T\(time[0]):\(time[1]):\(time[2]).\(padded(Int(nanoseconds / 1_000_000), 3))Z"
  }

  private var days: Int64 {
    (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400
  }

  /// Year, month and day of the proleptic Gregorian calendar.
  private var civil: (year: Int, month: Int, day: Int) {
    // Years that begin in March put the leap day last; 400 of them have 146,097 days.
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// Where the time of day comes from; a parameter, so that tests choose it.
public struct WallClock: Sendable {
  private let read: @Sendable () -> Timestamp

  /// A clock that reads as told.
  public init(reading read: @escaping @Sendable () -> Timestamp) {
    self.read = read
  }

  /// The machine's own clock.
  public static let system = WallClock {
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0
    // Safe: both out-parameters live for the whole call.
    unsafe clinux_wall_clock(&seconds, &nanoseconds)
    return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// The moment it is.
  public var now: Timestamp { read() }
}
