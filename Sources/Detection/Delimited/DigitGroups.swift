/// Runs of digits and the marks between them: numbers, dates, times, or none of these.
struct DigitGroups {
  /// What a date costs, and one with a time.
  static let dateCost = 15_000
  static let dateTimeCost = 27_000

  /// Digits and value of each run, and the mark behind it; no more than nine runs are looked at.
  private var lengths = [10 of Int](repeating: 0)
  private var values = [10 of Int](repeating: 0)
  private var marks = [10 of UInt8](repeating: 0)
  private var runs = 0
  private var markCount = 0
  private var digits = 0
  private var isSound = true
  /// `Z`, AM or PM stands at the end.
  private var hasClock = false

  /// Reads the bytes between `start` and `end`.
  init(_ bytes: [UInt8], _ start: Int, _ end: Int) {
    var length = 0
    var value = 0
    var at = start
    while at < end {
      let byte = bytes[at]
      if CellShape.isDigit(byte) {
        length += 1
        value = min(value * 10 + Int(byte - 0x30), 1 << 50)
        at += 1
        continue
      }
      add(length, value)
      length = 0
      value = 0
      let next = at + 1 < end ? bytes[at + 1] : 0
      switch byte {
      case 0x2E, 0x2C, 0x2D, 0x2F, 0x3A, 0x20, 0x54, 0x27: mark(byte)
      case 0x65, 0x45:
        mark(0x45)
        if next == 0x2D || next == 0x2B { at += 1 }
      case 0x2B where count(of: 0x3A) > 0: mark(byte)
      case 0x5A where at + 1 == end:
        hasClock = true
        return
      case 0x41, 0x50, 0x61, 0x70:
        isSound = at + 2 == end && next | 0x20 == 0x6D
        hasClock = true
        if lengths[runs - 1] == 0 && markCount > 0 {
          runs -= 1
          markCount -= 1
        }
        return
      default: isSound = false
      }
      if !isSound || runs > 8 {
        isSound = false
        return
      }
      at += 1
    }
    add(length, value)
  }

  private mutating func add(_ length: Int, _ value: Int) {
    lengths[runs] = length
    values[runs] = value
    digits += length
    runs += 1
  }

  private mutating func mark(_ byte: UInt8) {
    marks[markCount] = byte
    markCount += 1
  }

  private func count(of byte: UInt8) -> Int {
    var count = 0
    for index in 0..<markCount where marks[index] == byte { count += 1 }
    return count
  }

  /// What they are together; nil where they are words rather.
  var shape: CellShape? {
    guard isSound, digits > 0 else { return nil }
    let plain = CellShape.digitCost * digits
    if markCount == 0 && !hasClock { return CellShape(kind: .integer, cost: plain + 2000) }
    if let dated { return dated }
    if hasClock { return nil }
    if let cost = number { return CellShape(kind: .decimal, cost: plain + cost) }
    // Groups of digits that are none of these: some cheaper than text, dearer than a value.
    if count(of: 0x45) + count(of: 0x54) > 0 { return nil }
    for run in 0..<runs where lengths[run] == 0 { return nil }
    let first = count(of: marks[0])
    for index in 0..<markCount where marks[index] != marks[0] {
      if first + count(of: marks[index]) < markCount { return nil }
    }
    let marked = 1500 * markCount + 4000 * count(of: 0x2C)
    return CellShape(kind: .groups, cost: plain + 7000 + marked)
  }

  private var dated: CellShape? {
    let mark = marks[0]
    if markCount >= 2, mark == marks[1], mark == 0x2D || mark == 0x2F || mark == 0x2E, isDate {
      if markCount == 2 && !hasClock { return CellShape(kind: .date, cost: Self.dateCost) }
      guard markCount >= 3, marks[2] == 0x20 || marks[2] == 0x54 else { return nil }
      return time(from: 3).map { CellShape(kind: .dateTime, cost: Self.dateTimeCost + $0) }
    }
    return time(from: 0).map { CellShape(kind: .time, cost: 14_000 + $0) }
  }

  private var isDate: Bool {
    guard runs >= 3, (1...2).contains(lengths[1]) else { return false }
    let isYearFirst = lengths[0] == 4 && (1...2).contains(lengths[2])
    let isYearLast = (lengths[2] == 4 || lengths[2] == 2) && (1...2).contains(lengths[0])
    guard isYearFirst || isYearLast else { return false }
    let first = values[1]
    let second = isYearFirst ? values[2] : values[0]
    return (1...31).contains(first) && (1...31).contains(second) && min(first, second) <= 12
  }

  /// What a fraction of hours, minutes and seconds costs beyond them, an offset behind it or not; nil where
  /// they are no time.
  private func time(from first: Int) -> Int? {
    guard runs >= first + 2, markCount > first, marks[first] == 0x3A,
      (1...2).contains(lengths[first]), values[first] < 25, lengths[first + 1] == 2,
      values[first + 1] < 60
    else { return nil }
    var cost = 0
    var at = first + 1
    if holds(0x3A, at, digits: 2...2) { at += 1 }
    // Computers write fractions of three digits or more; fewer behind a comma are a field of their own.
    let isComma = holds(0x2C, at, digits: 3...9)
    if isComma || holds(0x2E, at, digits: 1...9) || holds(0x3A, at, digits: 3...3) {
      cost = CellShape.digitCost * lengths[at + 1] + Self.numberCost(isComma: isComma)
      at += 1
    }
    if holds(0x2B, at, digits: 2...4) || holds(0x2D, at, digits: 2...4) {
      at += 1
      if holds(0x3A, at, digits: 2...2) { at += 1 }
    }
    return at == markCount ? cost : nil
  }

  /// Whether that mark stands there, with so many digits behind it.
  private func holds(_ mark: UInt8, _ at: Int, digits: ClosedRange<Int>) -> Bool {
    at < markCount && marks[at] == mark && at + 1 < runs && digits.contains(lengths[at + 1])
  }

  /// What a number with one decimal mark costs beyond its digits.
  ///
  /// A comma is the delimiter more often than the decimal mark.
  static func numberCost(isComma: Bool) -> Int { isComma ? 4500 : 3000 }

  /// The cost beyond that of its digits, where they are one number.
  private var number: Int? {
    var cost = Self.numberCost(isComma: false)
    var marked = markCount
    if marked > 0 && marks[marked - 1] == 0x45 {
      guard runs == marked + 1, (1...3).contains(lengths[runs - 1]) else { return nil }
      marked -= 1
      cost += 3000
    }
    guard marked > 0 else { return cost }
    guard runs > marked else { return nil }
    let last = marks[marked - 1]
    let group = marks[0]
    for index in 0..<marked {
      switch marks[index] {
      case 0x2B, 0x2D, 0x2F, 0x3A, 0x45, 0x54: return nil
      default: break
      }
    }
    let isFraction = last == 0x2E || last == 0x2C
    if marked == 1 && isFraction {
      return cost - Self.numberCost(isComma: false) + Self.numberCost(isComma: last == 0x2C)
    }
    // Grouping marks: all alike, three digits behind each but the decimal mark.
    let grouped = isFraction && last != group ? marked - 1 : marked
    guard (1...3).contains(lengths[0]) else { return nil }
    for index in 0..<grouped where marks[index] != group || lengths[index + 1] != 3 {
      return nil
    }
    return cost + 1000 * grouped
  }
}
