extension TableFinder {
  /// Whether the fields are filled up with spaces to their columns' widths.
  ///
  /// In each column that holds a space at a field's edge, all fields are as long as those or longer:
  /// content seldom is. Most columns must be so, or the spaces could be content.
  var hasFilledFields: Bool {
    let body = rows.filter { $0.width == width && !isComment($0) }.prefix(200)
    guard width > 1, body.count > 2, body.contains(where: hasSpace) else { return false }
    var padded = 0
    var plain = 0
    for column in 0..<width {
      if isFilled(column, body) { padded += 1 } else { plain += 1 }
    }
    return padded > plain && padded > 1
  }

  /// Whether a space stands at the edge of one of a row's fields.
  private func hasSpace(_ row: TableRow) -> Bool {
    row.fields.contains { field in
      field.end > field.start && !field.isQuoted
        && (bytes[field.start] == 0x20 || bytes[field.end - 1] == 0x20)
    }
  }

  private func isFilled(_ column: Int, _ body: ArraySlice<TableRow>) -> Bool {
    var filled: Set<Int> = []
    var shortest = Int.max
    for row in body {
      let field = row.fields[row.fields.startIndex + column]
      let length = field.end - field.start
      if field.isQuoted { continue }
      shortest = min(shortest, length)
      guard length > 0 else { continue }
      if bytes[field.start] == 0x20 || bytes[field.end - 1] == 0x20 { filled.insert(length) }
    }
    return filled.count == 1 && filled.first.map { shortest >= $0 } ?? false
  }
}
