import Bytes
import Formats

/// A table about which nothing was in doubt, to know those like it by.
///
/// How this works: most drops of a feed have the same header to the byte. Where rows of that width and
/// nothing else stand below it, the same columns hold values of a type in each row, each row holds words,
/// too, and no sign in the text could be read in two ways, a search would come to the same table once
/// more: with words in it no row reads as a number in whatever other way, and each delimiter is a mark
/// that costs more inside words than it saves. Any doubt, and it is searched.
struct TablePattern: Sendable {
  /// The text up to the first record.
  let header: [UInt8]
  /// The layout without its row model: what is kept holds nothing of any record.
  private let layout: DelimitedLayout
  /// The header's rows and their length, as the row model has them.
  private let names: [[[UInt8]]]
  private let nameLength: Int
  private let stated: StatedLayout
  /// The steps that led to the table.
  let steps: [Finding]
  /// Whether each of the columns holds values of a type, in each row.
  private let isTyped: [Bool]

  /// The longest text that is held against a pattern, in bytes, and the longest header.
  private static let textLimit = 1 << 17
  private static let headerLimit = 1 << 13
  /// How sure each of the steps must be.
  private static let leastConfidence = 0.9
  /// Records that a text must have, and delimiters between all their fields.
  private static let leastRecords = 3
  private static let leastDelimiters = 12

  /// Of a text that was scored as a whole; nil where another may look so and be something else.
  init?(
    _ text: [UInt8],
    _ layout: DelimitedLayout,
    _ stated: StatedLayout,
    _ candidate: DialectFinder.Candidate,
    _ steps: [Finding]
  ) {
    let dialect = layout.dialect
    let scan = candidate.scan
    let width = layout.names.count
    guard text.count <= Self.textLimit, scan.range == 0..<text.count,
      steps.allSatisfy({ $0.confidence >= Self.leastConfidence }),
      dialect == Dialect(delimiter: dialect.delimiter), dialect.delimiter.count == 1, width > 1,
      layout.headerRows == 1, layout.preambleLines == 0, !layout.hasTrailingDelimiter,
      layout.fixedWidth == nil, scan.rows.count > Self.leastRecords,
      scan.rows[0].start == 0, scan.rows[1].start == Int(layout.dataOffset),
      layout.dataOffset <= UInt64(Self.headerLimit),
      scan.rows[0].fields.count == width,
      scan.fields(of: scan.rows[0]).allSatisfy({ !$0.isNothing })
    else { return nil }
    header = Array(text[..<Int(layout.dataOffset)])
    names = layout.rows?.headers ?? []
    nameLength = layout.rows?.headerLength ?? -1
    (self.layout, self.steps, self.stated) = (layout.withoutRows, steps, stated.now)
    guard let isTyped = Self.typedColumns(text, scan, width) else { return nil }
    self.isTyped = isTyped
  }

  /// What was learnt of rows, and so would keep their text: nothing.
  var learntRows: RowModel? { layout.rows }

  /// Whether a pattern is of a table with the same header.
  func isLike(_ other: TablePattern) -> Bool { header == other.header && stated == other.stated }

  /// The table of a text that is like it; nil where it may be another.
  func layout(of text: [UInt8], _ stated: StatedLayout) -> DelimitedLayout? {
    guard text.count <= Self.textLimit, text.starts(with: header), stated.now == self.stated else {
      return nil
    }
    let scan = DialectScan(text, to: text.count, layout.dialect)
    guard Self.typedColumns(text, scan, isTyped.count) == isTyped else { return nil }
    var layout = layout
    var model = RowModel(width: layout.names.count) { model in
      for index in scan.rows.indices.dropFirst().prefix(RowModel.rowLimit) {
        let (place, row) = (scan.rows[index], TableRow(index, scan, text))
        model.add(text[place.start..<place.end]) { row.place($0, text) }
      }
    }
    model.headers = names
    model.headerLength = nameLength
    layout.rows = model
    return layout
  }

  /// Which columns hold values of a type in each row; nil where a row may be anything but a record of
  /// such a table.
  private static func typedColumns(_ text: [UInt8], _ scan: DialectScan, _ width: Int) -> [Bool]? {
    let backslash = UInt8(0x5C)
    guard scan.rows.count > leastRecords, scan.strayQuotes == 0,
      (scan.rows.count - 1) * (width - 1) >= leastDelimiters,
      text.firstPlace(of: backslash, or: backslash, in: 0..<text.count) == text.count
    else { return nil }
    var columns = [Column](repeating: .empty, count: width)
    for row in scan.rows[1...] {
      guard isRecord(row, text, scan, &columns) else { return nil }
    }
    return columns.map { $0 == .typed }
  }

  /// What a column holds.
  private enum Column {
    case empty, typed, other
  }

  private static func isRecord(
    _ row: DialectScan.Row,
    _ text: [UInt8],
    _ scan: DialectScan,
    _ columns: inout [Column]
  ) -> Bool {
    // What begins with `#` may be a comment.
    guard row.fields.count == columns.count, text[row.start] != 0x23 else { return false }
    var hasWord = false
    var hasValue = false
    for (column, place) in row.fields.enumerated() {
      let field = scan.fields[place]
      if field.start == field.end { continue }
      let (first, last) = (text[field.start], text[field.end - 1])
      if (first | 0x20) &- 0x61 < 26 || first > 0xC2 {
        hasWord = true
        columns[column] = .other
      } else if columns[column] != .other {
        let isTyped = CellShape.kind(text, field.start, field.end).isTyped
        columns[column] = isTyped ? .typed : .other
        if isTyped { hasValue = true }
      }
      // Other quotes, and fields filled up with spaces.
      guard !field.isQuoted else { continue }
      guard first != 0x27, first != 0x20, last != 0x20,
        text.firstPlace(of: 0x22, or: 0x22, in: field.start..<field.end) == field.end
      else { return false }
    }
    return hasWord && hasValue
  }
}

extension DelimitedLayout {
  /// The layout without what was learnt of its rows.
  fileprivate var withoutRows: DelimitedLayout {
    var layout = self
    layout.rows = nil
    return layout
  }
}

extension StatedLayout {
  /// What is stated of this drop, without what others have shown.
  fileprivate var now: StatedLayout {
    var stated = self
    stated.earlier = nil
    return stated
  }
}
