import Bytes
import Formats

/// The rows of a text under one dialect, field by field, as the careful reader sees them.
struct DialectScan {
  /// A field's place, without its quotes.
  struct Field {
    var start: Int
    var end: Int
    var isQuoted: Bool

    /// Nothing stands there, not even quotes.
    var isNothing: Bool { start == end && !isQuoted }
  }

  /// A row's place, the line end included, and its fields' places in `fields`.
  struct Row {
    var start: Int
    var end: Int
    var fields: Range<Int>
    /// Line of its first byte, counted from 0.
    var line: Int
  }

  private(set) var fields: [Field] = []
  private(set) var rows: [Row] = []
  /// Quotes that open a field and never close, or close amid it.
  private(set) var strayQuotes = 0
  /// Quotes inside quoted fields.
  private(set) var escapes = 0

  /// The dialect that they are read in.
  let dialect: Dialect
  /// The part of the text that was to be read.
  let range: Range<Int>

  private let bytes: [UInt8]
  private let first: UInt8
  private let quote: Int
  private let lineEnd: UInt8
  private let end: Int
  private let isCopyText: Bool
  /// The row under way may hold line ends.
  private var holdsLines = false

  /// Where the next row begins, and its line.
  private(set) var offset: Int
  private var line = 0

  /// Reads `bytes` between `start` and `end`, at most `rowLimit` rows.
  init(
    _ bytes: [UInt8],
    from start: Int = 0,
    to end: Int,
    _ dialect: Dialect,
    rowLimit: Int = .max
  ) {
    self.bytes = bytes
    self.dialect = dialect
    self.end = end
    range = start..<max(start, end)
    offset = start
    first = dialect.delimiter[0]
    quote = dialect.quote.map(Int.init) ?? -1
    lineEnd = dialect.lineEnd.byte
    isCopyText = dialect.escape == .copy
    read(rows: rowLimit)
  }

  /// All of the text is read.
  var isRead: Bool { offset >= end }

  /// Reads at most `count` more rows.
  mutating func read(rows count: Int) {
    if fields.isEmpty { fields.reserveCapacity(min(4096, (end - offset) / 8)) }
    let last = rows.count.addingReportingOverflow(count)
    while offset < end && (last.overflow || rows.count < last.partialValue) {
      let begun = offset
      let from = fields.count
      let at = row(begun)
      rows.append(Row(start: begun, end: at, fields: from..<fields.count, line: line))
      offset = at
      if holdsLines {
        for place in begun..<at where bytes[place] == lineEnd { line += 1 }
        holdsLines = false
      } else if bytes[at - 1] == lineEnd {
        // Line ends inside a row stand in quotes, or are escaped.
        line += 1
      }
    }
  }

  /// The fields of a row.
  func fields(of row: Row) -> ArraySlice<Field> { fields[row.fields] }

  /// Where in a line the sign stands that parts a name from a value; nil where there is none.
  func pairSign(_ line: Range<Int>, limit: Int) -> Int? {
    bytes[line].prefix(limit).firstIndex { byte in
      switch byte {
      case 0x3A, 0x3D, 0x3B, 0x2C, 0x09, 0x7C: true
      default: false
      }
    }
  }

  /// Whether a line holds a quote without its other half.
  func hasOpenQuote(_ line: Range<Int>) -> Bool {
    bytes[line].reduce(false) { $0 != ($1 == 0x22) }
  }

  private mutating func row(_ start: Int) -> Int {
    var at = start
    // Copies: the loop would look them up for each byte.
    let (bytes, first, lineEnd, end) = (self.bytes, self.first, self.lineEnd, self.end)
    let delimiterLength = dialect.delimiter.count
    let single = delimiterLength == 1
    while true {
      if at < end, Int(bytes[at]) == quote {
        if let close = close(at) {
          fields.append(Field(start: at + 1, end: close, isQuoted: true))
          holdsLines = true
          at = close + 1
          at = pastReturns(at)
          if at >= end { return end }
          if bytes[at] == lineEnd { return at + 1 }
          at += delimiterLength
          continue
        }
        strayQuotes += 1
      }
      let fieldStart = at
      while at < end {
        at = bytes.firstPlace(of: first, or: lineEnd, in: at..<end)
        if isCopyText, isEscaped(at, from: fieldStart) {
          if at < end, bytes[at] == lineEnd { holdsLines = true }
          at = min(at + 1, end)
          continue
        }
        if single || at >= end || bytes[at] == lineEnd || isDelimiter(at) { break }
        at += 1
      }
      let isEnd = at >= end || bytes[at] == lineEnd
      var fieldEnd = at
      while isEnd && lineEnd == 0x0A && fieldEnd > fieldStart && bytes[fieldEnd - 1] == 0x0D {
        fieldEnd -= 1
      }
      fields.append(Field(start: fieldStart, end: fieldEnd, isQuoted: false))
      if isEnd { return min(at + 1, end) }
      at += delimiterLength
    }
  }

  /// Where the quote that opened at `opened` closes; nil where it is a stray one.
  private mutating func close(_ opened: Int) -> Int? {
    var escaped = 0
    guard let place = closing(opened, &escaped) else { return nil }
    // Only those of a field that closes: a stray quote's search goes far, and again from each of them.
    escapes += escaped
    return place
  }

  private func closing(_ opened: Int, _ escaped: inout Int) -> Int? {
    var at = opened + 1
    var crossedLine = false
    let limit = min(end, opened + (1 << 16))
    let sign = UInt8(truncatingIfNeeded: quote)
    while at < limit {
      if dialect.escape == .doubled {
        at = bytes.firstPlace(of: sign, or: lineEnd, in: at..<limit)
        if at == limit { return nil }
      }
      let byte = bytes[at]
      if dialect.escape != .doubled && byte == 0x5C {
        if at + 1 < end, Int(bytes[at + 1]) == quote { escaped += 1 }
        at += 2
        continue
      }
      if byte == lineEnd { crossedLine = true }
      guard Int(byte) == quote else {
        at += 1
        continue
      }
      if at + 1 >= end { return at }
      let next = bytes[at + 1]
      if Int(next) == quote && dialect.escape == .doubled {
        escaped += 1
        at += 2
        continue
      }
      if next == lineEnd || isDelimiter(at + 1) { return at }
      if next == 0x0D, pastReturns(at + 1) > at + 1 { return at }
      if crossedLine && opensField(at) { return nil }
      at += 1
    }
    return nil
  }

  /// Past the CRs at `start`, where an LF or the end follows them: they belong to the line end.
  private func pastReturns(_ start: Int) -> Int {
    guard lineEnd == 0x0A else { return start }
    var at = start
    while at < end, bytes[at] == 0x0D { at += 1 }
    return at == end || bytes[at] == lineEnd ? at : start
  }

  private func isDelimiter(_ at: Int) -> Bool {
    let delimiter = dialect.delimiter
    guard at + delimiter.count <= end, bytes[at] == first else { return false }
    for index in 1..<max(delimiter.count, 1) where bytes[at + index] != delimiter[index] {
      return false
    }
    return true
  }

  /// Whether a backslash that is none itself stands before `at`, in a field that begins at `start`.
  private func isEscaped(_ at: Int, from start: Int) -> Bool {
    var first = at
    while first > start, bytes[first - 1] == 0x5C { first -= 1 }
    return (at - first) % 2 == 1
  }

  private func opensField(_ at: Int) -> Bool {
    bytes[at - 1] == lineEnd
      || (at >= dialect.delimiter.count && isDelimiter(at - dialect.delimiter.count))
  }
}
