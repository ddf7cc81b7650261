/// Rows of texts as columns for people.
struct Table {
  /// The heads of the columns; empty: none.
  var head: [String] = []
  /// The rows; the last column is not padded.
  var rows: [[String]]
  /// What stands before each row.
  var indent = ""
  /// Columns that stand at the right.
  var numbers: Set<Int> = []

  /// The widest column but the last.
  private static let limit = 44

  /// The table, a line a row.
  var text: String {
    let all = (head.isEmpty ? [] : [head]) + rows.map { $0.map(Talk.printable) }
    var widths: [Int] = []
    for row in all {
      for (column, text) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], min(text.count, Self.limit))
      }
    }
    return all.map { row in
      var line = indent
      for (column, text) in row.enumerated() {
        let padding = String(repeating: " ", count: max(0, widths[column] - text.count))
        if numbers.contains(column) {
          line += padding + text
        } else {
          line += text + (column == row.count - 1 ? "" : padding)
        }
        if column < row.count - 1 { line += "  " }
      }
      return line + "\n"
    }.joined()
  }
}
