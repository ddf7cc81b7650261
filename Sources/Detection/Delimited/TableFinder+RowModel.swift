import Bytes
import Formats

extension TableFinder {
  /// What the table's rows look like, for judging those that are not regular.
  var rowModel: RowModel? {
    let columns = names.count
    // Programs write COPY's text, and no total, note or stray quote with it.
    guard columns > 1, scan.dialect.escape != .copy, dataRow < rows.count, !isRagged else {
      return nil
    }
    var model = RowModel(width: columns) { list(in: &$0) }
    for row in rows[skippedRows..<dataRow].prefix(headerRows) where row.filled > 1 {
      model.headers.append((0..<row.width).map { Array(name(row, $0).utf8) })
      model.headerLength = length(of: row)
    }
    return model
  }

  /// Adds the table's regular rows to a model's.
  private func list(in model: inout RowModel.Rows) {
    for row in rows[dataRow...].lazy.filter({ $0.width == width }).prefix(RowModel.rowLimit) {
      guard !row.isBlank, !isComment(row), !hasLooseQuote(row) else { continue }
      let place = scan.rows[row.index]
      model.add(bytes[place.start..<place.end]) { row.place($0, bytes) }
    }
  }

  /// Whether a quote stands in a text: such a row may be odd itself, and is nothing to learn from.
  private func hasLooseQuote(_ row: TableRow) -> Bool {
    let place = scan.rows[row.index]
    guard let quote = scan.dialect.quote,
      bytes.firstPlace(of: quote, or: quote, in: place.start..<place.end) < place.end
    else { return false }
    return row.fields.contains { field in
      !field.isQuoted
        && bytes.firstPlace(of: quote, or: quote, in: field.start..<field.end) < field.end
    }
  }

  /// Whether so many rows have another width that there is none to mend them to.
  ///
  /// A quarter of all rows, by the lower end of the share that the rows looked at allow for (two
  /// standard errors): a few short rows in a small file are no proof.
  private var isRagged: Bool {
    let body = rows[dataRow...].filter { !$0.isBlank && !isComment($0) }
    guard !body.isEmpty else { return false }
    let all = Double(body.count)
    let share = Double(body.count { $0.width != width }) / all
    return share - 2 * (share * (1 - share) / all).squareRoot() > 0.25
  }

  /// Bytes of a row as it stands, without its line end.
  private func length(of row: TableRow) -> Int {
    let place = scan.rows[row.index]
    var end = place.end
    while end > place.start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return end - place.start
  }
}
