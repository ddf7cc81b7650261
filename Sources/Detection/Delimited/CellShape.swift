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
    // A copy: the global would be looked up for each byte.
    let textBits = textBits
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
    let groups = DigitGroups(bytes, start, finish)
    guard let found = groups.shape else { return nil }
    return CellShape(kind: found.kind, bits: found.bits + extra)
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
