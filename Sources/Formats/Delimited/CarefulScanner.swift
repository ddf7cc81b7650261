import Bytes

/// Reads delimited text a byte at a time, where quotes do not stand where the standard puts them.
///
/// How this works: a quote opens only at a field's start and closes only before a delimiter, a line
/// end or the end. A quote inside that is neither doubled nor closing is content. An opening quote
/// is *stray* when no closing one follows within the limit, or when another quote opens a field on
/// a later line before it closes: then it is an ordinary byte, and its record is rejected, so a
/// stray quote costs one row and never swallows those behind it. In COPY's text the byte behind a
/// backslash is content, whatever it is.
struct CarefulScanner: Sendable {
  /// A field's place; `isQuoted`: the place excludes the quotes.
  struct Field {
    var start: Int
    var end: Int
    var isQuoted: Bool
  }

  /// What lies at a record's start.
  enum Outcome {
    /// A record that ends before `next`; with the offset of a stray quote in it, if there is one.
    case record(next: Int, strayQuote: Int?)
    /// A comment line that ends before `next`.
    case comment(next: Int)
    /// The bytes end before the record does.
    case needsMore
  }

  let delimiter: [UInt8]
  let quote: Int
  let isBackslash: Bool
  let isCopyText: Bool
  let comment: Int
  let lineEnd: UInt8
  let fieldLimit: Int
  let isPadded: Bool

  init(dialect: Dialect, fieldLimit: Int) {
    delimiter = dialect.delimiter
    quote = dialect.quote.map(Int.init) ?? -1
    isBackslash = dialect.escape != .doubled
    isCopyText = dialect.escape == .copy
    comment = dialect.comment.map(Int.init) ?? -1
    lineEnd = dialect.lineEnd.byte
    isPadded = dialect.isPadded
    self.fieldLimit = fieldLimit
  }

  // Safe: every subscript of `bytes`, here and below, stands behind a comparison with its count.

  /// Scans the record at `start`; its fields replace those in `fields`.
  func scan(
    _ bytes: UnsafeBufferPointer<UInt8>,
    from start: Int,
    isLast: Bool,
    fields: inout [Field]
  ) -> Outcome {
    fields.removeAll(keepingCapacity: true)
    var at = start
    var strayQuote: Int?
    if at < bytes.count, unsafe Int(bytes[at]) == comment {
      guard let end = unsafe lineEnd(in: bytes, from: at, isLast: isLast) else { return .needsMore }
      return .comment(next: min(end + 1, bytes.count))
    }
    while true {
      if at < bytes.count, unsafe Int(bytes[at]) == quote {
        switch unsafe close(bytes, opened: at, isLast: isLast) {
        case .at(let end):
          fields.append(Field(start: at + 1, end: end, isQuoted: true))
          at = end + 1
          at = unsafe pastReturns(bytes, at)
          if at >= bytes.count { return .record(next: at, strayQuote: strayQuote) }
          if unsafe bytes[at] == lineEnd { return .record(next: at + 1, strayQuote: strayQuote) }
          at += delimiter.count
          continue
        case .stray: strayQuote = strayQuote ?? at
        case .needsMore: return .needsMore
        }
      }
      let fieldStart = at
      var content = at
      while at < bytes.count, unsafe bytes[at] != lineEnd, unsafe !isDelimiter(bytes, at) {
        if isCopyText, unsafe bytes[at] == CopyText.backslash {
          at = min(at + 2, bytes.count)
          content = at
        } else {
          at += 1
        }
      }
      if at >= bytes.count && !isLast { return .needsMore }
      let isEnd = unsafe at >= bytes.count || bytes[at] == lineEnd
      var fieldEnd = at
      while isEnd, lineEnd == 0x0A, fieldEnd > content, unsafe bytes[fieldEnd - 1] == 0x0D {
        fieldEnd -= 1
      }
      fields.append(
        unsafe isPadded
          ? trimmed(bytes, fieldStart, fieldEnd)
          : Field(start: fieldStart, end: fieldEnd, isQuoted: false)
      )
      if isEnd { return .record(next: min(at + 1, bytes.count), strayQuote: strayQuote) }
      at += delimiter.count
    }
  }

  /// Past the CRs at `start`, where an LF or the end follows them: they belong to the line end.
  private func pastReturns(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    guard lineEnd == 0x0A else { return start }
    var at = start
    while at < bytes.count, unsafe bytes[at] == 0x0D { at += 1 }
    return unsafe at == bytes.count || bytes[at] == 0x0A ? at : start
  }

  /// A field without the spaces that fill its column.
  private func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> Field {
    var (start, end) = (from, to)
    while start < end, unsafe bytes[start] == 0x20 { start += 1 }
    while end > start, unsafe bytes[end - 1] == 0x20 { end -= 1 }
    return Field(start: start, end: end, isQuoted: false)
  }

  private enum Close {
    case at(Int)
    case stray
    case needsMore
  }

  private func close(
    _ bytes: UnsafeBufferPointer<UInt8>,
    opened: Int,
    isLast: Bool
  ) -> Close {
    var at = opened + 1
    var crossedLine = false
    let limit = min(bytes.count, opened + fieldLimit)
    while at < limit {
      let byte = unsafe bytes[at]
      if isBackslash && byte == 0x5C {
        at += 2
        continue
      }
      if byte == lineEnd { crossedLine = true }
      guard Int(byte) == quote else {
        at += 1
        continue
      }
      if at + 1 >= bytes.count { return isLast ? .at(at) : .needsMore }
      let next = unsafe bytes[at + 1]
      if Int(next) == quote && !isBackslash {
        at += 2
        continue
      }
      if next == lineEnd { return .at(at) }
      if next == 0x0D, lineEnd == 0x0A {
        let end = unsafe pastReturns(bytes, at + 1)
        if end == bytes.count && !isLast { return .needsMore }
        if end > at + 1 { return .at(at) }
      }
      if !isLast && at + delimiter.count >= bytes.count { return .needsMore }
      if unsafe isDelimiter(bytes, at + 1) { return .at(at) }
      let opensField = unsafe bytes[at - 1] == lineEnd || endsWithDelimiter(bytes, at)
      if crossedLine && opensField { return .stray }
      at += 1
    }
    return limit == bytes.count && !isLast ? .needsMore : .stray
  }

  private func lineEnd(
    in bytes: UnsafeBufferPointer<UInt8>,
    from start: Int,
    isLast: Bool
  ) -> Int? {
    var at = start
    while at < bytes.count, unsafe bytes[at] != lineEnd { at += 1 }
    return at < bytes.count || isLast ? at : nil
  }

  @inline(__always)
  private func isDelimiter(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
    guard at + delimiter.count <= bytes.count, unsafe bytes[at] == delimiter[0] else {
      return false
    }
    for k in 1..<max(delimiter.count, 1) where unsafe bytes[at + k] != delimiter[k] { return false }
    return true
  }

  private func endsWithDelimiter(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int) -> Bool {
    guard end >= delimiter.count else { return false }
    return unsafe isDelimiter(bytes, end - delimiter.count)
  }
}
