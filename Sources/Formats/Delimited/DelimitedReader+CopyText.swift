import Bytes
import Records

/// Text as COPY writes it: its escapes, its nulls, and the line that ends its table.
extension DelimitedReader {
  // Safe: the cells of committed rows lie below `count * width`, their bytes in the block, which
  // scratch's growth does not move.

  /// Whether backslashes have COPY's meaning.
  var isCopyText: Bool { dialect.escape == .copy }

  /// Puts what the cells say in place of what stands in them; rows that say no text are rejected.
  func decodeCopyText(_ rows: RowBlock) {
    let held = rows.rejects.count
    rows.removeRows { row in
      for column in 0..<width {
        let cell = unsafe rows.cells[row * width + column]
        guard cell.kind == .text else { continue }
        let raw = unsafe UnsafeBufferPointer(start: rows.bytes(of: cell), count: cell.length)
        guard unsafe raw.contains(CopyText.backslash) else { continue }
        if width == 1, unsafe isEnd(raw[...]) {
          rows.rejects.append(endingLine(unsafe rows.firstLine + UInt64(rows.lines[row])))
          return true
        }
        if unsafe raw.elementsEqual(CopyText.null) {
          unsafe rows.cells[row * width + column] = .absent
          continue
        }
        guard let decoded = unsafe decode(raw, rows) else {
          rows.rejects.append(noText(rows, row, column))
          return true
        }
        unsafe rows.cells[row * width + column] = decoded
      }
      return false
    }
    if rows.rejects.count > held { rows.rejects.sort { $0.line < $1.line } }
  }

  /// What a cell says, in scratch; nil where the bytes that it is written in are no text.
  private func decode(_ raw: UnsafeBufferPointer<UInt8>, _ rows: RowBlock) -> Cell? {
    let begin = rows.scratch.count
    var hasNumber = false
    var at = 0
    while at < raw.count {
      let (byte, isNumber) = unsafe CopyText.next(raw, &at)
      rows.scratch.append(byte)
      if isNumber, byte >= 0x80 { hasNumber = true }
    }
    let length = rows.scratch.count - begin
    if hasNumber {
      var validator = UTF8Validator()
      let text = unsafe UnsafeBufferPointer(start: rows.scratch.base + begin, count: length)
      guard unsafe validator.update(text), validator.finish() else { return nil }
    }
    return Cell(scratchOffset: begin, length: length, kind: .text)
  }

  private func noText(_ rows: RowBlock, _ row: Int, _ column: Int) -> Reject {
    Reject(
      line: unsafe rows.firstLine + UInt64(rows.lines[row]),
      column: UInt32(column + 1),
      code: .invalidEncoding,
      found: "the escapes of field \(column + 1) stand for bytes that are not UTF-8",
      fields: rows.fields(ofRow: row)
    )
  }

  /// Whether the only field of a line ends the table; quotes are MySQL's, which writes no such line.
  func isEnd(_ field: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    unsafe isCopyText && dialect.quote == nil && field.elementsEqual(CopyText.end)
  }

  /// The reject of the line that ends the table.
  func endingLine(_ line: UInt64) -> Reject {
    let found = #"\. ends the table"#
    return Reject(line: line, column: 0, code: .footer, found: found, fields: [CopyText.end])
  }

  /// Sets aside the lines behind the one that ends the table.
  func setAsideLines(_ block: ByteBlock, into rows: RowBlock) {
    // Safe: the view ends where the block does, and the block outlives the call.
    let bytes = unsafe UnsafeBufferPointer(
      start: block.storage.base + block.start,
      count: block.count
    )
    let lines = unsafe Array(bytes).split(
      separator: dialect.lineEnd.byte,
      omittingEmptySubsequences: false
    )
    var line = block.firstLine
    for var text in lines.map(Array.init) {
      while text.last == 0x0D { text.removeLast() }
      if !text.isEmpty {
        let found = #"text below the line \. that ends the table"#
        rows.rejects.append(
          Reject(line: line, column: 0, code: .footer, found: found, fields: [text])
        )
      }
      line += 1
    }
  }
}
