import Formats

/// Finds dialect, table and header of a delimited text.
enum DelimitedDetector {
  /// Adds the layout and the steps towards it to `findings`.
  static func detect(_ text: [UInt8], isWhole: Bool, into findings: inout Findings) {
    let lineEnd = DialectFinder.lineEnd(text).byte
    let whole = isWhole ? text : wholeLines(text, lineEnd)
    let stated = statedDelimiter(whole, lineEnd)
    let start = stated?.end ?? 0
    let finder = DialectFinder(whole, stated: stated?.delimiter, textStart: start)
    var dialect = finder.best.dialect
    let end = min(whole.count, 1 << 18)
    let scan = DialectScan(whole, from: start, to: end, dialect, rowLimit: 2000)
    let table = TableFinder(scan, whole, width: finder.best.score.width)
    dialect.comment = table.comment
    let statedLines = stated == nil ? 0 : 1
    let data = table.dataRow
    let isPast = data >= scan.rows.count
    let dataOffset = isPast ? scan.rows.last?.end ?? start : scan.rows[data].start
    let dataLine =
      isPast
      ? whole[..<dataOffset].reduce(1) { $0 + ($1 == lineEnd ? 1 : 0) }
      : scan.rows[data].line + 1 + statedLines
    let tableLine =
      table.skippedRows < scan.rows.count ? scan.rows[table.skippedRows].line : 0
    findings.skippedRows = table.skippedRows + statedLines
    findings.layout = .delimited(
      DelimitedLayout(
        dialect: dialect,
        names: table.names,
        dataOffset: UInt64(dataOffset),
        dataLine: UInt64(dataLine),
        headerRows: table.headerRows,
        preambleLines: tableLine + statedLines,
        hasTrailingDelimiter: table.hasTrailingDelimiter
      )
    )
    findings.steps += DelimitedReport(finder: finder, table: table, preamble: tableLine).steps
  }

  /// The text up to its last line end; all of it where it has none.
  private static func wholeLines(_ text: [UInt8], _ lineEnd: UInt8) -> [UInt8] {
    guard let last = text.lastIndex(of: lineEnd) else { return text }
    return Array(text[...last])
  }

  /// What a first line `sep=;` states, and where the text behind it begins.
  private static func statedDelimiter(
    _ text: [UInt8],
    _ lineEnd: UInt8
  ) -> (delimiter: [UInt8], end: Int)? {
    var line = text.prefix { $0 != lineEnd }
    let end = min(line.count + 1, text.count)
    if line.last == 0x0D { line.removeLast() }
    if line.count > 2, line.first == 0x22, line.last == 0x22 { line = line.dropFirst().dropLast() }
    guard line.count > 4, line.count <= 12 else { return nil }
    let key = line.prefix(4).map { $0 | 0x20 }
    guard key == Array("sep=".utf8).map({ $0 | 0x20 }), line.dropFirst(3).first == 0x3D else {
      return nil
    }
    return (Array(line.dropFirst(4)), end)
  }
}
