/// What a cell looks like, and how many bits it costs to write it down knowing that.
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
  /// Bits to write it down.
  var bits: Double

  /// Bits a byte costs inside text: letters little, marks that seldom stand in words much.
  static let textBits: [Double] = {
    var bits = [Double](repeating: 8, count: 256)
    for byte in 0..<32 { bits[byte] = 13 }
    for byte in 128..<256 { bits[byte] = 5 }
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { bits[Int(byte)] = 4 }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { bits[Int(byte)] = 4.7 }
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { bits[Int(byte)] = 4.5 }
    for (mark, cost) in [
      (" ", 3.2), (".", 5.5), ("-", 5.5), ("_", 5.5), ("/", 6), ("'", 6), (",", 6.5), ("(", 6.5),
      (")", 6.5), (":", 6.5), ("&", 7), ("\"", 12), (";", 8.5), ("|", 11), ("\t", 11), ("^", 10),
      ("~", 10), ("\n", 6.5), ("\r", 3),
    ] { bits[Int(mark.utf8.first ?? 0)] = cost }
    return bits
  }()

  private static let digitBits = 3.32

  /// Looks at the bytes between `start` and `end`, without the spaces around them.
  static func of(_ bytes: [UInt8], _ from: Int, _ to: Int) -> CellShape {
    var start = from
    var end = to
    var padding = 0.0
    while start < end && bytes[start] == 0x20 { start += 1 }
    while end > start && bytes[end - 1] == 0x20 { end -= 1 }
    if start - from + to - end > 0 { padding = 2 + 0.5 * Double(start - from + to - end) }
    if start == end { return CellShape(kind: .empty, bits: padding) }
    let first = bytes[start]
    if isDigit(first) || (end - start > 1 && (first == 0x2D || first == 0x2B || first == 0x2E))
      || first == 0x24 || first == 0x28
    {
      if let shape = digits(bytes, start, end) {
        return CellShape(kind: shape.kind, bits: shape.bits + padding)
      }
    }
    return CellShape(kind: .text, bits: text(bytes, start, end) + padding)
  }

  /// Bits of plain text, its end included.
  static func text(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Double {
    var bits = 4.0
    var seen: UInt8 = 0
    var repeats = 0
    for at in start..<end {
      let byte = bytes[at]
      let cost = textBits[Int(byte)]
      if cost < 8 || byte == 0x22 {
        bits += cost
        continue
      }
      // The mark that parted a list before is expected again.
      bits += byte == seen ? cost * 0.55 : cost
      repeats = byte == seen ? repeats + 1 : 0
      seen = byte
    }
    return repeats < 3 ? bits : min(bits, list(bytes, start, end, parted: seen))
  }

  /// Bits of a list inside one cell: its mark, and what stands between.
  private static func list(_ bytes: [UInt8], _ start: Int, _ end: Int, parted mark: UInt8) -> Double
  {
    var bits = 16.0
    var from = start
    for at in start...end where at == end || bytes[at] == mark {
      bits += 1 + of(bytes, from, at).bits
      from = at + 1
    }
    return bits
  }

  /// A value that is made of digits and a few marks; nil where it is more than that.
  private static func digits(_ bytes: [UInt8], _ from: Int, _ end: Int) -> CellShape? {
    guard end - from <= 40 else { return nil }
    var start = from
    var extra = 0.0
    var finish = end
    if bytes[start] == 0x24 || bytes[start] == 0x28 {
      extra += 3
      if bytes[start] == 0x28 && bytes[end - 1] == 0x29 { finish -= 1 }
      start += 1
    }
    if start < finish && (bytes[start] == 0x2D || bytes[start] == 0x2B) {
      start += 1
      extra += 1
    }
    if finish > start && bytes[finish - 1] == 0x25 {
      finish -= 1
      extra += 2
    }
    var groups = Groups()
    groups.take(bytes, start, finish)
    guard let found = groups.shape else { return nil }
    return CellShape(kind: found.kind, bits: found.bits + extra)
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}

/// Runs of digits and the marks between them.
private struct Groups {
  private var lengths: [Int] = []
  private var values: [Int] = []
  private var marks: [UInt8] = []
  private var isSound = true
  private var tail: Tail = .none

  private enum Tail {
    case none
    case exponent
    case clock
  }

  mutating func take(_ bytes: [UInt8], _ start: Int, _ end: Int) {
    var length = 0
    var value = 0
    var at = start
    lengths.reserveCapacity(8)
    while at < end {
      let byte = bytes[at]
      if CellShape.isDigit(byte) {
        length += 1
        value = min(value * 10 + Int(byte - 0x30), 1 << 50)
        at += 1
        continue
      }
      lengths.append(length)
      values.append(value)
      length = 0
      value = 0
      switch byte {
      case 0x2E, 0x2C, 0x2D, 0x2F, 0x3A, 0x20, 0x54, 0x27:
        marks.append(byte)
      case 0x65, 0x45:
        marks.append(0x45)
        if at + 1 < end && (bytes[at + 1] == 0x2D || bytes[at + 1] == 0x2B) { at += 1 }
      case 0x5A where at + 1 == end:
        tail = .clock
        return
      case 0x2B where marks.contains(0x3A):
        marks.append(0x3A)
      case 0x41, 0x50, 0x61, 0x70:
        // AM and PM.
        guard at + 2 == end, bytes[at + 1] | 0x20 == 0x6D else {
          isSound = false
          return
        }
        tail = .clock
        if lengths.last == 0 {
          lengths.removeLast()
          values.removeLast()
          if !marks.isEmpty { marks.removeLast() }
        }
        return
      default:
        isSound = false
        return
      }
      if lengths.count > 8 {
        isSound = false
        return
      }
      at += 1
    }
    lengths.append(length)
    values.append(value)
  }

  var shape: CellShape? {
    guard isSound, !lengths.isEmpty else { return nil }
    let digits = Double(lengths.reduce(0, +))
    guard digits > 0 else { return nil }
    let plain = 3.32 * digits
    if marks.isEmpty && tail == .none { return CellShape(kind: .integer, bits: plain + 2) }
    if let dated = dated { return dated }
    if let number = number(plain) { return number }
    // Groups of digits that are none of these: some cheaper than text, dearer than a value.
    if marks.contains(0x45) || marks.contains(0x54) || tail != .none { return nil }
    guard Set(marks).count <= 2, !lengths.contains(0) else { return nil }
    let commas = Double(marks.count { $0 == 0x2C })
    return CellShape(kind: .groups, bits: 3.4 * digits + 1.5 * Double(marks.count) + 7 + 4 * commas)
  }

  private var dated: CellShape? {
    let dateMarks = marks.prefix(2)
    if marks.count >= 2, dateMarks.first == dateMarks.last, isDate,
      let mark = dateMarks.first, mark == 0x2D || mark == 0x2F || mark == 0x2E
    {
      if marks.count == 2 && tail == .none { return CellShape(kind: .date, bits: 15) }
      guard marks.count >= 3, marks[2] == 0x20 || marks[2] == 0x54 else { return nil }
      return isTime(from: 3) ? CellShape(kind: .dateTime, bits: 27) : nil
    }
    return isTime(from: 0) ? CellShape(kind: .time, bits: 14) : nil
  }

  private var isDate: Bool {
    guard lengths.count >= 3 else { return false }
    let isYearFirst =
      lengths[0] == 4 && (1...2).contains(lengths[1]) && (1...2).contains(lengths[2])
    let isYearLast =
      (lengths[2] == 4 || lengths[2] == 2) && (1...2).contains(lengths[0])
      && (1...2).contains(lengths[1])
    guard isYearFirst || isYearLast else { return false }
    let others = isYearFirst ? [values[1], values[2]] : [values[0], values[1]]
    return others.allSatisfy { (1...31).contains($0) } && others.contains { $0 <= 12 }
  }

  /// Hours, minutes, seconds, their fraction, an offset.
  private func isTime(from: Int) -> Bool {
    let times = Array(lengths[from...])
    let between = Array(marks[from...])
    guard times.count >= 2, (1...2).contains(times[0]), values[from] < 25, times[1] == 2,
      values[from + 1] < 60, between.first == 0x3A
    else { return false }
    return between.dropFirst().allSatisfy { $0 == 0x3A || $0 == 0x2E || $0 == 0x2C || $0 == 0x2D }
  }

  private func number(_ plain: Double) -> CellShape? {
    guard tail == .none else { return nil }
    var marks = marks
    var lengths = lengths
    var bits = plain + 3
    if marks.last == 0x45 {
      guard (1...3).contains(lengths[lengths.count - 1]) else { return nil }
      marks.removeLast()
      lengths.removeLast()
      bits += 3
    }
    guard let last = marks.last else { return CellShape(kind: .decimal, bits: bits) }
    guard lengths.count == marks.count + 1,
      marks.allSatisfy({ $0 != 0x2D && $0 != 0x2F && $0 != 0x3A })
    else { return nil }
    if marks.count == 1 && (last == 0x2E || last == 0x2C) {
      // A comma is the delimiter more often than the decimal mark.
      return CellShape(kind: .decimal, bits: last == 0x2C ? bits + 1.5 : bits)
    }
    // Grouping marks: all alike, three digits behind each but the decimal mark.
    let isFraction = last == 0x2E || last == 0x2C
    let group = marks[0]
    let grouped = isFraction && last != group ? marks.dropLast() : marks[...]
    guard grouped.allSatisfy({ $0 == group }), group != 0x54, group != 0x45,
      (1...3).contains(lengths[0]), lengths[1...grouped.count].allSatisfy({ $0 == 3 })
    else { return nil }
    return CellShape(kind: .decimal, bits: bits + Double(grouped.count))
  }
}
