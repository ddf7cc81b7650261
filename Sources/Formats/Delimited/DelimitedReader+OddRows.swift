import Bytes
import Records

/// Records that do not stand as the table's others do: repaired, set aside, or rejected.
extension DelimitedReader {
  // Safe: fields lie within the record that they were found in, and that within `bytes`; the cells of
  // a row are as many as the columns.

  /// Takes the record in `fields`: one as the others, an odd one, or delimiters alone, which is none.
  func take(
    _ bytes: UnsafeBufferPointer<UInt8>,
    _ start: Int,
    _ end: Int,
    _ strayQuote: Int?,
    _ blockStart: Int,
    _ line: Int,
    _ rows: RowBlock
  ) {
    if fields.allSatisfy({ $0.end <= $0.start && !$0.isQuoted }) { return }
    if isCopyText, fields.count == 1, unsafe isEnd(bytes[fields[0].start..<fields[0].end]) {
      rows.rejects.append(endingLine(rows.firstLine + UInt64(line)))
      return
    }
    let isLong = fields.contains { $0.end - $0.start > fieldLimit }
    guard strayQuote == nil, !isLong, hasWidth else {
      return unsafe takeOddRow(bytes, start, end, strayQuote: strayQuote, line: line, rows)
    }
    if fields.count == width, unsafe hasQuoteInText(bytes),
      let reading = unsafe otherReading(bytes, start, end)
    {
      let before = unsafe texts(bytes)
      let place = rows.firstLine + UInt64(line)
      add(reading, line: line, Repair(line: place, kinds: [], before: before, after: []), rows)
      return
    }
    unsafe takeFields(bytes, blockStart: blockStart, line: line, rows)
    if let header = repair?.model.headers.first?.first,
      fields[0].end - fields[0].start == header.count
    {
      setAsideHeader(rows)
    }
  }

  /// Takes the record between `start` and `end`, whose fields are in `fields`.
  func takeOddRow(
    _ bytes: UnsafeBufferPointer<UInt8>,
    _ start: Int,
    _ end: Int,
    strayQuote: Int?,
    line: Int,
    _ rows: RowBlock
  ) {
    var reject = unsafe reason(bytes, strayQuote: strayQuote, line: line, rows)
    if fields.count == 1, reject.fields[0].isRule {
      reject.code = .rule
      reject.column = 0
      reject.found = "a line drawn between rows"
      rows.rejects.append(reject)
      return
    }
    if let repair, reject.code != .fieldTooLong {
      if repair.model.isHeader(reject.fields) {
        rows.rejects.append(Self.repeatedHeader(reject))
        return
      }
      let raw = unsafe Array(bytes[start..<end])
      let parsed = zip(fields, reject.fields).map {
        RowReading.Field(bytes: $1, isQuoted: $0.isQuoted)
      }
      if let reading = repair.read(raw, fields: parsed, isStray: strayQuote != nil) {
        let repair = Repair(line: reject.line, kinds: [], before: reject.fields, after: [])
        add(reading, line: line, repair, rows)
        return
      }
    }
    rows.rejects.append(reject)
  }

  /// Takes the rows of a reading, and says what was done.
  private func add(_ reading: RowRepair.Reading, line: Int, _ begun: Repair, _ rows: RowBlock) {
    var repair = begun
    for fields in reading.rows { append(fields, line: line, rows) }
    repair.after = Array(reading.rows.joined())
    repair.kinds = reading.kinds.reduce(into: []) { all, kind in
      if !all.contains(kind) { all.append(kind) }
    }
    rows.repairs.append(repair)
  }

  /// Whether quotes stand inside two texts, behind something in the first and at the second's end:
  /// a delimiter may be missing before the first.
  private func hasQuoteInText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let quote = dialect.quote, repair != nil else { return false }
    var hasOpening = false
    for field in fields where !field.isQuoted && field.end > field.start + 1 {
      if hasOpening, unsafe bytes[field.end - 1] == quote { return true }
      if unsafe bytes[(field.start + 1)..<field.end].contains(quote) { hasOpening = true }
    }
    return false
  }

  /// The reading that is clearly likelier than the one in `fields`, which has the right width.
  private func otherReading(
    _ bytes: UnsafeBufferPointer<UInt8>,
    _ start: Int,
    _ end: Int
  ) -> RowRepair.Reading? {
    let raw = unsafe Array(bytes[start..<end])
    let fields = unsafe zip(fields, texts(bytes)).map {
      RowReading.Field(bytes: $1, isQuoted: $0.isQuoted)
    }
    guard let reading = repair?.read(raw, fields: fields, isStray: false),
      reading.rows != [fields.map(\.bytes)]
    else { return nil }
    return reading
  }

  private func append(_ fields: [[UInt8]], line: Int, _ rows: RowBlock) {
    let row = unsafe rows.nextRow()
    for column in 0..<width {
      let field = column < fields.count ? fields[column] : []
      if field.isEmpty {
        unsafe row[column] = .absent
        continue
      }
      let begin = rows.scratch.count
      rows.scratch.append(contentsOf: field)
      unsafe row[column] = Cell(scratchOffset: begin, length: field.count, kind: .text)
    }
    rows.commitRow(line: line)
  }

  private static func repeatedHeader(_ reject: Reject) -> Reject {
    var reject = reject
    reject.code = .repeatedHeader
    reject.column = 0
    reject.found = "the header once more"
    return reject
  }

  /// The last row, of the right width, was the header's bytes' length: set aside where it is one.
  func setAsideHeader(_ rows: RowBlock) {
    guard let repair, rows.count > 0 else { return }
    let fields = rows.fields(ofRow: rows.count - 1)
    guard repair.model.isHeader(fields) else { return }
    let line = rows.removeLastRow()
    rows.rejects.append(
      Self.repeatedHeader(
        Reject(line: line, column: 0, code: .repeatedHeader, found: "", fields: fields)
      )
    )
  }

  /// A comment line is no record, but it is not lost either.
  func setAsideComment(_ text: Slice<UnsafeBufferPointer<UInt8>>, line: Int, _ rows: RowBlock) {
    var bytes = unsafe Array(text)
    while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
    rows.rejects.append(
      Reject(
        line: rows.firstLine + UInt64(line),
        column: 0,
        code: .comment,
        found: "a comment between records",
        fields: [bytes]
      )
    )
  }

  /// Why the record in `fields` is none of the table's.
  func reason(
    _ bytes: UnsafeBufferPointer<UInt8>,
    strayQuote: Int?,
    line: Int,
    _ rows: RowBlock
  ) -> Reject {
    let longest = fields.map { $0.end - $0.start }.max() ?? 0
    let code: RejectCode
    let found: String
    var column = 0
    if let strayQuote {
      code = .strayQuote
      column = (fields.firstIndex { $0.start == strayQuote } ?? 0) + 1
      found = "a quote opens field \(column) and does not close before another opens"
    } else if longest > fieldLimit {
      code = .fieldTooLong
      column = (fields.firstIndex { $0.end - $0.start > fieldLimit } ?? 0) + 1
      found = "a field of \(longest) bytes, the limit is \(fieldLimit)"
    } else {
      code = .rowWidth
      column = min(fields.count, width) + (fields.count > width ? 1 : 0)
      found = "\(fields.count) fields, the header has \(width)"
    }
    return Reject(
      line: rows.firstLine + UInt64(line),
      column: UInt32(column),
      code: code,
      found: found,
      fields: unsafe texts(bytes)
    )
  }

  /// The texts of the fields at hand, without escapes.
  private func texts(_ bytes: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
    fields.map { field -> [UInt8] in
      guard field.end > field.start else { return [] }
      let text = unsafe UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
      guard field.isQuoted, !isCopyText else { return unsafe Array(text) }
      var out: [UInt8] = []
      unsafe unescape(text) { out.append($0) }
      return out
    }
  }
}
