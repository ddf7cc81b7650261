import Formats
import Glibc

/// Whether a text without delimiters is a table whose columns have fixed places in the line.
///
/// How this works: the characters that are blank in nearly all lines part the columns. Cut there, the
/// text is scored as any dialect is, each cut paid for; where that is shorter than the text as it stands,
/// it is such a table. The blanks that fill its fields up cost nothing then.
struct FixedWidthFinder {
  /// Where the columns lie.
  let widths: FixedWidth
  /// The same text as delimited text.
  let text: [UInt8]
  /// Bits by which it is shorter than the best dialect.
  let margin: Double
  /// Lines looked at, and those that could be cut.
  let lines: Int
  let cutLines: Int

  /// Bytes that are scored.
  private static let sampleBytes = 1 << 13
  private static let lineLimit = 1_000
  private static let widthLimit = 4_096

  /// Bits of the hypothesis before the text is seen, and of each of its cuts; one blank alone may
  /// well stand between words.
  private static let prior = 16.0
  private static let cutBits = 8.0
  private static let narrowBits = 12.0

  /// Looks for columns in `bytes`, whole lines from `start` on, which `best` reads shortest so far.
  init?(_ bytes: [UInt8], from start: Int, best: DialectFinder.Candidate) {
    let dialect = best.dialect
    guard best.extent.width == 1 || dialect.delimiter == [0x20] else { return nil }
    let lineEnd = dialect.lineEnd
    let sample = Self.sample(bytes, from: start, lineEnd.byte)
    var found = Self.candidates(bytes, from: start, lineEnd.byte).map { gaps in
      Self.shortened(gaps, sample, lineEnd)
    }
    if let drawn = Self.drawn(bytes, from: start, lineEnd.byte) {
      found.append((drawn, Self.bits(sample, drawn, lineEnd, isDrawn: true)))
    }
    guard let (gaps, bits) = found.min(by: { $0.bits < $1.bits }) else { return nil }
    let scan = DialectScan(sample, to: sample.count, dialect)
    let costs = TextCosts(sample, from: 0, to: sample.count)
    let plain = DialectScore(scan, costs).bits + DialectFinder.prior(dialect.delimiter)
    guard bits < plain else { return nil }
    margin = plain - bits
    widths = FixedWidth(gaps: gaps)
    let cut = widths.cut(bytes, lineEnd)
    guard cut.cutLines * 10 >= cut.lines * 8 else { return nil }
    (text, lines, cutLines) = cut
  }

  /// Cuts `bytes` as it is stated.
  init(_ bytes: [UInt8], stated: FixedWidth, lineEnd: Dialect.LineEnd) {
    widths = stated
    margin = .infinity
    (text, lines, cutLines) = stated.cut(bytes, lineEnd)
  }

  /// Between 0 and 1: how sure it is.
  var confidence: Double { min(0.999, 1 / (1 + exp2(-margin / 6))) }

  private static func sample(_ bytes: [UInt8], from start: Int, _ lineEnd: UInt8) -> [UInt8] {
    let head = bytes[start...].prefix(sampleBytes)
    guard head.endIndex < bytes.count, let last = head.lastIndex(of: lineEnd) else {
      return Array(head)
    }
    return Array(head[...last])
  }

  private static func bits(
    _ sample: [UInt8],
    _ gaps: [Range<Int>],
    _ lineEnd: Dialect.LineEnd,
    isDrawn: Bool = false
  ) -> Double {
    let widths = FixedWidth(gaps: gaps)
    let text = widths.cut(sample, lineEnd).text
    let dialect = widths.dialect(lineEnd)
    let scan = DialectScan(text, to: text.count, dialect)
    let costs = TextCosts(text, from: 0, to: text.count)
    let score = DialectScore(scan, costs).bits
    if isDrawn { return score }
    let cuts = gaps.reduce(0.0) { $0 + cutBits + ($1.count == 1 ? narrowBits : 0) }
    return score + prior + cuts
  }

  /// The gaps of a line that is drawn below the header, a run of hyphens for each column: the text says so itself.
  private static func drawn(
    _ bytes: [UInt8],
    from start: Int,
    _ lineEnd: UInt8
  ) -> [Range<Int>]? {
    let line = lines(bytes, from: start, lineEnd, limit: 30).first { line in
      line.contains(0x20) && line.allSatisfy { $0 == 0x2D || $0 == 0x3D || $0 == 0x20 }
    }
    return line.map { gaps([$0]) } ?? nil
  }

  /// The gaps without those narrow ones that cost more than they save: blanks within one column's words.
  private static func shortened(
    _ gaps: [Range<Int>],
    _ sample: [UInt8],
    _ lineEnd: Dialect.LineEnd
  ) -> (gaps: [Range<Int>], bits: Double) {
    var best = (gaps: gaps, bits: bits(sample, gaps, lineEnd))
    for gap in gaps where gap.count == 1 && best.gaps.count > 1 {
      let fewer = best.gaps.filter { $0 != gap }
      let bits = bits(sample, fewer, lineEnd)
      if bits < best.bits { best = (fewer, bits) }
    }
    return best
  }

  /// What could part the columns: blanks of all lines, and of those below a title and an empty line.
  private static func candidates(
    _ bytes: [UInt8],
    from start: Int,
    _ lineEnd: UInt8
  ) -> [[Range<Int>]] {
    let lines = lines(bytes, from: start, lineEnd)
    var parts = [lines[...]]
    if let blank = lines.prefix(20).firstIndex(where: \.isEmpty) { parts.append(lines[blank...]) }
    return parts.map { part in part.filter { !$0.isEmpty } }.compactMap { part in
      part.count < 4 ? nil : gaps(part)
    }
  }

  /// The lines without the blanks at their ends.
  private static func lines(
    _ bytes: [UInt8],
    from start: Int,
    _ lineEnd: UInt8,
    limit: Int = lineLimit
  ) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var at = start
    while at < bytes.count, lines.count < limit {
      let end = bytes[at...].firstIndex(of: lineEnd) ?? bytes.count
      var line = bytes[at..<end]
      while let last = line.last, last == 0x20 || last == 0x0D { line.removeLast() }
      lines.append(line)
      at = end + 1
    }
    return lines
  }

  private static func gaps(_ lines: [ArraySlice<UInt8>]) -> [Range<Int>]? {
    var held: [Int] = []
    for line in lines {
      var place = -1
      for byte in line {
        if byte == 0x09 || byte == FixedWidth.delimiter { return nil }
        if byte & 0xC0 == 0x80 { continue }
        place += 1
        guard place < widthLimit else { return nil }
        if place == held.count { held.append(0) }
        if byte != 0x20 { held[place] += 1 }
      }
    }
    let allowed = lines.count / 50
    guard let first = held.firstIndex(where: { $0 > allowed }),
      let last = held.lastIndex(where: { $0 > allowed })
    else { return nil }
    var gaps: [Range<Int>] = []
    var begun: Int?
    for place in first...last {
      if held[place] <= allowed {
        if begun == nil { begun = place }
      } else if let start = begun {
        gaps.append(start..<place)
        begun = nil
      }
    }
    return gaps.isEmpty ? nil : gaps
  }
}
