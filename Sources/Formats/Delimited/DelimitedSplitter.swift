import Bytes
import CKernels

/// Cuts delimited text into blocks of whole records, exactly: quotes are followed, never guessed.
public struct DelimitedSplitter: RecordSplitter {
  private let kernel: dm_dialect
  private let isSimple: Bool
  private let scanner: CarefulScanner
  private let recordLimit: Int
  private var toSkip: UInt64
  private var line: UInt64

  /// A splitter at the content's beginning; it skips to the layout's first data row.
  public init(layout: DelimitedLayout, limits: FormatLimits = FormatLimits()) {
    kernel = layout.dialect.kernel
    isSimple = layout.dialect.isSimple
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
  /// One byte between fields, quotes doubled, no comments, no padding: what the kernel can index.
  var isSimple: Bool {
    delimiter.count == 1 && escape == .doubled && comment == nil && delimiter[0] != quote
      && !isPadded
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
