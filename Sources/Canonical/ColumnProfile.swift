public import Bytes

/// What one column looks like to a person: a mixture of a kind, words for missing values and
/// values that fit neither.
///
/// The kind is a statistic and says so; what is written follows from the proven type alone.
public struct ColumnProfile: Sendable {
  /// Different odd texts that are kept; a column with more of them is text.
  private static let textLimit = 512

  /// The column's canonical name; it speaks where values cannot, as for seconds since 1970.
  public let name: String
  /// How many values are of each class.
  var counts = [Int](repeating: 0, count: ValueClass.allCases.count)
  /// Bytes of the values of each class.
  var bytes = [Int](repeating: 0, count: ValueClass.allCases.count)
  /// Words for missing values, by their place in `NullWords.all`.
  var nullWords: [Int: Int] = [:]
  /// The texts that are of no class, as many as are kept.
  var texts: [[UInt8]: Int] = [:]
  var hasMoreTexts = false
  var integers = IntegerFacts()
  var nested: CellKind?

  /// Of a column without values.
  public init(name: String) { self.name = name }

  // Safe: a cell's text holds as many bytes as the cell is long, and nobody keeps the pointer.

  /// Takes in the rows' values of the column at `index`, and no more than every `step`th.
  public mutating func add(_ rows: RowBlock, column index: Int, step: Int) {
    guard index < rows.width else { return }
    for row in stride(from: 0, to: rows.count, by: step) {
      let cell = unsafe rows.cells[row * rows.width + index]
      switch cell.kind {
      case .absent: continue
      case .object, .array: nested = nested ?? cell.kind
      case .true, .false: count(.boolean, 5)
      case .number, .text, .plainText: unsafe add(rows.bytes(of: cell), cell.length)
      }
    }
  }

  private mutating func add(_ text: UnsafePointer<UInt8>, _ length: Int) {
    let kind = unsafe ValueClass(text, length)
    count(kind, length)
    switch kind {
    case .missing:
      if let word = unsafe NullWords.index(of: text, length) { nullWords[word, default: 0] += 1 }
    case .integer: unsafe integers.add(text, length)
    case .text, .percent, .currency, .code, .boolean: unsafe keep(text, length)
    default: break
    }
  }

  private mutating func count(_ kind: ValueClass, _ length: Int) {
    counts[kind.rawValue] += 1
    bytes[kind.rawValue] += length
  }

  private mutating func keep(_ text: UnsafePointer<UInt8>, _ length: Int) {
    if hasMoreTexts { return }
    let value = unsafe Array(UnsafeBufferPointer(start: text, count: min(length, 80)))
    texts[value, default: 0] += 1
    hasMoreTexts = texts.count > Self.textLimit
  }
}

/// What a single value looks like.
enum ValueClass: Int, CaseIterable, Sendable {
  case missing
  case integer
  case real
  /// A number with a decimal comma, or with marks between groups of digits.
  case marked
  case date
  case dateTime
  case time
  /// Minutes and seconds.
  case duration
  /// A month or a school year: `2024-07`, `2009-10`, `1981/82`.
  case period
  case boolean
  /// Digits that are a name: leading zeros, a plus.
  case code
  case percent
  case currency
  case text

  // Safe: `text` holds `length` bytes; every subscript stands behind a comparison with `length`.

  init(_ text: UnsafePointer<UInt8>, _ length: Int) {
    var start = 0
    var end = length
    while start < end, unsafe text[start] == 0x20 { start += 1 }
    while end > start, unsafe text[end - 1] == 0x20 { end -= 1 }
    self = unsafe Self.trimmed(text + start, end - start)
  }

  init(_ value: [UInt8]) {
    // Safe: the buffer holds `count` bytes for the time of the call.
    self = unsafe value.withUnsafeBufferPointer { text in
      guard let start = text.baseAddress else { return .missing }
      return unsafe ValueClass(start, text.count)
    }
  }

  private static func trimmed(_ text: UnsafePointer<UInt8>, _ length: Int) -> ValueClass {
    if unsafe NullWords.index(of: text, length) != nil || length == 0 { return .missing }
    var marks: NumberScan.Marks = []
    let number = unsafe NumberScan.readings(text, length, marks: &marks)
    let integers: Readings = [.pointInteger, .commaInteger, .groupedInteger]
    let points: Readings = [.pointInteger, .pointNumber, .pointDecimal]
    if !number.isEmpty, number.isDisjoint(with: points) { return .marked }
    if !number.isEmpty { return number.isDisjoint(with: integers) ? .real : .integer }
    let moment = unsafe Moment.readings(text, length)
    if moment.contains(.time) { return .time }
    if moment.contains(.shortYear) {
      return unsafe hasColon(text, length) ? .dateTime : .date
    }
    let dates: Readings = [.dateYMD, .dateDMY, .dateMDY, .dateNamed]
    if !moment.isEmpty { return moment.isDisjoint(with: dates) ? .dateTime : .date }
    var (sawTrue, sawFalse) = (false, false)
    if unsafe !Words.readings(text, length, sawTrue: &sawTrue, sawFalse: &sawFalse).isEmpty {
      return .boolean
    }
    return unsafe LooseValue(text, length).kind
  }

  private static func hasColon(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    for at in 0..<length where unsafe text[at] == 0x3A { return true }
    return false
  }
}

/// What the integers of a column have in common.
struct IntegerFacts: Sendable {
  /// Numbers that forms and instruments write where they have none.
  static let sentinels = [-9, -99, -999, -9999, -99_999, 999, 9999, 99_999, 999_999]

  var count = 0
  /// Four digits from 1000 to 2199.
  var years = 0
  /// Eight digits that are a day: `20111109`.
  var days = 0
  /// Seconds or milliseconds since 1970 that lie after 2001.
  var epochs = 0
  /// The least and the greatest of those that are no sentinel.
  var least = Int.max
  var greatest = Int.min
  var found: [Int: Int] = [:]

  // Safe: `text` holds `length` bytes, and only those are read.
  mutating func add(_ text: UnsafePointer<UInt8>, _ length: Int) {
    count += 1
    let words = unsafe String(
      decoding: UnsafeBufferPointer(start: text, count: length),
      as: UTF8.self
    )
    guard let value = Int(words) else { return }
    if Self.sentinels.contains(value) {
      found[value, default: 0] += 1
    } else {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    if (1000..<2200).contains(value) { years += 1 }
    if (1_000_000_000..<2_200_000_000).contains(value)
      || (1_000_000_000_000..<2_200_000_000_000).contains(value)
    {
      epochs += 1
    }
    let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100)
    if (1800..<2100).contains(year), (1...12).contains(month), day >= 1,
      day <= Moment.days(year, month)
    {
      days += 1
    }
  }

  /// Sentinels that stand apart from all other numbers, with how often they occur.
  var suspects: [(value: Int, count: Int)] {
    guard least <= greatest else { return [] }
    return found.filter { value, _ in
      value < 0 ? least >= 0 : greatest < value / 4 && least >= 0
    }
    .sorted { $0.key < $1.key }
    .map { ($0.key, $0.value) }
  }
}
