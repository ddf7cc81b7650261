import Records

// Safe: cells of committed rows lie below `count * width`, their bytes in the block or in scratch.
extension RowBlock {
  /// Makes rejects of the rows that hold bytes which are not UTF-8, and mends the texts of rejects.
  ///
  /// A reject names the place; its own fields have U+FFFD there. Text that was decoded from another
  /// `encoding` has marks where that did not go.
  public func rejectInvalidText(encoding: TextEncoding) {
    for index in rejects.indices { rejects[index].fields = rejects[index].fields.map(Self.mended) }
    var spoilt: Set<UInt64> = []
    removeRows { row in
      guard let reject = invalidText(inRow: row, encoding) else { return false }
      spoilt.insert(reject.line)
      rejects.append(reject)
      return true
    }
    guard !spoilt.isEmpty else { return }
    rejects.sort { $0.line < $1.line }
    repairs.removeAll { spoilt.contains($0.line) }
  }

  /// The reject of a row whose cells are not all UTF-8; nil where they are.
  private func invalidText(inRow row: Int, _ encoding: TextEncoding) -> Reject? {
    for column in 0..<width {
      let cell = unsafe cells[row * width + column]
      if cell.isAbsent { continue }
      let bytes = unsafe UnsafeBufferPointer(start: bytes(of: cell), count: cell.length)
      var validator = UTF8Validator()
      if unsafe validator.update(bytes) && validator.finish() { continue }
      let place = Int(validator.mistake ?? 0)
      let found: String
      if encoding == .utf8 {
        let byte = unsafe String(bytes[place], radix: 16, uppercase: true)
        found = "byte \(place + 1) of field \(column + 1) is 0x\(byte), which is not UTF-8 there"
      } else {
        let before = unsafe String(decoding: bytes[..<place], as: UTF8.self).unicodeScalars.count
        found = "character \(before + 1) of field \(column + 1) is none of \(encoding.name)"
      }
      return Reject(
        line: unsafe firstLine + UInt64(lines[row]),
        column: UInt32(column + 1),
        code: .invalidEncoding,
        found: found,
        fields: fields(ofRow: row).map(Self.mended)
      )
    }
    return nil
  }

  private static func mended(_ text: [UInt8]) -> [UInt8] {
    TextEncoding.validUTF8(text) == text.count
      ? text : Array(String(decoding: text, as: UTF8.self).utf8)
  }
}
