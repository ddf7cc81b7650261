import Formats
import Glibc

/// Which rows of a text its table is, where the text as a whole takes the fewest bits.
///
/// How this works: rows above and below the table are lines of plain text, or of a name and a value,
/// and cost what such lines cost; a header's row is words whatever stands below it, and is no disorder of its columns. So
/// delimiter, width, beginning, header and end are judged together: a delimiter that only a preamble
/// holds saves little there, and nothing in the table. Where the table may begin and end is looked for
/// with each column's kinds as the rows of one width have them; what that finds is counted exactly.
struct TableExtent {
  /// The scan's rows that are the table's, its header's among them.
  private(set) var rows: Range<Int>
  /// Fields of its usual rows.
  private(set) var width: Int
  /// Bits of the whole text.
  private(set) var bits: Double
  /// Bits that it would take more if the first row belonged to the table; 0 where it does.
  private(set) var startMargin = 0.0
  /// Lines of a name and a value above it, which could be a table, too; 0 where all else is dearer.
  private(set) var pairLines = 0
  /// Its rows that are not blank, and those of its width.
  private(set) var rowCount: Int
  private(set) var regularRows: Int

  /// Bits that prove where the table begins.
  static let provenBits = 20.0
  /// Widths that are tried.
  private static let widthLimit = 3

  /// All rows of a scan, as they were scored.
  init(all scan: DialectScan, _ score: DialectScore) {
    rows = 0..<scan.rows.count
    (width, bits) = (score.width, score.bits)
    (rowCount, regularRows) = (score.rows, score.regularRows)
  }

  /// Looks for the table in a scan; `isWhole`: nothing of the text lies behind it.
  init(_ scan: DialectScan, _ score: DialectScore, _ costs: TextCosts, isWhole: Bool) {
    let isRegular = score.rows <= 2 || score.rows == score.regularRows
    var text = ExtentRows(scan, score, isRegular ? nil : LineCosts(scan, costs))
    rows = 0..<scan.rows.count
    (width, rowCount, regularRows) = (score.width, score.rows, score.regularRows)
    bits = text.bits(rows, width: width)
    if isRegular { return }
    search(text, isWhole: isWhole)
    pairLines = text.pairLines(above: rows.lowerBound)
    if pairLines > 0, startMargin < Self.provenBits {
      // The pairs could be a table as well, and so are lines like others.
      text.knowsPairs = false
      (rows, width, pairLines, startMargin) = (0..<scan.rows.count, score.width, 0, 0)
      bits = text.bits(rows, width: width)
      search(text, isWhole: isWhole)
    }
    let widths = rows.map { text.widths[$0] }
    rowCount = widths.count { $0 > 0 }
    regularRows = widths.count { $0 == width }
  }

  private mutating func search(_ text: ExtentRows, isWhole: Bool) {
    var unskipped = bits
    for width in text.commonWidths.prefix(Self.widthLimit) {
      for found in text.ranges(width: width, isWhole: isWhole) {
        let bits = text.bits(found, width: width)
        if found.lowerBound == 0 { unskipped = min(unskipped, bits) }
        guard bits < self.bits else { continue }
        (self.bits, rows, self.width) = (bits, found, width)
      }
    }
    if rows.lowerBound > 0 { startMargin = unskipped - bits }
  }
}

/// What the rows of a scan cost as lines that no table holds.
private struct LineCosts {
  /// Bits of each row.
  private(set) var bits: [Double] = []

  /// Bits to say that a line is a name and a value, and what parts them.
  private static let pairCost = 5000
  /// What a line's quote adds that does not close in it.
  private static let openQuoteCost = 24_000
  /// Bytes that a name may have.
  private static let nameLimit = 60

  init(_ scan: DialectScan, _ costs: TextCosts) {
    bits.reserveCapacity(scan.rows.count)
    for row in scan.rows {
      let fields = scan.fields(of: row)
      let start = (fields.first?.start ?? row.start) - (fields.first?.isQuoted == true ? 1 : 0)
      let end = (fields.last?.end ?? row.start) + (fields.last?.isQuoted == true ? 1 : 0)
      var cost = costs.shape(start, end).cost
      if let sign = scan.pairSign(start..<end, limit: Self.nameLimit) {
        let pair = costs.shape(start, sign).cost + costs.shape(sign + 1, end).cost
        cost = min(cost, Self.pairCost + pair)
      }
      // A quote that closes only in a later line is none of prose.
      if scan.hasOpenQuote(start..<end) { cost += Self.openQuoteCost }
      bits.append(Double(cost) / 1000)
    }
  }
}

/// A scan's rows, and what they cost inside a table and outside.
private struct ExtentRows {
  private let scan: DialectScan
  private let score: DialectScore
  /// Bits of each row as a line that the table does not hold; none where it holds all.
  private let lineBits: [Double]
  /// Fields of each row; 0 where it is blank.
  let widths: [Int]
  /// Names and values above a table may be a block.
  var knowsPairs = true

  /// Rows that a header may have, and bits to say that there is one.
  private static let headerLimit = 3
  private static let headerBits = 3.0
  /// Bits to say that lines are names and values, parted as the table's fields are; and that one more is.
  private static let pairBits = 5.0
  private static let nextPairBits = 1.0

  init(_ scan: DialectScan, _ score: DialectScore, _ lines: LineCosts?) {
    (self.scan, self.score) = (scan, score)
    lineBits = lines?.bits ?? []
    widths = scan.rows.indices.map {
      score.rowCosts[$0] == nil ? 0 : scan.rows[$0].fields.count
    }
  }

  /// The widths of more than one row, each of more fields than a line has, the usual ones first.
  var commonWidths: [Int] {
    var counts: [Int: Int] = [:]
    for width in widths where width > 1 { counts[width, default: 0] += 1 }
    let common = counts.filter { $0.value > 1 }
    return common.keys.sorted { (common[$0] ?? 0, $0) > (common[$1] ?? 0, $1) }
  }

  /// Bits to say where among the rows a table begins or ends.
  private var borderBits: Double { 8 + log2(Double(widths.count) + 1) }

  private func cellBits(_ row: Int) -> Double { Double(score.rowCosts[row] ?? 0) / 1000 }

  /// Whether a row may be a header's: it is as wide as the table, and holds words and no value of a type.
  private func isWords(_ row: Int, _ width: Int) -> Bool {
    guard widths[row] == width else { return false }
    let kinds = score.fieldKinds[scan.rows[row].fields]
    return kinds.contains(.text) && !kinds.contains { $0.isTyped }
  }

  /// One past the last of the rows of words that begin at `start`; `start` where there is none.
  private func headerEnd(_ start: Int, _ width: Int) -> Int {
    var row = start
    while row < widths.count, row < start + Self.headerLimit, isWords(row, width) { row += 1 }
    return row
  }

  /// Bits of the text with its table in `rows`: of each reading of the header the shortest.
  func bits(_ rows: Range<Int>, width: Int) -> Double {
    var start = rows.lowerBound
    while start < rows.upperBound, widths[start] == 0 { start += 1 }
    let end = min(headerEnd(start, width), rows.upperBound)
    var best = bits(rows, width, body: rows.lowerBound)
    if width > 1, end > start {
      best = min(best, bits(rows, width, body: start + 1) + Self.headerBits)
      if end > start + 1 { best = min(best, bits(rows, width, body: end) + Self.headerBits + 2) }
    }
    return best
  }

  /// Bits of the text with its table in `rows`, of which those from `body` on have columns.
  private func bits(_ rows: Range<Int>, _ width: Int, body: Int) -> Double {
    var bits = Double(score.signCost) / 1000
    if rows.lowerBound > 0 { bits += borderBits }
    if rows.upperBound < widths.count { bits += borderBits }
    for row in rows.upperBound..<widths.count { bits += lineBits[row] }
    for row in rows { bits += cellBits(row) }
    let used = rows.map { widths[$0] }.filter { $0 > 0 }
    bits += DialectScore.rowBits(used, mode: width)
    if used.count > 1, used.count(where: { $0 == width }) == 1 { bits += 8 }
    guard used.count > 1 else { return bits + self.bits(above: rows.lowerBound, asPairs: false) }
    let columns = min(used.max() ?? 1, DialectScore.columnLimit + 1)
    var kinds = [Int32](repeating: 0, count: columns * CellShape.Kind.count)
    var quoted = [Int32](repeating: 0, count: columns * 2)
    for row in max(body, rows.lowerBound)..<rows.upperBound where widths[row] > 0 {
      count(row, columns, &kinds, &quoted)
    }
    let isBelowNames = body > rows.lowerBound && width > 2 && Self.hasTypedColumn(kinds)
    bits += self.bits(above: rows.lowerBound, asPairs: isBelowNames)
    return bits + DialectScore.disorder(kinds, CellShape.Kind.count, columns)
      + DialectScore.disorder(quoted, 2, columns)
  }

  /// Bits of the lines above a table; `asPairs`: names and values that its own delimiter parts may be a
  /// block, of which that is said once.
  private func bits(above start: Int, asPairs: Bool) -> Double {
    let isBlock = asPairs && knowsPairs && isPairBlock(start)
    var bits = 0.0
    var isPair = false
    for row in 0..<start {
      let next = isBlock && pairKind(row) != nil
      let pair = next ? cellBits(row) + (isPair ? Self.nextPairBits : Self.pairBits) : .infinity
      bits += min(lineBits[row], pair)
      if widths[row] > 0 { isPair = next }
    }
    return bits
  }

  /// Lines of a block of names and values above a table.
  func pairLines(above start: Int) -> Int {
    isPairBlock(start) ? (0..<start).count { pairKind($0) != nil } : 0
  }

  /// The kind of the value behind a name; nil where a row is none of such.
  private func pairKind(_ row: Int) -> CellShape.Kind? {
    let fields = scan.rows[row].fields
    guard widths[row] == 2, score.fieldKinds[fields.lowerBound] == .text else { return nil }
    return score.fieldKinds[fields.lowerBound + 1]
  }

  /// Whether pairs above a table are a block of names and values, and no table themselves: such has values
  /// of one kind in most rows.
  private func isPairBlock(_ start: Int) -> Bool {
    var counts = [Int](repeating: 0, count: CellShape.Kind.count)
    for row in 0..<start {
      if let kind = pairKind(row) { counts[kind.rawValue] += 1 }
    }
    let numbers = counts[CellShape.Kind.integer.rawValue] + counts[CellShape.Kind.decimal.rawValue]
    let all = counts.reduce(0, +)
    return all > 2 && max(counts.max() ?? 0, numbers) * 5 < all * 4
  }

  /// Whether nearly all values of a column are of a type.
  private static func hasTypedColumn(_ kinds: [Int32]) -> Bool {
    let count = CellShape.Kind.count
    return stride(from: 0, to: kinds.count, by: count).contains { start in
      let column = kinds[start..<(start + count)]
      let all = column.reduce(0, +)
      let typed = (0..<count).reduce(Int32(0)) { sum, kind in
        sum + (CellShape.Kind(rawValue: kind)?.isTyped == true ? column[start + kind] : 0)
      }
      return all > 1 && typed * 10 >= all * 9
    }
  }

  private func count(
    _ row: Int,
    _ columns: Int,
    _ kinds: inout [Int32],
    _ quoted: inout [Int32]
  ) {
    var column = 0
    for place in scan.rows[row].fields {
      kinds[column * CellShape.Kind.count + score.fieldKinds[place].rawValue] += 1
      quoted[column * 2 + (scan.fields[place].isQuoted ? 1 : 0)] += 1
      if column < columns - 1 { column += 1 }
    }
  }

  /// The rows that a table of that width may have: of each of the ways to have lines above or below it
  /// the one that saves most.
  func ranges(width: Int, isWhole: Bool) -> [Range<Int>] {
    let saved = savings(width)
    var sums = [0.0]
    for bits in saved { sums.append((sums.last ?? 0) + bits) }
    let count = widths.count
    let starts = widths.indices.filter { widths[$0] == width }
    guard !starts.isEmpty else { return [] }
    // What the rows above a start, and the words that it begins with, take less as lines and as names.
    let begun = starts.map { start in
      let end = headerEnd(start, width)
      let asNames = (start..<end).reduce(0.0) { $0 + lineBits[$1] - cellBits($1) }
      return max(sums[end] - sums[start], asNames) - sums[end]
    }
    var found: [Range<Int>] = [0..<count]
    let first = begun.indices.max { begun[$0] < begun[$1] } ?? 0
    found.append(starts[first]..<count)
    guard isWhole else { return found }
    let last = starts.max { sums[$0 + 1] < sums[$1 + 1] } ?? 0
    found.append(0..<(last + 1))
    // The best start above the best end, and the best end below the best start.
    let above = begun.indices.filter { starts[$0] <= last }
    if let start = above.max(by: { begun[$0] < begun[$1] }) {
      found.append(starts[start]..<(last + 1))
    }
    let below = starts.filter { $0 >= starts[first] }
    if let end = below.max(by: { sums[$0 + 1] < sums[$1 + 1] }) {
      found.append(starts[first]..<(end + 1))
    }
    return found
  }

  /// Bits that each row takes less in a table of that width than as a line of plain text.
  private func savings(_ width: Int) -> [Double] {
    let columns = min(width, DialectScore.columnLimit)
    var kinds = [Int32](repeating: 0, count: columns * CellShape.Kind.count)
    var quoted = [Int32](repeating: 0, count: columns * 2)
    var rows = 0.0
    for row in widths.indices where widths[row] == width {
      count(row, columns, &kinds, &quoted)
      rows += 1
    }
    return widths.indices.map { row in
      if widths[row] == 0 { return 0 }
      var bits = lineBits[row] - cellBits(row)
      bits -= widths[row] == width ? 0.12 : 8 + log2(Double(abs(widths[row] - width)) + 1)
      var column = 0
      for place in scan.rows[row].fields.prefix(columns) {
        let seen = kinds[column * CellShape.Kind.count + score.fieldKinds[place].rawValue]
        bits += log2((Double(seen) + 0.5) / (rows + 2))
        column += 1
      }
      return bits
    }
  }
}
