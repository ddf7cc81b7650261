public import Bytes

/// Cuts the lines of a table of fixed widths into fields, without the blanks that fill them up.
public struct LineCutter: Sendable {
  private let gaps: [Range<Int>]
  private let lineEnd: UInt8
  /// Where the line under way is cut: offsets of its bytes.
  private var cuts: [Int] = []
  /// Offsets of the line's characters, where they are not its bytes.
  private var characters: [Int] = []
  private var isASCII = true
  private var length = 0

  /// A cutter for such columns in lines that end so.
  public init(_ widths: FixedWidth, lineEnd: Dialect.LineEnd) {
    gaps = widths.gaps
    self.lineEnd = lineEnd.byte
  }

  /// Appends one line, its end included, field by field to `output`.
  ///
  /// A line that can't be cut goes on as the one field that it is, since it is drawn or a value fills the
  /// whole of a gap: it has another width than the table, and is reported.
  ///
  /// - Returns: whether it could be cut, or is blank.
  @discardableResult
  public mutating func cut(
    _ line: Span<UInt8>,
    into output: ByteBuffer
  ) -> Bool {
    var end = line.count
    if end > 0, line[end - 1] == lineEnd { end -= 1 }
    if end < line.count, lineEnd == 0x0A, end > 0, line[end - 1] == 0x0D { end -= 1 }
    // Safe, here and below: the bytes are copied at once.
    defer { output.append(unsafe line.extracting(end..<line.count).bytes) }
    let facts = measure(line, end)
    if facts.isBlank { return true }
    if facts.hasDelimiter {
      output.append(unsafe line.extracting(0..<end).bytes)
      for _ in 0...gaps.count { output.append(FixedWidth.delimiter) }
      return false
    }
    guard !isRule(line, end), findCuts(line, end) else {
      output.append(unsafe line.extracting(0..<end).bytes)
      return false
    }
    var start = 0
    for cut in cuts {
      output.append(unsafe line.extracting(Self.trimmed(line, start..<cut)).bytes)
      output.append(FixedWidth.delimiter)
      start = cut
    }
    output.append(unsafe line.extracting(Self.trimmed(line, start..<end)).bytes)
    return true
  }

  /// Whether a line is drawn there, and nothing written.
  private func isRule(_ line: Span<UInt8>, _ end: Int) -> Bool {
    var places = 0..<end
    while let place = places.first, line[place] == 0x20 { places.removeFirst() }
    guard let first = places.first, line[first] == 0x2D || line[first] == 0x3D else { return false }
    return (0..<end).map { line[$0] }.isRule
  }

  private mutating func findCuts(_ line: Span<UInt8>, _ end: Int) -> Bool {
    cuts.removeAll(keepingCapacity: true)
    for gap in gaps {
      if gap.isEmpty {
        cuts.append(offset(gap.lowerBound, end))
      } else if let place = blank(in: gap, line, end) {
        cuts.append(offset(place, end))
      } else {
        return false
      }
    }
    return true
  }

  /// Counts the characters of a line's first `end` bytes, and looks for what can't be cut.
  private mutating func measure(
    _ line: Span<UInt8>,
    _ end: Int
  ) -> (isBlank: Bool, hasDelimiter: Bool) {
    var all: UInt8 = 0
    var isBlank = true
    var hasDelimiter = false
    for place in 0..<end {
      let byte = line[place]
      all |= byte
      if byte != 0x20 { isBlank = false }
      if byte == FixedWidth.delimiter { hasDelimiter = true }
    }
    isASCII = all < 0x80
    length = end
    if !isASCII {
      characters.removeAll(keepingCapacity: true)
      for place in 0..<end where line[place] & 0xC0 != 0x80 { characters.append(place) }
      length = characters.count
    }
    return (isBlank, hasDelimiter)
  }

  private func offset(_ character: Int, _ end: Int) -> Int {
    if character >= length { return end }
    return isASCII ? character : characters[character]
  }

  /// The first character of the blank in a gap that parts its two columns; nil where none does for sure.
  private func blank(in gap: Range<Int>, _ line: Span<UInt8>, _ end: Int) -> Int? {
    var best = 0..<0
    var second = 0
    var start: Int?
    for place in gap.lowerBound...gap.upperBound {
      let isBlank =
        place < gap.upperBound && (place >= length || line[offset(place, end)] == 0x20)
      if isBlank {
        if start == nil { start = place }
      } else if let begun = start {
        let run = begun..<place
        second = max(second, min(best.count, run.count))
        if run.count > best.count { best = run }
        start = nil
      }
    }
    // A single blank may stand between two words of one value.
    guard !best.isEmpty, second == 0 || second == 1 && best.count > 1 else { return nil }
    return best.lowerBound
  }

  private static func trimmed(_ line: Span<UInt8>, _ field: Range<Int>) -> Range<Int> {
    var (start, end) = (field.lowerBound, field.upperBound)
    while start < end, line[start] == 0x20 { start += 1 }
    while end > start, line[end - 1] == 0x20 { end -= 1 }
    return start..<end
  }
}

extension FixedWidth {
  /// Cuts all lines of a text.
  ///
  /// - Returns: the text with ``delimiter`` between the fields, how many lines it has, and how many
  ///   of them could be cut or are blank.
  public func cut(
    _ bytes: [UInt8],
    _ lineEnd: Dialect.LineEnd
  ) -> (text: [UInt8], lines: Int, cutLines: Int) {
    var cutter = LineCutter(self, lineEnd: lineEnd)
    let output = ByteBuffer(capacity: bytes.count)
    var lines = 0
    var cutLines = 0
    var at = 0
    while at < bytes.count {
      let end = (bytes[at...].firstIndex(of: lineEnd.byte) ?? bytes.count - 1) + 1
      lines += 1
      if cutter.cut(bytes.span.extracting(at..<end), into: output) { cutLines += 1 }
      at = end
    }
    // Safe: they are copied.
    return (unsafe Array(output.bytes), lines, cutLines)
  }
}

extension [UInt8] {
  /// Whether they draw a line: three hyphens or equals signs at least, and nothing but such and what joins them.
  var isRule: Bool {
    var signs = 0
    for byte in self {
      switch byte {
      case 0x2D, 0x3D: signs += 1
      case 0x20, 0x2B, 0x7C, 0x3A: continue
      default: return false
      }
    }
    return signs >= 3
  }
}
