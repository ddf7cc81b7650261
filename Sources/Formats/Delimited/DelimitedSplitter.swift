import Bytes
import CKernels

/// Cuts delimited text into blocks of whole records, exactly: quotes are followed, never guessed.
public struct DelimitedSplitter: RecordSplitter {
  private let kernel: dm_dialect
  private let dialect: Dialect
  private let scanner: CarefulScanner
  private let recordLimit: Int
  private var toSkip: UInt64
  private var line: UInt64
  /// The line that ends COPY's table lies before.
  private var isBehind = false

  /// A splitter at the content's beginning; it skips to the layout's first data row.
  public init(layout: DelimitedLayout, limits: FormatLimits = FormatLimits()) {
    kernel = layout.dialect.kernel
    dialect = layout.dialect
    scanner = CarefulScanner(dialect: layout.dialect, fieldLimit: limits.fieldBytes)
    recordLimit = limits.recordBytes
    toSkip = layout.dataOffset
    line = layout.dataLine
  }

  /// Where the whole records in `bytes` begin and end; see `RecordSplitter.split`.
  public mutating func split(
    _ bytes: UnsafeBufferPointer<UInt8>,
    isLast: Bool
  ) throws(FormatError) -> Split {
    let skipped = Int(min(toSkip, UInt64(bytes.count)))
    toSkip -= UInt64(skipped)
    if skipped == bytes.count {
      return Split(start: skipped, end: skipped, next: skipped, firstLine: line)
    }
    let rest = unsafe UnsafeBufferPointer(rebasing: unsafe bytes[skipped...])
    if isBehind { return unsafe splitLines(rest, skipped: skipped, isLast: isLast) }
    guard dialect.escape == .copy else {
      return try unsafe split(rest, skipped, isLast: isLast, isSimple: dialect.isSimple)
    }
    let look = unsafe CopyLook(rest, dialect, isLast: isLast)
    let isSimple = dialect.isSimple && !look.isIrregular
    guard let end = look.end else {
      return try unsafe split(rest, skipped, isLast: isLast, isSimple: isSimple)
    }
    let table = unsafe UnsafeBufferPointer(rebasing: unsafe rest[..<end])
    var split = try unsafe split(table, skipped, isLast: true, isSimple: isSimple)
    split.isLast = isLast && end == rest.count
    isBehind = true
    return split
  }

  /// Where the whole records end in `bytes`, which begin with one.
  private mutating func split(
    _ rest: UnsafeBufferPointer<UInt8>,
    _ skipped: Int,
    isLast: Bool,
    isSimple: Bool
  ) throws(FormatError) -> Split {
    guard isSimple, let base = rest.baseAddress else {
      return try unsafe splitCarefully(rest, skipped: skipped, isLast: isLast)
    }
    // Safe: the kernel reads at most 64 bytes past the end, which the contract makes readable.
    let found = unsafe dm_split_records(base, rest.count, kernel)
    guard found.regular, !(isLast && found.open),
      found.end > 0 || rest.count <= recordLimit || isLast
    else {
      return try unsafe splitCarefully(rest, skipped: skipped, isLast: isLast)
    }
    let end = isLast ? rest.count : found.end
    var split = Split(
      start: skipped,
      end: skipped + end,
      next: skipped + end,
      firstLine: line
    )
    split.isLast = isLast
    line += found.lines
    return split
  }

  /// The whole lines of what lies behind the table.
  private mutating func splitLines(
    _ bytes: UnsafeBufferPointer<UInt8>,
    skipped: Int,
    isLast: Bool
  ) -> Split {
    let last = unsafe bytes.lastIndex(of: kernel.line_end).map { $0 + 1 } ?? 0
    // A line too long to wait for is told of in parts.
    let isAll = isLast || last == 0 && bytes.count > recordLimit
    let end = skipped + (isAll ? bytes.count : last)
    var split = Split(start: skipped, end: end, next: end, firstLine: line)
    split.surroundings.isBehind = true
    split.isLast = isLast
    for at in 0..<last where unsafe bytes[at] == kernel.line_end { line += 1 }
    return split
  }

  private mutating func splitCarefully(
    _ bytes: UnsafeBufferPointer<UInt8>,
    skipped: Int,
    isLast: Bool
  ) throws(FormatError) -> Split {
    var fields: [CarefulScanner.Field] = []
    var end = 0
    scanning: while end < bytes.count {
      switch unsafe scanner.scan(bytes, from: end, isLast: isLast, fields: &fields) {
      case .record(let next, _), .comment(let next): end = next
      case .needsMore: break scanning
      }
    }
    if end == 0 && bytes.count > recordLimit {
      throw .recordTooLong(line: line, limit: recordLimit)
    }
    var split = Split(
      start: skipped,
      end: skipped + end,
      next: skipped + end,
      firstLine: line,
      isIrregular: true
    )
    split.isLast = isLast && end == bytes.count
    for at in 0..<end where unsafe bytes[at] == kernel.line_end { line += 1 }
    return split
  }
}

extension Dialect {
  /// One byte between fields, quotes doubled or COPY's text without quotes, no comments, no padding:
  /// what the kernel can index.
  var isSimple: Bool {
    delimiter.count == 1 && (escape == .doubled || escape == .copy && quote == nil)
      && comment == nil && delimiter[0] != quote && !isPadded
  }

  var kernel: dm_dialect {
    dm_dialect(
      delimiter: delimiter[0],
      quote: quote ?? 0,
      line_end: lineEnd.byte,
      has_quote: quote != nil
    )
  }
}
