public import Bytes
import CKernels
import Records

/// Reads blocks of delimited text into rows.
///
/// How this works: one kernel lists the offsets of all delimiters and line ends outside quotes and
/// marks the bytes that need care (escapes, quotes, control bytes) with one bit each; another makes
/// rows of them. A cell is the span between two offsets; whether it needs unescaping is a look at the
/// marks, not at its bytes. Records that do not stand as the table's others do are taken here.
@safe
public final class DelimitedReader: RecordReader, @unchecked Sendable {
  // Sendable because a reader has one owner at a time: its worker.
  let dialect: Dialect
  let width: Int
  private let hasTrailingDelimiter: Bool
  private let kernel: dm_dialect
  private let scanner: CarefulScanner
  let fieldLimit: Int
  private let index = FieldIndex()
  /// The fields of the record under way.
  var fields: [CarefulScanner.Field] = []
  /// Judges records that do not stand as the others do.
  let repair: RowRepair?
  /// Bytes of the header, as long as which rows are looked at; -1 where none is.
  private let headerLength: Int

  /// A reader of tables of that layout.
  public init(layout: DelimitedLayout, limits: FormatLimits = FormatLimits()) {
    dialect = layout.dialect
    width = max(layout.names.count, 1)
    kernel = layout.dialect.kernel
    fieldLimit = limits.fieldBytes
    scanner = CarefulScanner(dialect: layout.dialect, fieldLimit: limits.fieldBytes)
    hasTrailingDelimiter = layout.hasTrailingDelimiter
    repair = layout.rows.map { RowRepair(model: $0, dialect: layout.dialect) }
    headerLength = layout.rows?.headerLength ?? -1
  }

  /// Reads every record of `block` into `rows`; see `RecordReader.read`.
  public func read(_ block: ByteBlock, into rows: RowBlock) {
    rows.begin(block: block, width: width)
    if block.surroundings.isBehind { return setAsideLines(block, into: rows) }
    if block.isIrregular || !dialect.isSimple {
      readCarefully(block, into: rows)
    } else {
      readIndexed(block, into: rows)
    }
    if isCopyText { decodeCopyText(rows) }
    if block.isLast { finish(block, rows) }
  }

  private func readIndexed(_ block: ByteBlock, into rows: RowBlock) {
    let count = block.count
    guard count > 0 else { return }
    // Safe: the block's storage has 64 readable bytes past `end`, rows and scratch have the room that
    // the kernel is told of, and each round tells it anew.
    let bytes = unsafe UnsafePointer(block.storage.base + block.start)
    unsafe index.list(bytes, count, kernel)
    var fields = unsafe dm_fields(
      bytes: bytes,
      start: UInt32(block.start),
      places: index.places,
      ends: index.ends,
      end_count: index.endCount,
      care: index.care,
      line_end: kernel.line_end,
      quote: kernel.quote,
      has_quote: kernel.has_quote,
      width: width,
      header_length: headerLength,
      field_limit: fieldLimit
    )
    var reading = unsafe dm_reading()
    while true {
      unsafe reading.cells = unsafe UnsafeMutableRawPointer(rows.cells)
        .assumingMemoryBound(to: dm_cell.self)
      unsafe reading.row_lines = unsafe rows.lines
      unsafe reading.row_count = rows.count
      unsafe reading.row_room = rows.room
      unsafe reading.scratch = rows.scratch.base
      unsafe reading.scratch_count = rows.scratch.count
      unsafe reading.scratch_room = rows.scratch.capacity
      let answer = unsafe dm_read_rows(&fields, &reading)
      unsafe rows.take(count: reading.row_count)
      unsafe rows.scratch.count = reading.scratch_count
      switch answer {
      case DM_READ: return
      case DM_ODD_RECORD: unsafe takeOddRecord(block, &reading, rows)
      case DM_LIKE_HEADER: setAsideHeader(rows)
      case DM_ROWS_FULL: rows.makeRoom()
      default: rows.scratch.reserve(count)
      }
    }
  }

  /// Takes a record of another width, whole where what is over is empty, or one whose fields may be too
  /// long; else it is a reject.
  @inline(never)
  private func takeOddRecord(_ block: ByteBlock, _ reading: inout dm_reading, _ rows: RowBlock) {
    // Safe: the index lists offsets of the block's bytes.
    let bytes = unsafe UnsafeBufferPointer(
      start: block.storage.base + block.start,
      count: block.count
    )
    let last = unsafe Int(index.ends[reading.record])
    var at = unsafe reading.at
    let start = at
    fields.removeAll(keepingCapacity: true)
    for place in unsafe reading.field...last {
      let end = unsafe Int(index.places[place])
      var stop = end
      if place == last, kernel.line_end == 0x0A {
        while unsafe stop > at && bytes[stop - 1] == 0x0D { stop -= 1 }
      }
      let isQuoted = unsafe stop > at + 1 && kernel.has_quote && bytes[at] == kernel.quote
      fields.append(
        isQuoted
          ? .init(start: at + 1, end: stop - 1, isQuoted: true)
          : .init(start: at, end: stop, isQuoted: false)
      )
      at = end + 1
    }
    let end = min(at, block.count)
    let line = unsafe reading.line
    unsafe take(bytes, start, end, nil, block.start, line, rows)
    unsafe reading.line = line + countLineEnds(bytes, start, end)
    unsafe reading.record += 1
    unsafe reading.field = last + 1
    unsafe reading.at = at
  }

  private func readCarefully(_ block: ByteBlock, into rows: RowBlock) {
    // Safe: the view ends where the block does, and the block outlives the call.
    let bytes = unsafe UnsafeBufferPointer(
      start: block.storage.base + block.start,
      count: block.count
    )
    var at = 0
    var line = 0
    while at < bytes.count {
      let begin = at
      switch unsafe scanner.scan(bytes, from: at, isLast: true, fields: &fields) {
      case .comment(let next):
        at = next
        unsafe setAsideComment(bytes[begin..<next], line: line, rows)
      case .record(let next, let strayQuote):
        at = next
        if fields.count > 1 || fields.first.map({ $0.end > $0.start || $0.isQuoted }) == true {
          unsafe take(bytes, begin, next, strayQuote, block.start, line, rows)
        }
      case .needsMore: at = bytes.count
      }
      unsafe line += countLineEnds(bytes, begin, at)
    }
  }

  /// Whether there are as many fields as columns; nothing may follow them that holds something.
  var hasWidth: Bool {
    if fields.count == width { return true }
    guard fields.count > width, hasTrailingDelimiter || repair == nil || width == 1 else {
      return false
    }
    return fields[width...].allSatisfy { $0.end <= $0.start }
  }

  /// Makes a row of `fields`, which are as many as the columns, or more.
  func takeFields(
    _ bytes: UnsafeBufferPointer<UInt8>,
    blockStart: Int,
    line: Int,
    _ rows: RowBlock
  ) {
    let row = unsafe rows.nextRow()
    for column in 0..<width {
      let field = fields[column]
      let length = field.end - field.start
      if length <= 0 {
        unsafe row[column] = .absent
        continue
      }
      let text = unsafe UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
      if field.isQuoted, !isCopyText, unsafe text.contains(where: { isEscape($0) }) {
        let begin = rows.scratch.count
        unsafe unescape(text) { rows.scratch.append($0) }
        unsafe row[column] = Cell(
          scratchOffset: begin,
          length: rows.scratch.count - begin,
          kind: .text
        )
      } else {
        unsafe row[column] = Cell(
          offset: blockStart + field.start,
          length: length,
          kind: .text
        )
      }
    }
    rows.commitRow(line: line)
  }

  private func countLineEnds(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var lines = 0
    for at in start..<end where unsafe bytes[at] == kernel.line_end { lines += 1 }
    return lines
  }

  private func isEscape(_ byte: UInt8) -> Bool {
    dialect.escape == .backslash ? byte == 0x5C : byte == dialect.quote
  }

  /// Hands on the bytes of a quoted field without its escapes.
  func unescape(_ text: UnsafeBufferPointer<UInt8>, _ take: (UInt8) -> Void) {
    var at = 0
    while at < text.count {
      let byte = unsafe text[at]
      let isLast = at + 1 == text.count
      if isEscape(byte), !isLast {
        let next = unsafe text[at + 1]
        if dialect.escape == .backslash || next == byte {
          take(next)
          at += 2
          continue
        }
      }
      take(byte)
      at += 1
    }
  }
}
