extension TableFinder {
  /// The header below titles, and lines of a name and a value, that are filled up with delimiters to the
  /// table's width.
  ///
  /// Only where it is a header beyond doubt, with words in all columns and values of a type below: then
  /// what stands above it is no record.
  var headerBelowTitles: Int? {
    guard width > 1 else { return nil }
    let isLine = { (row: TableRow) in !row.isBlank && !isComment(row) }
    guard let start = rows.firstIndex(where: { isLine($0) && !isTitle($0) }), start > 0,
      rows[start].width == width, rows[start].filled == width, rows[start].typed == 0
    else { return nil }
    let titles = rows[..<start].filter(isLine)
    // Others are found by their width, and a single word could be a name.
    guard titles.contains(where: { $0.width == width && isTold($0) }) else { return nil }
    let below = rows[(start + 1)...].filter(isLine)
    guard below.count > 1,
      below.count(where: { $0.width == width && !isTitle($0) }) * 2 > below.count
    else { return nil }
    let header = HeaderModel(rows[start], above: below, bytes)
    guard header.score > 2, header.contrasts > 0, header.likeData == 0 else { return nil }
    let other = titles.first.map { HeaderModel($0, above: titles.dropFirst() + below, bytes) }
    return other.map { $0.score < header.score } ?? true ? start : nil
  }

  /// Whether a row may be a title, or a name and a value, filled up to the table's width.
  private func isTitle(_ row: TableRow) -> Bool {
    // A name and a value, or a title and its date; names of groups have no value of a type among them.
    row.reach <= min(2, width - 1) || width > 3 && row.filled <= 2 && row.typed == 1
  }

  /// Whether a title says more than a name would.
  private func isTold(_ row: TableRow) -> Bool {
    row.filled == 2 || row.filled == 1 && row.bytes(0, bytes).contains(0x20)
  }

  /// Whether a row above the first full one, which is no header, holds what rows below hold in its column.
  func hasRecord(above start: Int) -> Bool {
    guard start > 0, rows[start].typed > 0 else { return false }
    let below = rows[start...].prefix(200).filter { $0.width == width }
    return rows[..<start].contains { row in
      guard row.width == width, !isComment(row) else { return false }
      return (0..<width).contains { column in
        switch row.kind(column) {
        case .empty: return false
        case .text, .groups:
          let value = row.bytes(column, bytes)
          return below.contains { $0.bytes(column, bytes) == value }
        case let kind: return rows[start].kind(column) == kind
        }
      }
    }
  }
}
