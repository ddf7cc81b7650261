import Bytes
import Records

/// What stands below a table and is none of its records: set aside, never dropped.
extension DelimitedReader {
  /// Rows below a table that are looked at for notes.
  private static var noteLimit: Int { 40 }

  /// Looks at what ends the table once the drop's last block is read.
  func finish(_ block: ByteBlock, _ rows: RowBlock) {
    guard block.isLast, repair != nil else { return }
    nameFooter(rows)
    let last = setAsideTotals(rows)
    guard NoteModel.isLikeNote(last), setAsideNotes(rows) else { return }
    nameFooter(rows)
    setAsideTotals(rows)
  }

  /// The values of the row that is the last then; none where there is no row.
  @discardableResult
  private func setAsideTotals(_ rows: RowBlock) -> [[UInt8]] {
    while rows.count > 0, let repair {
      let fields = rows.fields(ofRow: rows.count - 1)
      guard repair.model.isTotal(fields) else { return fields }
      setAsideLast(rows, fields, "a total below the records")
    }
    return []
  }

  /// Whether rows were set aside that have the table's width by the marks in their sentences.
  private func setAsideNotes(_ rows: RowBlock) -> Bool {
    guard let repair, repair.model.width > 1 else { return false }
    var found: [[[UInt8]]] = []
    while found.count < min(rows.count, Self.noteLimit) {
      let fields = rows.fields(ofRow: rows.count - 1 - found.count)
      guard NoteModel.isLikeNote(fields) else { break }
      found.append(fields)
    }
    let model = NoteModel(repair.model, without: found)
    var notes = model.count(of: found, isApart: true)
    if notes > 0, !isApart(rows.count - notes, rows) {
      notes = model.count(of: found, isApart: false)
    }
    for fields in found.prefix(notes) {
      setAsideLast(rows, fields, "text below the records")
    }
    return notes > 0
  }

  /// Whether an empty line, or a line that is no record, stands between a row and the one before it.
  private func isApart(_ row: Int, _ rows: RowBlock) -> Bool {
    guard row > 0 else { return false }
    let before = rows.fields(ofRow: row - 1)
    let inside = before.reduce(0) { $0 + $1.count { $0 == dialect.lineEnd.byte } }
    return rows.line(ofRow: row) > rows.line(ofRow: row - 1) + UInt64(inside) + 1
  }

  /// Takes the last row back, whose values are `fields`, and what was done to make it one.
  private func setAsideLast(_ rows: RowBlock, _ fields: [[UInt8]], _ found: String) {
    let line = rows.removeLastRow()
    var fields = fields
    if rows.repairs.last?.line == line, let repair = rows.repairs.popLast() {
      fields = repair.before
    }
    rows.rejects.append(
      Reject(line: line, column: 0, code: .footer, found: found, fields: fields)
    )
  }

  /// Rows of another width behind the last record are no records that went wrong.
  private func nameFooter(_ rows: RowBlock) {
    guard !rows.rejects.isEmpty else { return }
    let last = rows.lastLine ?? 0
    let behind = rows.rejects.indices.filter {
      rows.rejects[$0].code == .rowWidth && rows.rejects[$0].line > last
    }
    guard let first = behind.first.map({ rows.rejects[$0] }) else { return }
    let width = first.fields.count
    let isTable =
      behind.count > 1 && width > 1
      && behind.allSatisfy { rows.rejects[$0].fields.count == width }
    // A last record that was cut short is no footer: it begins as records do.
    if behind.count == 1, width > 1, beginsLikeRecord(first.fields) { return }
    for index in behind {
      rows.rejects[index].code = isTable ? .otherTable : .footer
      rows.rejects[index].column = 0
      rows.rejects[index].found =
        isTable ? "a row of another table below this one" : "text below the records"
    }
  }

  private func beginsLikeRecord(_ fields: [[UInt8]]) -> Bool {
    guard let repair, fields.count * 2 >= width || fields.count > width else { return false }
    var fitting = 0
    for (field, column) in zip(fields, repair.model.columns) where column.cost(field[...]).fits {
      fitting += 1
    }
    return fitting * 2 > fields.count
  }
}
