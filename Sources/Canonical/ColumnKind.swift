import Bytes

/// The kind of value that most of a column's values are of, for people: a statistic, no proof.
public enum ColumnKind: String, Sendable, Hashable, CaseIterable {
  /// No value has been seen.
  case empty
  case integer
  case number
  /// Numbers with a decimal comma, or with marks between groups of digits: `1.234,5`, `1,200`.
  case markedNumber = "marked-number"
  case boolean
  case date
  case time
  case dateTime = "date-time"
  case duration
  /// Years alone, by the column's name.
  case year
  /// Months or school years: `2024-07`, `2009-10`.
  case period
  /// Digits that are names: leading zeros, a plus.
  case code
  case percent
  case currency
  case string
  case object
  case array
}

extension ColumnProfile {
  /// What was found in a column beside its kind.
  public struct Mixture: Sendable {
    /// What most of the values are.
    public var kind: ColumnKind
    /// Words for missing values, the commonest first.
    public var missing: [(word: String, count: Int)] = []
    /// Texts that do not fit the kind, the commonest first, a few of them.
    public var anomalies: [(text: String, count: Int)] = []
    /// Values that do not fit the kind.
    public var anomalyCount = 0
    /// Numbers that look like codes for missing values: `-999`.
    public var suspects: [(value: Int, count: Int)] = []

    /// A column of nothing but that kind.
    public init(kind: ColumnKind) { self.kind = kind }
  }

  /// The mixture that describes the values in the fewest bits.
  public var mixture: Mixture {
    var mixture = Mixture(kind: kind)
    mixture.missing = nullWords.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { (NullWords.all[$0.key], $0.value) }
    guard mixture.kind != .string, mixture.kind != .empty else { return mixture }
    let fitting = Self.classes(of: mixture.kind)
    for kind in ValueClass.allCases where kind != .missing && !fitting.contains(kind) {
      mixture.anomalyCount += counts[kind.rawValue]
    }
    mixture.suspects = mixture.kind == .integer || mixture.kind == .number ? integers.suspects : []
    let texts = self.texts.filter { !fitting.contains(ValueClass($0.key)) }
    mixture.anomalies = texts.sorted {
      $0.value == $1.value ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value
    }
    .prefix(3).map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
    return mixture
  }

  private static func classes(of kind: ColumnKind) -> Set<ValueClass> {
    switch kind {
    case .integer, .number, .markedNumber, .year: [.integer, .real, .marked]
    case .date, .dateTime: [.date, .dateTime, .integer]
    case .time: [.time, .duration]
    case .duration: [.duration, .time]
    case .period: [.period]
    case .boolean: [.boolean]
    case .code: [.code, .integer]
    case .percent: [.percent]
    case .currency: [.currency]
    case .empty, .string, .object, .array: Set(ValueClass.allCases)
    }
  }

  private var kind: ColumnKind {
    if let nested { return nested == .object ? .object : .array }
    let values = counts.reduce(0, +) - counts[ValueClass.missing.rawValue]
    guard values > 0 else { return kindOfNothing }
    let groups: [[ValueClass]] = [
      [.integer, .real, .marked], [.date, .dateTime], [.time, .duration], [.period], [.boolean],
      [.code, .integer],
      [.percent], [.currency],
    ]
    let best = groups.max { size($0) < size($1) } ?? []
    guard size(best) > 0, size(best) == values || saves(best, of: values) else { return .string }
    switch best.first {
    case .integer?:
      if counts[ValueClass.marked.rawValue] > 0 { return .markedNumber }
      return counts[ValueClass.real.rawValue] > 0 ? .number : kindOfIntegers
    case .date?:
      return counts[ValueClass.dateTime.rawValue] > counts[ValueClass.date.rawValue]
        ? .dateTime : .date
    case .time?: return counts[ValueClass.time.rawValue] > 0 ? .time : .duration
    case .period?: return .period
    case .boolean?: return isPair ? .boolean : .string
    case .code?: return .code
    case .percent?: return .percent
    case .currency?: return .currency
    default: return .string
    }
  }

  private func size(_ group: [ValueClass]) -> Int {
    // Digits without a leading zero among codes are codes as well, but do not make a column one.
    if group.first == .code, counts[ValueClass.code.rawValue] == 0 { return 0 }
    return group.reduce(0) { $0 + counts[$1.rawValue] }
  }

  /// Whether the group with a list of the other values takes fewer bits than text.
  ///
  /// A character of the group costs about two bits less than one of text; a value outside it costs
  /// a place in the list the first time, and a number of it each time.
  private func saves(_ group: [ValueClass], of values: Int) -> Bool {
    if hasMoreTexts { return false }
    let saved = 2 * group.reduce(0) { $0 + bytes[$1.rawValue] }
    let others = values - size(group)
    let listed = texts.filter { !group.contains(ValueClass($0.key)) }
    let listCost = listed.reduce(0) { $0 + 8 + 6 * $1.key.count }
    return saved > listCost + 4 * others
  }

  /// The kind of a column in which the spreadsheet wrote `#####` for all its values.
  private var kindOfNothing: ColumnKind {
    let overflow = nullWords[NullWords.all.count - 1] ?? 0
    if overflow > 0, names(date: true) { return .date }
    return nullWords.isEmpty ? .empty : .string
  }

  private var kindOfIntegers: ColumnKind {
    let facts = integers
    if facts.years == facts.count, names(date: false) { return .year }
    if facts.days == facts.count, facts.count > 2 || names(date: true) { return .date }
    if facts.epochs == facts.count, names(date: true) { return .dateTime }
    return .integer
  }

  /// Whether both words of one pair occur, and no other.
  private var isPair: Bool {
    if texts.isEmpty { return true }
    var readings = Readings.booleans
    var (sawTrue, sawFalse) = (false, false)
    for text in texts.keys {
      // Safe: the buffer holds `count` bytes for the time of the call.
      let found = unsafe text.withUnsafeBufferPointer { text -> Readings in
        guard let start = text.baseAddress else { return [] }
        return unsafe Words.readings(start, text.count, sawTrue: &sawTrue, sawFalse: &sawFalse)
      }
      if !found.isEmpty { readings.formIntersection(found) }
    }
    return sawTrue && sawFalse && !readings.isEmpty
  }

  /// Whether the column's name speaks of dates and times, or of years.
  private func names(date: Bool) -> Bool {
    let words = Self.words(of: name)
    return words.contains { (date ? Self.dateWords : Self.yearWords).contains($0) }
  }

  /// `orderDate_2` as `order`, `date`, `2`.
  private static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    for character in name {
      if character.isUppercase, let last = word.last, last.isLowercase {
        words.append(word)
        word = ""
      }
      if character.isLetter {
        word.append(character)
      } else if !word.isEmpty {
        words.append(word)
        word = ""
      }
    }
    return (words + [word]).map { $0.lowercased() }
  }

  private static let dateWords: Set<String> = [
    "date", "dates", "time", "datetime", "timestamp", "day", "when", "created", "updated", "dob",
    "birthday", "datum",
    "zeit", "fecha", "hora", "heure", "ora", "dato", "päivä", "дата", "время", "tarih", "saat",
    "日付", "日期", "時間", "时间",
  ]
  private static let yearWords: Set<String> = [
    "year", "yr", "years", "jahr", "année", "annee", "año", "ano", "anno", "jaar", "år", "vuosi",
    "rok", "год", "рік", "yıl", "év", "an", "年", "年度",
  ]
}
