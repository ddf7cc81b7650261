import Formats

/// Layouts that are told at a glance, where a search for the right one would cost more than all else.
enum GlancedLayout {
  /// A table's: its delimiter is the sign of five that stands there most often.
  static func delimited(_ text: [UInt8], _ share: Share) -> Layout {
    var counts = [Int](repeating: 0, count: 256)
    for byte in text { counts[Int(byte)] += 1 }
    let isMacintosh = counts[0x0A] == 0 && counts[0x0D] > 0
    var dialect = Dialect(
      delimiter: delimiter(counts),
      lineEnd: isMacintosh ? .carriageReturn : .lineFeed
    )
    if counts[0x27] > counts[0x22] { dialect.quote = 0x27 }
    if counts[0x5C] > 0 {
      dialect.escape = dialect.delimiter == [0x09] || counts[0x4E] > 0 ? .copy : .backslash
      if counts[0x22] == 0 { dialect.quote = nil }
    }
    if text.first == UInt8(ascii: "#") { dialect.comment = text.first }
    let end = text.firstIndex(of: dialect.lineEnd.byte) ?? text.count
    let head = text[..<end]
    if let next = firstDelimiter(head, dialect), next + 1 < end, text[next + 1] == 0x20 {
      dialect.delimiter.append(0x20)
    }
    dialect.isPadded = share.draw(10, below: 8) == 0
    let width = head.count { $0 == dialect.delimiter[0] } + 1
    let hasHeader = share.draw(11, below: 2) == 0 && end < text.count
    return .delimited(
      DelimitedLayout(
        dialect: dialect,
        names: (1...width).map { "c\($0)" },
        dataOffset: hasHeader ? UInt64(end + 1) : 0,
        dataLine: hasHeader ? 2 : 1,
        headerRows: hasHeader ? 1 : 0,
        preambleLines: 0,
        hasTrailingDelimiter: width > 2 && share.draw(12, below: 8) == 0
      )
    )
  }

  private static func delimiter(_ counts: [Int]) -> [UInt8] {
    let signs: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C, 0x3A]
    return [signs.max { counts[Int($0)] < counts[Int($1)] } ?? 0x2C]
  }

  private static func firstDelimiter(_ head: ArraySlice<UInt8>, _ dialect: Dialect) -> Int? {
    head.firstIndex(of: dialect.delimiter[0])
  }

  /// A document's; where it is broken, that of its beginning; else that of an array or of lines.
  static func json(_ text: [UInt8]) -> Layout {
    for isWhole in [true, false] {
      guard let shape = try? JSONShapeFinder.find(in: text, isWhole: isWhole) else { continue }
      return .json(shape.layout)
    }
    let isArray = text.first { $0 > 0x20 } == UInt8(ascii: "[")
    return .json(JSONLayout(isArray ? .array([]) : .lines))
  }

  /// A document's; where it is broken, that of its beginning; nil where that is, too.
  static func xml(_ text: [UInt8]) -> Layout? {
    for isWhole in [true, false] {
      guard let shape = try? XMLShapeFinder.find(in: text, isWhole: isWhole) else { continue }
      return .xml(shape.layout)
    }
    return nil
  }
}
