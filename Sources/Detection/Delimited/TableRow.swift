import Formats

/// A row as the search for table and header sees it.
struct TableRow {
  /// Place in the scan's rows.
  var index: Int
  /// Its fields.
  var fields: ArraySlice<DialectScan.Field>
  /// What each field looks like.
  var kinds: [CellShape.Kind]
  /// Fields that hold something.
  var filled: Int

  init(_ index: Int, _ scan: DialectScan, _ bytes: [UInt8]) {
    self.index = index
    fields = scan.fields(of: scan.rows[index])
    kinds = fields.map { CellShape.of(bytes, $0.start, $0.end).kind }
    filled = kinds.reduce(0) { $0 + ($1 == .empty ? 0 : 1) }
  }

  /// Nothing in it.
  var isBlank: Bool { filled == 0 }
  /// Fields.
  var width: Int { kinds.count }
  /// Fields up to the last that holds something.
  var reach: Int { (kinds.lastIndex { $0 != .empty } ?? -1) + 1 }
  /// Values of a type: numbers, dates, times.
  var typed: Int { kinds.reduce(0) { $0 + ($1.isTyped ? 1 : 0) } }

  /// Whether a field stands in quotes.
  func isQuoted(_ column: Int) -> Bool {
    column < fields.count && fields[fields.startIndex + column].isQuoted
  }

  /// A field's bytes without the spaces around them, as they stand.
  func bytes(_ column: Int, _ bytes: [UInt8]) -> ArraySlice<UInt8> {
    guard column < fields.count else { return [] }
    let field = fields[fields.startIndex + column]
    var slice = bytes[field.start..<field.end]
    while let last = slice.last, last == 0x20 { slice.removeLast() }
    while let first = slice.first, first == 0x20 { slice.removeFirst() }
    return slice
  }
}

/// What the rows below a header hold in one column.
struct ColumnProfile {
  /// Values that are there.
  private(set) var count = 0
  /// Values of each kind.
  private(set) var kinds = [Int](repeating: 0, count: CellShape.Kind.count)
  /// Bytes of all values.
  private(set) var length = 0
  private(set) var shortest = Int.max
  private(set) var longest = 0
  /// Values with a space between words.
  private(set) var spaced = 0
  /// Values without a small letter, and those that begin with one.
  private(set) var upper = 0
  private(set) var lowerFirst = 0
  /// The values, each once.
  private(set) var values: Set<[UInt8]> = []

  mutating func add(_ value: ArraySlice<UInt8>, _ kind: CellShape.Kind) {
    guard kind != .empty else { return }
    count += 1
    kinds[kind.rawValue] += 1
    length += value.count
    shortest = min(shortest, value.count)
    longest = max(longest, value.count)
    if value.contains(0x20) { spaced += 1 }
    if !value.contains(where: { (0x61...0x7A).contains($0) }) { upper += 1 }
    if let first = value.first, (0x61...0x7A).contains(first) { lowerFirst += 1 }
    if values.count < 500 { values.insert(Array(value)) }
  }

  /// The share of values that are numbers, dates or times.
  var typedShare: Double {
    guard count > 0 else { return 0 }
    let typed = [CellShape.Kind.integer, .decimal, .date, .time, .dateTime]
      .reduce(0) { $0 + kinds[$1.rawValue] }
    return Double(typed) / Double(count)
  }

  /// The share of values of that kind; integers and decimals are one.
  func share(_ kind: CellShape.Kind) -> Double {
    guard count > 0 else { return 0 }
    var same = kinds[kind.rawValue]
    if kind == .integer { same += kinds[CellShape.Kind.decimal.rawValue] }
    if kind == .decimal { same += kinds[CellShape.Kind.integer.rawValue] }
    return Double(same) / Double(count)
  }
}
