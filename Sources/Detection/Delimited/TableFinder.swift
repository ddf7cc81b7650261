import Formats

/// Where the table begins in the rows of a text, and which of them are its header.
///
/// How this works: most rows' width is the table's. Rows above it are a preamble only where their
/// shape proves it: fewer fields than a row of the table can have, followed by a full row and a
/// body of such rows. A row that could be a short record stays a record.
struct TableFinder {
  /// Rows of the scan before the header.
  private(set) var skippedRows = 0
  /// Rows of the header.
  private(set) var headerRows = 0
  /// Log-odds of the header against a record.
  private(set) var headerScore = 0.0
  /// Columns.
  private(set) var width: Int
  /// What comments begin with.
  private(set) var comment: UInt8?
  /// Comment lines behind the table's start.
  private(set) var commentRows = 0
  /// Every record ends with one more delimiter than the header.
  private(set) var hasTrailingDelimiter = false
  /// Names of the columns, by their header rows.
  private(set) var names: [String] = []
  /// Names stand above values of a type in so many columns.
  private(set) var contrasts = 0
  /// The fields are filled up with spaces to their columns' widths.
  private(set) var isPadded = false

  let bytes: [UInt8]
  let scan: DialectScan
  private let stated: StatedLayout
  private(set) var rows: [TableRow]

  /// Rows that are looked at.
  private static let rowLimit = 600
  /// The longest preamble.
  private static let preambleLimit = 60

  /// Looks at `scan`; `kinds` says what each of its fields looks like, where that is known, and `start`
  /// where its first row begins, where that is proven.
  init(
    _ scan: DialectScan,
    _ bytes: [UInt8],
    width: Int,
    kinds: [CellShape.Kind]? = nil,
    start: Int? = nil,
    stated: StatedLayout = StatedLayout()
  ) {
    self.bytes = bytes
    self.stated = stated
    self.scan = scan
    self.width = max(width, 1)
    rows = scan.rows.indices.prefix(Self.rowLimit).map { TableRow($0, scan, bytes, kinds) }
    findComments()
    findStart(proven: rows.firstIndex { scan.rows[$0.index].start == start })
    findHeader()
    findTrailingDelimiter()
    nameColumns()
    isPadded = hasFilledFields
  }

  private func firstByte(_ row: TableRow) -> UInt8? {
    let place = scan.rows[row.index]
    return place.start < place.end ? bytes[place.start] : nil
  }

  private mutating func findComments() {
    if let stated = stated.comment {
      comment = stated.byte
      return
    }
    guard width > 1 else { return }
    let marked = rows.filter { firstByte($0) == 0x23 && !$0.isBlank }
    let isComment = marked.allSatisfy { $0.width != width || $0.filled <= 1 }
    guard !marked.isEmpty, isComment, marked.count * 2 < rows.count else { return }
    comment = 0x23
  }

  func isComment(_ row: TableRow) -> Bool {
    comment != nil && firstByte(row) == comment
  }

  /// The first row that belongs to the table.
  private mutating func findStart(proven: Int?) {
    // What is stated to be skipped is skipped, and nothing else but empty lines and comments.
    if stated.skippedLines != nil { return skipBlank() }
    if let header = headerBelowTitles {
      skippedRows = header
      return
    }
    if let proven, !hasRecord(above: proven) {
      let isShort =
        proven > 0 && !isComment(rows[proven - 1]) && isShortHeader(rows[proven - 1], above: proven)
      skippedRows = isShort ? proven - 1 : proven
      return
    }
    let body = rows.filter { $0.width == width && !$0.isBlank && !isComment($0) }
    let filled = body.map(\.filled).sorted()
    let usual = filled.isEmpty ? 1 : filled[filled.count / 2]
    let needed = max(1, min(usual, width) / 2)
    guard
      let full = rows.firstIndex(where: {
        !$0.isBlank && !isComment($0) && ($0.width >= width ? $0.filled >= needed : false)
          && ($0.filled > 1 || width <= 2 || usual == 1)
      })
    else { return skipBlank() }
    var start = full
    // A header may have fewer fields than the records below it, or name groups of columns.
    if full > 0, !isComment(rows[full - 1]), isShortHeader(rows[full - 1], above: full) {
      start = full - 1
    }
    guard start > 0 else { return }
    if isProven(start, bodyRows: body.count) {
      skippedRows = start
    } else {
      skipBlank()
    }
  }

  private mutating func skipBlank() {
    skippedRows = rows.firstIndex { !$0.isBlank && !isComment($0) } ?? 0
  }

  private func isShortHeader(_ row: TableRow, above full: Int) -> Bool {
    guard row.filled >= 2, row.typed == 0 else { return false }
    let below = rows[full...].filter { !$0.isBlank }
    if row.width == width && row.reach < width || row.filled * 2 < width {
      return row.width == width && isGroupRow(row, above: rows[full])
    }
    guard row.filled == row.width, row.width * 3 >= width * 2 else { return false }
    let own = HeaderModel(row, above: below, bytes)
    let next = HeaderModel(rows[full], above: Array(below.dropFirst()), bytes)
    return own.score > 0.5 && next.score < own.score
  }

  /// Names over groups of columns: some fields filled, spread out, over a row that fills them all.
  private func isGroupRow(_ row: TableRow, above names: TableRow) -> Bool {
    guard row.filled >= 2, row.typed == 0, names.typed == 0, names.filled > row.filled else {
      return false
    }
    return names.filled * 10 >= names.width * 8
  }

  /// Whether the rows above `start` cannot be records of the table.
  private func isProven(_ start: Int, bodyRows: Int) -> Bool {
    guard start <= Self.preambleLimit else { return false }
    let above = rows[..<start].filter { !$0.isBlank && !isComment($0) }
    if above.isEmpty { return true }
    if hasRecord(above: start) { return false }
    // A record may hold nothing but marks that say so.
    if above.contains(where: { $0.width == width && $0.filled == 0 }) { return false }
    // A row as wide as the table may be a record of it that is mostly empty.
    let below = rows[start...].count { !$0.isBlank }
    if below < 2, above.contains(where: { $0.width == width }) { return false }
    guard width > 1, bodyRows >= 2 || above.allSatisfy({ $0.filled == 1 }) else { return false }
    let hasGap = rows[..<start].contains { $0.isBlank }
    let most = above.map(\.filled).max() ?? 0
    if most >= width { return false }
    if most <= 1 && width > 1 { return above.count <= max(bodyRows * 3, 3) }
    if most * 2 <= width { return above.count <= max(bodyRows * 2, 2) }
    return hasGap && above.count < bodyRows
  }

  private mutating func findHeader() {
    let start = skippedRows
    if let count = stated.headerRows {
      headerRows = min(count, max(rows.count - start, 0))
      headerScore = headerRows > 0 ? 8 : -8
      return
    }
    guard start < rows.count else { return }
    let below = rows[(start + 1)...].filter { !$0.isBlank && !isComment($0) }
    let row = rows[start]
    if row.filled == 0 || hasNull(row) {
      // A mark that says that there is no value is no name.
      headerScore = -8
      return
    }
    if below.isEmpty {
      headerScore = row.typed == 0 && row.filled == row.width && row.width > 1 ? 1.5 : -1.5
      if row.width == 1 && row.typed == 0 {
        headerScore = HeaderWords.hits(row.bytes(0, bytes)) ? 1 : 0.3
      }
      headerRows = headerScore > 0 ? 1 : 0
      return
    }
    if row.width == width, below.count > 1, isGroupRow(row, above: below[0]),
      row.filled < width, row.index + 1 == below[0].index
    {
      let model = HeaderModel(below[0], above: Array(below.dropFirst()), bytes)
      if model.score > 0.5, row.filled * 3 <= width * 2 || model.contrasts > 0 {
        headerRows = 2
        headerScore = model.score
        contrasts = model.contrasts
        return
      }
    }
    let model = HeaderModel(row, above: below, bytes)
    headerScore = model.score
    contrasts = model.contrasts
    guard model.score > 0 else { return }
    headerRows = 1
    extendHeader(below)
  }

  private func hasNull(_ row: TableRow) -> Bool {
    (0..<row.width).contains { column in
      let field = row.bytes(column, bytes)
      return CellShape.isNull(bytes, field.startIndex..<field.endIndex)
    }
  }

  /// More rows of names below the first: the same names again, or units in brackets above values.
  ///
  /// Nothing less proves it: a first record whose numbers are `n/a` looks like names, too, and a
  /// record must never be lost to the header.
  private mutating func extendHeader(_ below: [TableRow]) {
    var rest = below[...]
    while headerRows < 4, rest.count > 1, let next = rest.first {
      let body = Array(rest.dropFirst())
      let isHalf = next.filled * 2 >= width
      let repeats = isHalf && isSame(next, rows[skippedRows + headerRows - 1])
      guard next.index == skippedRows + headerRows, next.typed == 0,
        next.width == rows[skippedRows].width
      else { return }
      let typed = Self.typedColumns(body, width)
      let above = typed.map { next.bytes($0, bytes) }.filter { !$0.isEmpty }
      let isUnits = isHalf && above.count >= 2 && above.allSatisfy(isUnit)
      guard repeats || isUnits || isUnitRow(next, above: typed) else { return }
      headerRows += 1
      rest = rest.dropFirst()
    }
  }

  /// Nothing but units, at least one above values of a type.
  private func isUnitRow(_ row: TableRow, above typed: [Int]) -> Bool {
    let filled = (0..<row.width).filter { row.kind($0) != .empty }
    return filled.allSatisfy { isUnit(row.bytes($0, bytes)) }
      && filled.contains(where: typed.contains)
  }

  private func isUnit(_ text: ArraySlice<UInt8>) -> Bool {
    switch (text.first, text.last) {
    case (0x28, 0x29), (0x5B, 0x5D): text.count > 2
    default: false
    }
  }

  private func isSame(_ first: TableRow, _ second: TableRow) -> Bool {
    first.width == second.width && first.filled > 0
      && (0..<first.width).allSatisfy { first.bytes($0, bytes) == second.bytes($0, bytes) }
  }

  private static func typedColumns(_ body: [TableRow], _ width: Int) -> [Int] {
    (0..<min(width, 200)).filter { column in
      var typed = 0
      var all = 0
      for row in body.prefix(100) where column < row.width && row.kind(column) != .empty {
        all += 1
        if row.kind(column).isTyped { typed += 1 }
      }
      return all > 0 && typed * 10 >= all * 9
    }
  }

  private mutating func findTrailingDelimiter() {
    guard headerRows > 0, width > 1, skippedRows + headerRows < rows.count else { return }
    let header = rows[skippedRows + headerRows - 1]
    let body = rows[(skippedRows + headerRows)...].filter { !$0.isBlank && $0.width == width }
    guard !body.isEmpty, body.allSatisfy({ $0.kind(width - 1) == .empty }) else { return }
    let lacksName = header.width == width - 1
    let emptyName = header.width == width && header.kind(width - 1) == .empty
    hasTrailingDelimiter = (lacksName || emptyName) && header.filled > 0
  }
}

extension TableFinder {
  private mutating func nameColumns() {
    if let stated = stated.columns {
      names = stated
      return
    }
    let columns = hasTrailingDelimiter ? width - 1 : width
    guard headerRows > 0 else {
      names = (1...max(columns, 1)).map { "column_\($0)" }
      return
    }
    let header = Array(rows[skippedRows..<min(skippedRows + headerRows, rows.count)])
    let count = max(columns, hasTrailingDelimiter ? 0 : header.map(\.width).max() ?? 0)
    if header.count == 1 {
      names = (0..<count).map { name(header[0], $0) }
      return
    }
    var carried = [String](repeating: "", count: header.count)
    for column in 0..<count {
      var parts: [String] = []
      for (level, row) in header.enumerated() {
        var text = name(row, column)
        // A name over a group stands once, above the group's first column.
        if text.isEmpty && level < header.count - 1 { text = carried[level] }
        carried[level] = text
        if !text.isEmpty { parts.append(text) }
      }
      names.append(parts.joined(separator: " "))
    }
  }

  /// What a field says: without its quotes and escapes.
  func name(_ row: TableRow, _ column: Int) -> String {
    let raw = row.bytes(column, bytes)
    if scan.dialect.escape == .copy {
      return String(decoding: CopyText.decoded(raw), as: UTF8.self)
    }
    guard row.isQuoted(column), let quote = scan.dialect.quote else {
      return String(decoding: raw, as: UTF8.self)
    }
    let isBackslash = scan.dialect.escape == .backslash
    var text: [UInt8] = []
    var isEscaped = false
    for byte in raw {
      if !isEscaped, byte == (isBackslash ? 0x5C : quote) {
        isEscaped = true
        continue
      }
      if isEscaped, !isBackslash, byte != quote { text.append(quote) }
      isEscaped = false
      text.append(byte)
    }
    if isEscaped { text.append(isBackslash ? 0x5C : quote) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The scan's row that is the first record; past the last where there is none.
  var dataRow: Int {
    var row = skippedRows + headerRows
    while row < rows.count && headerRows == 0 && rows[row].isBlank { row += 1 }
    return row
  }
}
