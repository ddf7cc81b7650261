import Bytes
import Formats

/// A table about which nothing was in doubt, to know those like it by.
///
/// How this works: most drops of a feed have the same header to the byte. Where rows of that width and
/// nothing else stand below it, values of a type stand in each of the columns where they stood before,
/// and no sign in the text could be read in two ways, a search would come to the same table once more:
/// every reading that it would try is as far behind as it was then. Any doubt, and it is searched.
struct TablePattern: Sendable {
  /// The text up to the first record.
  private let header: [UInt8]
  private let layout: DelimitedLayout
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
  /// Records that a text must have.
  private static let leastRecords = 3

  /// Of a text that was scored as a whole; nil where another may look so and be something else.
  init?(
    _ text: [UInt8],
    _ layout: DelimitedLayout,
    _ stated: StatedLayout,
    _ candidate: DialectFinder.Candidate,
    _ steps: [Finding]
  ) {
    let dialect = layout.dialect
    let (scan, kinds) = (candidate.scan, candidate.score.fieldKinds)
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
    var isTyped = [Bool](repeating: true, count: width)
    for row in scan.rows[1...] where row.fields.count == width {
      for (column, place) in row.fields.enumerated()
      where kinds[place] == .text || kinds[place] == .groups {
        isTyped[column] = false
      }
    }
    header = Array(text[..<Int(layout.dataOffset)])
    (self.layout, self.steps, self.stated, self.isTyped) = (layout, steps, stated.now, isTyped)
    guard isFit(text, scan) else { return nil }
  }

  /// The table of a text that is like it; nil where it may be another.
  func layout(of text: [UInt8], _ stated: StatedLayout) -> DelimitedLayout? {
    guard text.count <= Self.textLimit, text.starts(with: header), stated.now == self.stated else {
      return nil
    }
    let scan = DialectScan(text, to: text.count, layout.dialect)
    guard isFit(text, scan) else { return nil }
    var layout = layout
    var model = RowModel(width: layout.names.count) { model in
      for index in scan.rows.indices.dropFirst().prefix(RowModel.rowLimit) {
        let (place, row) = (scan.rows[index], TableRow(index, scan, text))
        model.add(text[place.start..<place.end]) { row.place($0, text) }
      }
    }
    model.headers = layout.rows?.headers ?? []
    model.headerLength = layout.rows?.headerLength ?? -1
    layout.rows = model
    return layout
  }

  /// Whether all rows below the header are records of such a table, without a sign of anything else.
  private func isFit(_ text: [UInt8], _ scan: DialectScan) -> Bool {
    let backslash = UInt8(0x5C)
    guard scan.rows.count > Self.leastRecords, scan.strayQuotes == 0,
      text.firstPlace(of: backslash, or: backslash, in: 0..<text.count) == text.count
    else { return false }
    return scan.rows[1...].allSatisfy { isFit($0, text, scan) }
  }

  private func isFit(_ row: DialectScan.Row, _ text: [UInt8], _ scan: DialectScan) -> Bool {
    // What begins with `#` may be a comment.
    guard row.fields.count == isTyped.count, text[row.start] != 0x23 else { return false }
    var hasValue = false
    for (column, place) in row.fields.enumerated() {
      let field = scan.fields[place]
      if field.start == field.end { continue }
      if isTyped[column] {
        guard CellShape.kind(text, field.start, field.end).isTyped else { return false }
        hasValue = true
      }
      guard !field.isQuoted else { continue }
      // Other quotes, and fields filled up with spaces.
      let (first, last) = (text[field.start], text[field.end - 1])
      guard first != 0x27, first != 0x20, last != 0x20,
        text.firstPlace(of: 0x22, or: 0x22, in: field.start..<field.end) == field.end
      else { return false }
    }
    return hasValue
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
