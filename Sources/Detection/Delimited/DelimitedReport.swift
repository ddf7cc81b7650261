import Formats
import Glibc

/// The findings about a delimited text, in words.
struct DelimitedReport {
  /// Format, delimiter, quote, table and header.
  private(set) var steps: [Finding]

  /// - Parameters:
  ///   - finder: The dialect.
  ///   - columns: Where its columns lie, where no delimiter parts them.
  ///   - copy: What shows that it is COPY's text.
  ///   - table: The table.
  ///   - preamble: Lines before it.
  ///   - stated: What was not looked for.
  ///   - isInText: The delimiter was stated by the text itself.
  init(
    finder: DialectFinder,
    columns: FixedWidthFinder? = nil,
    copy: CopyEvidence? = nil,
    table: TableFinder,
    preamble: Int,
    stated: StatedLayout = StatedLayout(),
    isInText: Bool = false
  ) {
    steps = [
      Finding("format", "delimited text", confidence: 0.99),
      columns.map(Self.widths) ?? Self.delimiter(finder, isInText: isInText),
      Self.quote(finder),
      Self.table(table, preamble: preamble, finder.best.extent),
      Self.header(table),
    ]
    if let copy { steps.insert(copy.finding, at: 3) }
    if columns != nil { steps.removeAll { $0.what == "quote" } }
    if stated.quote != nil { state("quote") }
    if stated.headerRows != nil { state("header") }
    if let columns = stated.columns {
      steps[steps.count - 1].evidence.append("stated: \(columns.prefix(4).joined(separator: ", "))")
    }
  }

  /// Says of a step that it was not looked for.
  private mutating func state(_ what: String) {
    for index in steps.indices where steps[index].what == what {
      steps[index].confidence = 1
      steps[index].evidence = ["stated"]
      steps[index].doubts = []
    }
  }

  private static func delimiter(_ finder: DialectFinder, isInText: Bool) -> Finding {
    let table = finder.best.extent
    var finding = Finding(
      "delimiter",
      name(finder.best),
      confidence: finder.confidence,
      evidence: [
        "\(table.regularRows) of \(table.rowCount) rows looked at have \(columns(table.width))"
      ]
    )
    if finder.isStated {
      finding.evidence.insert(isInText ? "the first line states it: sep=" : "stated", at: 0)
    }
    if let other = finder.runnerUp, !finder.isStated {
      // Whole bits, where the logarithms in both leave a hair to one.
      let bits = Int(other.bits - finder.best.bits + 1e-6)
      let note = "“\(name(other))” comes next, \(bits) \(bits == 1 ? "bit" : "bits") longer"
      if finding.confidence < Findings.certain {
        finding.doubts.append("\(note); state the delimiter in the feed's settings")
      } else {
        finding.evidence.append(note)
      }
    }
    if table.regularRows < table.rowCount {
      finding.evidence.append("\(table.rowCount - table.regularRows) rows have another width")
    }
    return finding
  }

  private static func widths(_ columns: FixedWidthFinder) -> Finding {
    let widths = columns.widths.widths.map(String.init).joined(separator: ", ")
    let whole = "\(columns.cutLines) of \(columns.lines) lines looked at can be cut there"
    guard columns.margin.isFinite else {
      return Finding("widths", widths, evidence: ["stated", whole])
    }
    let bits = "no delimiter: as one column it is \(Int(columns.margin)) bits longer"
    var finding = Finding(
      "widths",
      widths,
      confidence: columns.confidence,
      evidence: ["blanks part the columns at the same places", whole, bits]
    )
    if finding.confidence < Findings.certain {
      finding.doubts.append("words may stand below one another by chance; state `widths`")
    }
    return finding
  }

  private static func quote(_ finder: DialectFinder) -> Finding {
    let dialect = finder.best.dialect
    guard let quote = dialect.quote else {
      if dialect.escape == .copy {
        return Finding("quote", "none", confidence: 0.99, evidence: ["COPY's text has none"])
      }
      return Finding("quote", "none", confidence: 0.9, evidence: ["quotes stand inside fields"])
    }
    var evidence = [
      finder.best.usesQuotes ? "opens fields" : "none seen; the usual one is assumed"
    ]
    if dialect.escape != .doubled { evidence.append("\\ escapes it") }
    return Finding(
      "quote",
      String(decoding: [quote], as: UTF8.self),
      confidence: finder.best.usesQuotes ? 0.99 : 0.95,
      evidence: evidence
    )
  }

  private static func table(
    _ table: TableFinder,
    preamble: Int,
    _ extent: TableExtent
  ) -> Finding {
    var finding = Finding("table", columns(table.width), confidence: 0.99)
    let bits = Int(extent.startMargin)
    if preamble == 0, bits >= 6 {
      finding.confidence = 1 / (1 + exp2(extent.startMargin / 6))
      let rows = extent.rows.lowerBound == 1 ? "row" : "\(extent.rows.lowerBound) rows"
      finding.doubts.append(
        "without its first \(rows) the table is \(bits) bits shorter; state `skip` or `header`"
      )
    }
    if preamble > 0 {
      finding.confidence = 0.9
      finding.evidence.append("\(preamble) lines before it belong to no record")
      if bits > 0 { finding.evidence.append("with those rows it is \(bits) bits longer") }
      if extent.pairLines > 0, extent.startMargin > 0 {
        finding.confidence = min(0.9, 1 / (1 + exp2((20 - extent.startMargin) / 6)))
      }
      if !finding.isCertain {
        finding.doubts.append("those lines could be a table, too; state `skip` or `header`")
      }
    }
    if let comment = table.comment {
      let mark = String(decoding: [comment], as: UTF8.self)
      finding.evidence.append("lines that begin with \(mark) are comments")
    }
    if table.isPadded {
      finding.evidence.append("fields are filled with spaces to their columns' widths: no content")
    }
    if table.hasTrailingDelimiter {
      finding.evidence.append("every record ends with one more delimiter")
    }
    return finding
  }

  private static func header(_ table: TableFinder) -> Finding {
    let sure = min(0.99, 0.5 + abs(table.headerScore) / 8)
    let answer =
      table.headerRows == 0 ? "none" : table.headerRows == 1 ? "1 row" : "\(table.headerRows) rows"
    var finding = Finding("header", answer, confidence: sure)
    if table.headerRows > 0 && table.contrasts > 0 {
      finding.evidence.append("words above values of a type in \(columns(table.contrasts))")
    }
    if table.headerRows > 0 {
      finding.evidence.append(
        "the first names: " + Array(table.names.prefix(4)).joined(separator: ", ")
      )
    }
    if sure < Findings.certain {
      finding.doubts.append("the first row could be either; state `header` in the feed's settings")
    }
    return finding
  }

  private static func columns(_ count: Int) -> String {
    count == 1 ? "1 column" : "\(count) columns"
  }

  /// A delimiter in words.
  private static func name(_ candidate: DialectFinder.Candidate) -> String {
    let score = candidate.score
    // What stands in no row delimits nothing, whatever it is.
    if score.width == 1, score.regularRows == score.rows { return "none" }
    switch candidate.dialect.delimiter {
    case StatedLayout.noDelimiter: return "unit separator"
    case [0x09]: return "tab"
    case [0x20]: return "space"
    case let delimiter:
      let text = String(decoding: delimiter, as: UTF8.self)
      return delimiter.last == 0x20 ? "“\(text)”" : text
    }
  }
}
