import Bytes
import Formats

/// What shows that a text is written as PostgreSQL's COPY and MySQL's `SELECT INTO OUTFILE` write it.
///
/// How this works: `\N` alone in a field, or `\.` alone in the last line, is how such text says that there
/// is no value, or no more. One backslash that stands where no writer of such text would put it
/// contradicts them: then `\N` is a word for a missing value like others, and backslashes are content.
struct CopyEvidence {
  /// Fields that are `\N`.
  private(set) var nulls = 0
  /// A line is `\.`.
  private(set) var hasEnd = false
  /// Other escapes.
  private(set) var escapes = 0
  /// What stands around all texts of the columns where it stands around some; nil: quotes are content.
  private(set) var quote: UInt8?

  /// Looks at the rows of the shortest reading; nil where nothing shows it, or something contradicts.
  init?(_ bytes: [UInt8], _ best: DialectFinder.Candidate) {
    let dialect = best.dialect
    guard dialect.delimiter.count == 1, countPairs(bytes, best.scan) else { return nil }
    guard nulls > 0 || hasEnd else { return nil }
    guard best.scan.fields.contains(where: \.isQuoted) else { return }
    // Doubled quotes are another writer's, which quotes what it must.
    if best.scan.escapes > 0, dialect.escape == .doubled { return nil }
    if Self.enclosesTexts(best) {
      quote = dialect.quote
    } else if dialect.delimiter != [0x09] {
      return nil
    }
  }

  /// Counts what backslashes stand for; false where one contradicts.
  private mutating func countPairs(_ bytes: [UInt8], _ scan: DialectScan) -> Bool {
    let (start, end) = (scan.range.lowerBound, scan.range.upperBound)
    let lineEnd = scan.dialect.lineEnd.byte
    let delimiter = scan.dialect.delimiter[0]
    let quote = scan.dialect.quote ?? 0x5C
    var at = start
    while true {
      let place = bytes.firstPlace(of: 0x5C, or: 0x5C, in: at..<end)
      guard place + 1 < end else { return true }
      let before = place > start ? bytes[place - 1] : lineEnd
      let after = place + 2 < end ? bytes[place + 2] : lineEnd
      let isAtEnd = after == lineEnd || after == 0x0D
      switch bytes[place + 1] {
      case UInt8(ascii: "N"):
        guard before == lineEnd || before == delimiter, isAtEnd || after == delimiter else {
          return false
        }
        nulls += 1
      case UInt8(ascii: "."):
        guard before == lineEnd, isAtEnd else { return false }
        hasEnd = true
      case UInt8(ascii: "x"):
        guard CellShape.isDigit(after) || (after | 0x20) &- 0x61 < 6 else { return false }
        escapes += 1
      case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
        UInt8(ascii: "t"), UInt8(ascii: "v"), UInt8(ascii: "0")...UInt8(ascii: "7"), 0x5C,
        quote, delimiter, lineEnd, 0x0D:
        escapes += 1
      default: return false
      }
      at = place + 2
    }
  }

  /// Whether columns that hold texts in quotes hold next to none without.
  private static func enclosesTexts(_ best: DialectFinder.Candidate) -> Bool {
    var quoted = 0
    var plain = 0
    var isQuoted: Set<Int> = []
    for row in best.scan.rows {
      for (column, field) in best.scan.fields(of: row).enumerated() where field.isQuoted {
        isQuoted.insert(column)
        quoted += 1
      }
    }
    for row in best.scan.rows {
      for (column, place) in row.fields.enumerated() where isQuoted.contains(column) {
        let isText = best.score.fieldKinds[place] == .text
        if isText, !best.scan.fields[place].isQuoted { plain += 1 }
      }
    }
    return plain * 10 <= quoted
  }

  /// The evidence in words.
  var finding: Finding {
    var evidence: [String] = []
    if nulls > 0 {
      evidence.append(#"\N stands for no value in \#(nulls) of the fields looked at"#)
    }
    if hasEnd { evidence.append(#"the line \. ends the table"#) }
    if escapes > 0 { evidence.append(#"\#(escapes) escapes such as \n, \t, \\"#) }
    return Finding(
      "escape",
      "copy",
      confidence: hasEnd || nulls > 1 ? 0.99 : 0.9,
      evidence: evidence
    )
  }
}
