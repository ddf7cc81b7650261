/// What a cell looks like, and how many bits it costs to write it down knowing that.
///
/// Costs are whole thousandths of bits: sums of them are exact, in whatever order they are made.
struct CellShape: Sendable {
  /// The kinds that are told apart; the raw value counts them.
  enum Kind: Int, Sendable {
    case empty
    case integer
    case decimal
    case date
    case time
    case dateTime
    /// Digits in groups that are no number: versions, addresses, telephone numbers.
    case groups
    case text

    static let count = 8

    /// Whether such a cell is a value of a type rather than words.
    var isTyped: Bool {
      switch self {
      case .integer, .decimal, .date, .time, .dateTime: true
      case .empty, .groups, .text: false
      }
    }
  }

  /// What it looks like.
  var kind: Kind
  /// Thousandths of bits to write it down.
  var cost: Int

  /// What a byte costs inside text: letters little, marks that seldom stand in words much.
  static let textCosts: [Int] = {
    var costs = [Int](repeating: 8000, count: 256)
    for byte in 0..<32 { costs[byte] = 13_000 }
    for byte in 128..<256 { costs[byte] = 5000 }
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { costs[Int(byte)] = 4000 }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { costs[Int(byte)] = 4700 }
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { costs[Int(byte)] = 4500 }
    for (mark, cost) in [
      (" ", 3200), (".", 5500), ("-", 5500), ("_", 5500), ("/", 6000), ("'", 6000), (",", 6500),
      ("(", 6500), (")", 6500), (":", 6500), ("&", 7000), ("\"", 12_000), (";", 8500),
      ("|", 11_000), ("\t", 11_000), ("^", 10_000), ("~", 10_000), ("\n", 6500), ("\r", 3000),
    ] { costs[Int(mark.utf8.first ?? 0)] = cost }
    return costs
  }()

  /// What a digit of a value costs.
  static let digitCost = 3320

  /// The bytes between `from` and `to` without the spaces around them.
  static func trimmed(_ bytes: [UInt8], _ from: Int, _ to: Int) -> Range<Int> {
    var start = from
    var end = to
    while start < end && bytes[start] == 0x20 { start += 1 }
    while end > start && bytes[end - 1] == 0x20 { end -= 1 }
    return start..<end
  }

  /// Whether a cell is `\N`, which says that there is no value.
  static func isNull(_ bytes: [UInt8], _ cell: Range<Int>) -> Bool {
    cell.count == 2 && bytes[cell.lowerBound] == 0x5C && bytes[cell.lowerBound + 1] == 0x4E
  }

  /// What the bytes between `from` and `to` look like, whatever they cost.
  static func kind(_ bytes: [UInt8], _ from: Int, _ to: Int) -> Kind {
    let cell = trimmed(bytes, from, to)
    return cell.isEmpty || isNull(bytes, cell) ? .empty : value(bytes, cell)?.kind ?? .text
  }

  /// A cell that is no text and not empty: a number, a date, groups of digits; nil where it is text.
  static func value(_ bytes: [UInt8], _ cell: Range<Int>) -> CellShape? {
    let first = bytes[cell.lowerBound]
    guard
      isDigit(first) || first == 0x24 || first == 0x28
        || (cell.count > 1 && (first == 0x2D || first == 0x2B || first == 0x2E))
    else { return first >= 0xC2 ? amount(bytes, cell) : nil }
    if bytes[cell.upperBound - 1] >= 0x80 { return amount(bytes, cell) }
    return digits(bytes, cell.lowerBound, cell.upperBound)
  }

  /// A number with `€` or `£` before or behind it.
  private static func amount(_ bytes: [UInt8], _ cell: Range<Int>) -> CellShape? {
    var rest = cell
    if let sign = currency(bytes, at: cell.lowerBound, cell) {
      rest = trimmed(bytes, cell.lowerBound + sign, cell.upperBound)
    } else if let sign = currency(bytes, at: cell.upperBound - 3, cell)
      ?? currency(bytes, at: cell.upperBound - 2, cell)
    {
      rest = trimmed(bytes, cell.lowerBound, cell.upperBound - sign)
    }
    guard rest.count < cell.count, let first = rest.first,
      isDigit(bytes[first]) || bytes[first] == 0x2D && rest.count > 1,
      var number = digits(bytes, rest.lowerBound, rest.upperBound),
      number.kind == .integer || number.kind == .decimal
    else { return nil }
    (number.kind, number.cost) = (.decimal, number.cost + 3000)
    return number
  }

  /// Bytes of the currency's sign that stands there, inside the cell.
  private static func currency(_ bytes: [UInt8], at: Int, _ cell: Range<Int>) -> Int? {
    guard at >= cell.lowerBound, at + 1 < cell.upperBound else { return nil }
    if bytes[at] == 0xC2 && bytes[at + 1] == 0xA3 { return 2 }
    guard at + 2 < cell.upperBound, bytes[at] == 0xE2, bytes[at + 1] == 0x82,
      bytes[at + 2] == 0xAC
    else { return nil }
    return 3
  }

  /// A value that is made of digits and a few marks; nil where it is more than that.
  private static func digits(_ bytes: [UInt8], _ from: Int, _ end: Int) -> CellShape? {
    guard end - from <= 40 else { return nil }
    var start = from
    var extra = 0
    var finish = end
    if bytes[start] == 0x24 || bytes[start] == 0x28 {
      extra += 3000
      if bytes[start] == 0x28 && bytes[end - 1] == 0x29 { finish -= 1 }
      start += 1
    }
    let isPlus = start < finish && bytes[start] == 0x2B
    if start < finish && (bytes[start] == 0x2D || isPlus) {
      start += 1
      extra += 1000
    }
    if finish > start && bytes[finish - 1] == 0x25 {
      finish -= 1
      extra += 2000
    }
    guard
      let found = number(bytes, start, finish) ?? moment(bytes, start, finish)
        ?? DigitGroups(bytes, start, finish).shape
    else { return nil }
    // `+49 30 1234567` is a telephone number, not some groups.
    if isPlus && found.kind == .groups { extra -= 8000 }
    return CellShape(kind: found.kind, cost: found.cost + extra)
  }

  /// Digits alone, or with one point or comma among them: most values, without more ado.
  private static func number(_ bytes: [UInt8], _ start: Int, _ end: Int) -> CellShape? {
    var mark: UInt8 = 0
    var at = start
    while at < end {
      let byte = bytes[at]
      if !isDigit(byte) {
        guard mark == 0, byte == 0x2E || byte == 0x2C else { return nil }
        mark = byte
      }
      at += 1
    }
    let digits = end - start - (mark == 0 ? 0 : 1)
    guard digits > 0 else { return nil }
    let plain = digitCost * digits
    if mark == 0 { return CellShape(kind: .integer, cost: plain + 2000) }
    return CellShape(kind: .decimal, cost: plain + DigitGroups.numberCost(isComma: mark == 0x2C))
  }

  /// `2026-11-24`, `2026-11-24 17:05:00` and `2026-11-24T17:05:00Z`, as most dates are written: what
  /// `DigitGroups` says of them, in fewer steps; nil where it is to be asked.
  private static func moment(_ bytes: [UInt8], _ start: Int, _ end: Int) -> CellShape? {
    let length = end - start
    guard length == 10 || length == 19 || length == 20, bytes[start + 4] == 0x2D,
      bytes[start + 7] == 0x2D, pair(bytes, start) != nil, pair(bytes, start + 2) != nil,
      let month = pair(bytes, start + 5), let day = pair(bytes, start + 8),
      (1...31).contains(month), (1...31).contains(day), min(month, day) <= 12
    else { return nil }
    if length == 10 { return CellShape(kind: .date, cost: DigitGroups.dateCost) }
    guard bytes[start + 10] == 0x54 || bytes[start + 10] == 0x20, bytes[start + 13] == 0x3A,
      bytes[start + 16] == 0x3A, length == 19 || bytes[start + 19] == 0x5A,
      let hour = pair(bytes, start + 11), hour < 25, let minute = pair(bytes, start + 14),
      minute < 60, pair(bytes, start + 17) != nil
    else { return nil }
    return CellShape(kind: .dateTime, cost: DigitGroups.dateTimeCost)
  }

  /// The number that two digits make; nil where they are none.
  private static func pair(_ bytes: [UInt8], _ at: Int) -> Int? {
    guard isDigit(bytes[at]), isDigit(bytes[at + 1]) else { return nil }
    return Int(bytes[at] & 15) * 10 + Int(bytes[at + 1] & 15)
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
