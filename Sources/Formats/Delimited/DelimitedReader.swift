public import Bytes
import CKernels
import Records

/// Reads blocks of delimited text into rows.
///
/// How this works: the kernel lists the offsets of all delimiters and line ends outside quotes and
/// marks the bytes that need care (escapes, quotes, control bytes) with one bit each. A cell is the
/// span between two offsets; whether it needs unescaping is a look at the marks, not at its bytes.
@safe
public final class DelimitedReader: RecordReader, @unchecked Sendable {
  // Sendable because a reader has one owner at a time: its worker.
  let dialect: Dialect
  let width: Int
  private let hasTrailingDelimiter: Bool
  private let kernel: dm_dialect
  private let scanner: CarefulScanner
  let fieldLimit: Int
  private var places: [UInt32] = []
  private var care: [UInt64] = []
  /// The fields of the record under way.
  var fields: [CarefulScanner.Field] = []
  /// Judges records that do not stand as the others do.
  let repair: RowRepair?
  /// Bytes of the header, and of a row of delimiters alone; rows as long, or shorter, are looked at.
  private let headerLength: Int
  private let emptyLength: Int

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
    emptyLength = layout.names.count > 1 ? layout.names.count - 1 : -1
  }

  /// Reads every record of `block` into `rows`; see `RecordReader.read`.
  public func read(_ block: ByteBlock, into rows: RowBlock) {
    rows.begin(block: block, width: width)
    if block.isIrregular || !dialect.isSimple {
      readCarefully(block, into: rows)
    } else {
      readIndexed(block, into: rows)
    }
    if block.isLast { finish(block, rows) }
  }

  private func readIndexed(_ block: ByteBlock, into rows: RowBlock) {
    let count = block.count
    guard count > 0 else { return }
    if places.count < count + 65 {
      places = [UInt32](repeating: 0, count: count + 65)
      care = [UInt64](repeating: 0, count: count / 64 + 3)
    }
    // Safe: the block's storage has 64 readable bytes past `end`; `places` and `care` have the room
    // that the kernel asks for, one place more for the last record's missing line end.
    unsafe places.withUnsafeMutableBufferPointer { placesBuffer in
      unsafe care.withUnsafeMutableBufferPointer { careBuffer in
        guard let places = placesBuffer.baseAddress, let care = careBuffer.baseAddress else {
          return
        }
        let base = unsafe block.storage.base + block.start
        var found = unsafe dm_index_fields(base, count, kernel, places, care)
        if unsafe found == 0 || places[found - 1] != UInt32(count - 1)
          || base[count - 1] != kernel.line_end
        {
          unsafe places[found] = UInt32(count)
          found += 1
        }
        let index = unsafe FieldIndex(
          base: base,
          count: count,
          places: places,
          found: found,
          care: care
        )
        readRows(index, start: block.start, into: rows)
      }
    }
  }

  /// What the kernel found in one block.
  @safe
  private struct FieldIndex {
    let base: UnsafeMutablePointer<UInt8>
    let count: Int
    let places: UnsafeMutablePointer<UInt32>
    let found: Int
    let care: UnsafeMutablePointer<UInt64>

    /// Whether the offset ends a record: a line end, or the end of the block.
    @inline(__always)
    func endsRecord(_ place: Int, _ lineEnd: UInt8) -> Bool {
      unsafe place >= count || base[place] == lineEnd
    }

    /// Whether a byte between the offsets needs care.
    @inline(__always)
    func needsCare(_ start: Int, _ end: Int) -> Bool {
      let length = end - start
      let word = start >> 6
      let shift = UInt64(start & 63)
      if length <= 64 {
        // The second shift is split in two because a shift by 64 must give 0.
        let bits = unsafe (care[word] >> shift) | ((care[word + 1] << 1) << (63 - shift))
        return length == 0 ? false : bits << UInt64(64 - length) != 0
      }
      if unsafe care[word] >> shift != 0 { return true }
      for middle in (word + 1)..<(end >> 6) where unsafe care[middle] != 0 { return true }
      let last = UInt64(end & 63)
      return unsafe last != 0 && end >> 6 > word && care[end >> 6] << (64 - last) != 0
    }
  }

  private func readRows(_ index: FieldIndex, start: Int, into rows: RowBlock) {
    let lineEnd = kernel.line_end
    let quote = kernel.has_quote ? Int(kernel.quote) : -1
    let lastColumn = width - 1
    var next = 0
    var fieldStart = 0
    var line = 0
    reading: while next < index.found {
      let firstPlace = unsafe Int(index.places[next])
      if index.endsRecord(firstPlace, lineEnd), isBlank(index, fieldStart, firstPlace) {
        next += 1
        fieldStart = firstPlace + 1
        line += 1
        continue
      }
      let row = unsafe rows.nextRow()
      let recordLine = line
      let recordStart = fieldStart
      for column in 0...lastColumn {
        guard next + column < index.found else {
          rejectRow(index, next, recordStart, start, &next, &fieldStart, recordLine, &line, rows)
          continue reading
        }
        let place = unsafe Int(index.places[next + column])
        let ends = index.endsRecord(place, lineEnd)
        guard ends == (column == lastColumn) else {
          rejectRow(index, next, recordStart, start, &next, &fieldStart, recordLine, &line, rows)
          continue reading
        }
        var end = place
        while unsafe ends && end > fieldStart && index.base[end - 1] == 0x0D && lineEnd == 0x0A {
          end -= 1
        }
        if end == fieldStart {
          unsafe row[column] = .absent
        } else if unsafe Int(index.base[fieldStart]) == quote {
          unsafe row[column] = quotedCell(index, fieldStart + 1, end - 1, start, &line, rows)
        } else {
          let kind: CellKind = index.needsCare(fieldStart, end) ? .text : .plainText
          unsafe row[column] = Cell(
            offset: start + fieldStart,
            length: end - fieldStart,
            kind: kind
          )
        }
        fieldStart = place + 1
      }
      let length = fieldStart - 1 - recordStart
      if length <= emptyLength + 1, holdsNothing(index, recordStart, fieldStart - 1) {
        next += width
        line += 1
        continue
      }
      if length > fieldLimit {
        // One of its fields may be too long: the careful way tells.
        rejectRow(index, next, recordStart, start, &next, &fieldStart, recordLine, &line, rows)
        continue
      }
      rows.commitRow(line: recordLine)
      if length == headerLength || length == headerLength + 1 { setAsideHeader(rows) }
      next += width
      line += 1
    }
  }

  /// An empty line, or one of a lone CR, is no record.
  @inline(__always)
  private func isBlank(_ index: FieldIndex, _ start: Int, _ end: Int) -> Bool {
    unsafe end == start
      || (end == start + 1 && index.base[start] == 0x0D && kernel.line_end == 0x0A)
  }

  /// A row of delimiters alone is no record.
  private func holdsNothing(_ index: FieldIndex, _ start: Int, _ end: Int) -> Bool {
    let last = unsafe end > start && index.base[end - 1] == 0x0D && kernel.line_end == 0x0A
    return end - start - (last ? 1 : 0) == emptyLength
  }

  /// A field between its quotes: absent, as it stands, or unescaped into scratch.
  @inline(__always)
  private func quotedCell(
    _ index: FieldIndex,
    _ start: Int,
    _ end: Int,
    _ blockStart: Int,
    _ line: inout Int,
    _ rows: RowBlock
  ) -> Cell {
    if end <= start { return .absent }
    if !index.needsCare(start, end) {
      return Cell(offset: blockStart + start, length: end - start, kind: .plainText)
    }
    return unsafe unescapedCell(index.base, start, end, blockStart, &line, rows)
  }

  @inline(never)
  private func unescapedCell(
    _ base: UnsafeMutablePointer<UInt8>,
    _ start: Int,
    _ end: Int,
    _ blockStart: Int,
    _ line: inout Int,
    _ rows: RowBlock
  ) -> Cell {
    var hasQuote = false
    for at in start..<end {
      let byte = unsafe base[at]
      if byte == kernel.line_end { line += 1 }
      if byte == kernel.quote { hasQuote = true }
    }
    guard hasQuote else {
      return Cell(offset: blockStart + start, length: end - start, kind: .text)
    }
    let scratch = rows.scratch
    scratch.reserve(end - start)
    let begin = scratch.count
    var at = start
    while at < end {
      let byte = unsafe base[at]
      unsafe scratch.base[scratch.count] = byte
      scratch.count += 1
      at += byte == kernel.quote ? 2 : 1
    }
    return Cell(scratchOffset: begin, length: scratch.count - begin, kind: .text)
  }

  /// Takes a record of another width: whole where what is over is empty, else as a reject.
  @inline(never)
  private func rejectRow(
    _ index: FieldIndex,
    _ first: Int,
    _ recordStart: Int,
    _ blockStart: Int,
    _ next: inout Int,
    _ fieldStart: inout Int,
    _ recordLine: Int,
    _ line: inout Int,
    _ rows: RowBlock
  ) {
    fields.removeAll(keepingCapacity: true)
    var at = recordStart
    var place = first
    line = recordLine
    while place < index.found {
      let end = unsafe Int(index.places[place])
      let ends = index.endsRecord(end, kernel.line_end)
      var stop = end
      while unsafe ends && stop > at && index.base[stop - 1] == 0x0D && kernel.line_end == 0x0A {
        stop -= 1
      }
      let isQuoted = unsafe stop > at + 1 && kernel.has_quote && index.base[at] == kernel.quote
      fields.append(
        isQuoted
          ? .init(start: at + 1, end: stop - 1, isQuoted: true)
          : .init(start: at, end: stop, isQuoted: false)
      )
      at = end + 1
      place += 1
      if ends { break }
    }
    let bytes = unsafe UnsafeBufferPointer(start: index.base, count: index.count)
    unsafe take(bytes, recordStart, min(at, index.count), nil, blockStart, recordLine, rows)
    unsafe line += countLineEnds(bytes, recordStart, min(at, index.count))
    next = place
    fieldStart = at
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
      if field.isQuoted, unsafe text.contains(where: { isEscape($0) }) {
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
