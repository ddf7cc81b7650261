/// The ways in which a text may be read as a value of a narrower type than `string`.
///
/// A column's readings are those that every one of its values allows; the intersection over all
/// values is what is proven. Day-first and month-first stand side by side until a value rules one out.
struct Readings: OptionSet, Sendable, Hashable {
  let rawValue: UInt32

  /// `1234`, `-5`: magnitude at most 2^53-1.
  static let pointInteger = Readings(rawValue: 1 << 0)
  /// `1.5`, `1e3`: binary64 keeps it.
  static let pointNumber = Readings(rawValue: 1 << 1)
  /// Any decimal with a point.
  static let pointDecimal = Readings(rawValue: 1 << 2)
  /// The same with a decimal comma, and points between groups of three: `1.234,5`.
  static let commaInteger = Readings(rawValue: 1 << 3)
  static let commaNumber = Readings(rawValue: 1 << 4)
  static let commaDecimal = Readings(rawValue: 1 << 5)
  /// The same with a decimal point and commas between groups of three: `1,234.5`.
  static let groupedInteger = Readings(rawValue: 1 << 6)
  static let groupedNumber = Readings(rawValue: 1 << 7)
  static let groupedDecimal = Readings(rawValue: 1 << 8)

  /// `true` and `false` in any case, and the booleans of JSON.
  static let trueFalse = Readings(rawValue: 1 << 9)
  static let yesNo = Readings(rawValue: 1 << 10)
  static let yN = Readings(rawValue: 1 << 11)
  static let tF = Readings(rawValue: 1 << 12)

  /// Dates by the order of their parts.
  static let dateYMD = Readings(rawValue: 1 << 13)
  static let dateDMY = Readings(rawValue: 1 << 14)
  static let dateMDY = Readings(rawValue: 1 << 15)
  /// The month is a word, which says the order.
  static let dateNamed = Readings(rawValue: 1 << 16)
  /// Date and time without offset.
  static let localYMD = Readings(rawValue: 1 << 17)
  static let localDMY = Readings(rawValue: 1 << 18)
  static let localMDY = Readings(rawValue: 1 << 19)
  static let localNamed = Readings(rawValue: 1 << 20)
  /// Date and time with offset or zone.
  static let instantYMD = Readings(rawValue: 1 << 21)
  static let instantDMY = Readings(rawValue: 1 << 22)
  static let instantMDY = Readings(rawValue: 1 << 23)
  static let instantNamed = Readings(rawValue: 1 << 24)
  /// Time of day.
  static let time = Readings(rawValue: 1 << 25)
  /// A date, with a time or not, whose year has two digits: never proven.
  static let shortYear = Readings(rawValue: 1 << 26)

  /// All of them: what a column without values still allows.
  static let all = Readings(rawValue: (1 << 27) - 1)
  static let numeric = Readings(rawValue: (1 << 9) - 1)
  static let booleans: Readings = [.trueFalse, .yesNo, .yN, .tF]
  static let temporal = all.subtracting([.numeric, .booleans])

  /// No reading of a value but a leave: words such as `NA` may stand for a missing value.
  static let missing = Readings(rawValue: 1 << 31)
}
