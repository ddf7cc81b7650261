import Formats

/// Finds dialect, table and header of a delimited text.
enum DelimitedDetector {
  /// Rows that the table is looked for in.
  private static let rowLimit = 2000

  /// Adds the layout and the steps towards it to `findings`.
  ///
  /// - Returns: What other texts may be known by to be such a table, where nothing is in doubt.
  @discardableResult
  static func detect(
    _ text: [UInt8],
    isWhole: Bool,
    _ stated: StatedLayout = StatedLayout(),
    into findings: inout Findings
  ) -> TablePattern? {
    let end = stated.lineEnd ?? DialectFinder.lineEnd(text)
    let lineEnd = end.byte
    var whole = isWhole ? text : wholeLines(text, lineEnd)
    var (start, skippedLines) = skipped(whole, lines: stated.skippedLines ?? 0, lineEnd)
    var stated = stated
    var isInText = false
    if let line = statedDelimiter(whole, from: start, lineEnd), stated.delimiter == nil {
      stated.delimiter = line.delimiter
      isInText = true
      start = line.end
      skippedLines += 1
    }
    var finder = DialectFinder(whole, stated: stated, lineEnd: end, textStart: start)
    let columns = fixedWidth(whole, from: start, stated, finder, end)
    if let columns {
      whole = columns.text
      start = skipped(whole, lines: skippedLines, lineEnd).start
      (stated.delimiter, stated.quote) = ([FixedWidth.delimiter], StatedLayout.Sign.none)
      finder = DialectFinder(whole, stated: stated, lineEnd: end, textStart: start)
    }
    var dialect = finder.best.dialect
    let copy = stated.escape == nil && columns == nil ? CopyEvidence(whole, finder.best) : nil
    if let copy {
      dialect.escape = .copy
      dialect.quote = stated.quote.map(\.byte) ?? copy.quote
      finder.read(whole, as: dialect)
    }
    let limit = min(whole.count, max(start, 1 << 18))
    let best = finder.best
    // A small text was scored as a whole.
    let isScored = best.scan.range == start..<limit && best.scan.rows.count <= rowLimit
    let scan =
      isScored ? best.scan : DialectScan(whole, from: start, to: limit, dialect, rowLimit: rowLimit)
    let width = stated.columns?.count ?? best.extent.width
    let table = TableFinder(
      scan,
      whole,
      width: width,
      kinds: isScored ? best.score.fieldKinds : nil,
      start: provenStart(best),
      stated: stated
    )
    dialect.comment = table.comment
    dialect.isPadded = table.isPadded
    let data = table.dataRow
    let isPast = data >= scan.rows.count
    let dataOffset = isPast ? scan.rows.last?.end ?? start : scan.rows[data].start
    let dataLine =
      isPast
      ? whole[..<dataOffset].reduce(1) { $0 + ($1 == lineEnd ? 1 : 0) }
      : scan.rows[data].line + 1 + skippedLines
    let tableLine =
      table.skippedRows < scan.rows.count ? scan.rows[table.skippedRows].line : 0
    findings.skippedRows = table.skippedRows + skippedLines
    var layout = DelimitedLayout(
      dialect: dialect,
      names: table.names,
      dataOffset: UInt64(dataOffset),
      dataLine: UInt64(dataLine),
      headerRows: table.headerRows,
      preambleLines: tableLine + skippedLines,
      hasTrailingDelimiter: table.hasTrailingDelimiter,
      rows: table.rowModel
    )
    layout.fixedWidth = columns?.widths
    findings.layout = .delimited(layout)
    let preamble = tableLine + (stated.skippedLines ?? 0)
    let steps =
      DelimitedReport(
        finder: finder,
        columns: columns,
        copy: copy,
        table: table,
        preamble: preamble,
        stated: stated,
        isInText: isInText
      ).steps
    findings.steps += steps
    guard isWhole, isScored else { return nil }
    return TablePattern(text, layout, stated, best, steps)
  }

  /// Where the table begins, where that is sure by the bits of the text alone.
  private static func provenStart(_ best: DialectFinder.Candidate) -> Int? {
    let table = best.extent
    guard table.startMargin >= TableExtent.provenBits else { return nil }
    return best.scan.rows[table.rows.lowerBound].start
  }

  /// The columns of fixed places, where they are stated or the text is shortest so.
  private static func fixedWidth(
    _ text: [UInt8],
    from start: Int,
    _ stated: StatedLayout,
    _ finder: DialectFinder,
    _ lineEnd: Dialect.LineEnd
  ) -> FixedWidthFinder? {
    if let widths = stated.widths {
      let columns = FixedWidth(widths: widths)
      return FixedWidthFinder(text, stated: columns, lineEnd: lineEnd)
    }
    if finder.isStated || stated.quote != nil { return nil }
    return FixedWidthFinder(text, from: start, best: finder.best)
  }

  /// Where the text begins behind the lines that are stated to be none of it, and how many they are.
  private static func skipped(
    _ text: [UInt8],
    lines: Int,
    _ lineEnd: UInt8
  ) -> (start: Int, lines: Int) {
    var at = 0
    var count = 0
    while count < lines, at < text.count {
      at = (text[at...].firstIndex(of: lineEnd) ?? text.count - 1) + 1
      count += 1
    }
    return (at, count)
  }

  /// The text up to its last line end; all of it where it has none.
  private static func wholeLines(_ text: [UInt8], _ lineEnd: UInt8) -> [UInt8] {
    guard let last = text.lastIndex(of: lineEnd) else { return text }
    return Array(text[...last])
  }

  /// What a first line `sep=;` states, and where the text behind it begins.
  private static func statedDelimiter(
    _ text: [UInt8],
    from start: Int,
    _ lineEnd: UInt8
  ) -> (delimiter: [UInt8], end: Int)? {
    var line = text[start...].prefix { $0 != lineEnd }
    let end = min(line.endIndex + 1, text.count)
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
