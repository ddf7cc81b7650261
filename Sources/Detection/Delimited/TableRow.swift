import Formats

/// A row as the search for table and header sees it.
struct TableRow {
  /// Place in the scan's rows.
  var index: Int
  /// Its fields.
  var fields: ArraySlice<DialectScan.Field>
  /// What each field looks like.
  private let kinds: ArraySlice<CellShape.Kind>
  /// Fields that hold something.
  var filled: Int
  /// Nothing in it, not even marks that say so.
  let isBlank: Bool

  /// The scan's row at `index`; `known` says what each of the scan's fields looks like.
  init(_ index: Int, _ scan: DialectScan, _ bytes: [UInt8], _ known: [CellShape.Kind]? = nil) {
    self.index = index
    fields = scan.fields(of: scan.rows[index])
    if let known {
      kinds = known[scan.rows[index].fields]
    } else {
      kinds = fields.map { CellShape.kind(bytes, $0.start, $0.end) }[...]
    }
    filled = kinds.reduce(0) { $0 + ($1 == .empty ? 0 : 1) }
    isBlank =
      filled == 0
      && fields.allSatisfy { CellShape.trimmed(bytes, $0.start, $0.end).isEmpty }
  }

  /// Fields.
  var width: Int { kinds.count }
  /// Fields up to the last that holds something.
  var reach: Int { kinds.lastIndex { $0 != .empty }.map { $0 + 1 - kinds.startIndex } ?? 0 }
  /// Values of a type: numbers, dates, times.
  var typed: Int { kinds.reduce(0) { $0 + ($1.isTyped ? 1 : 0) } }

  /// What a field looks like.
  func kind(_ column: Int) -> CellShape.Kind { kinds[kinds.startIndex + column] }

  /// Whether a field stands in quotes.
  func isQuoted(_ column: Int) -> Bool {
    column < fields.count && fields[fields.startIndex + column].isQuoted
  }

  /// Where a field's bytes lie, without the spaces around them.
  func place(_ column: Int, _ bytes: [UInt8]) -> Range<Int> {
    guard column < fields.count else { return 0..<0 }
    let field = fields[fields.startIndex + column]
    return CellShape.trimmed(bytes, field.start, field.end)
  }

  /// A field's bytes without the spaces around them, as they stand.
  func bytes(_ column: Int, _ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes[place(column, bytes)]
  }
}

/// What the rows below a header hold in one column.
struct ColumnProfile {
  /// Values that are there; those that were only counted are not in what follows `kinds`.
  private(set) var count = 0
  /// Values of each kind.
  private(set) var kinds = [8 of Int](repeating: 0)
  /// Bytes of all values.
  private(set) var length = 0
  private(set) var shortest = Int.max
  private(set) var longest = 0
  /// Values with a space between words.
  private(set) var spaced = 0
  /// Values without a small letter, and those that begin with one.
  private(set) var upper = 0
  private(set) var lowerFirst = 0
  /// Values made of the same runs of letters and digits and the same marks as the first.
  private(set) var alike = 0
  /// What the first value is made of.
  private(set) var pattern = CellPattern()
  /// The values, each once.
  private(set) var values = ValueSet()

  /// Counts a cell of that kind.
  mutating func count(_ kind: CellShape.Kind) {
    guard kind != .empty else { return }
    count += 1
    kinds[kind.rawValue] += 1
  }

  /// Takes in the words of the value at `value`, which is counted.
  mutating func add(_ bytes: [UInt8], _ value: Range<Int>) {
    length += value.count
    shortest = min(shortest, value.count)
    var isSpaced = false
    var hasLower = false
    var hash = ValueSet.start
    var made = CellPattern()
    for at in value {
      let byte = bytes[at]
      made.add(byte)
      if byte == 0x20 { isSpaced = true }
      if byte &- 0x61 < 26 { hasLower = true }
      hash = ValueSet.step(hash, byte)
    }
    if longest == 0 { pattern = made }
    longest = max(longest, value.count)
    if made == pattern { alike += 1 }
    if isSpaced { spaced += 1 }
    if !hasLower { upper += 1 }
    if bytes[value.lowerBound] &- 0x61 < 26 { lowerFirst += 1 }
    if values.count < 500 { values.insert(hash) }
  }

  /// Most of the values are of a kind that says what the column is.
  var isOfKind: Bool { typedShare > 0.4 || share(.groups) > 0.7 }

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

/// What a cell is made of, run by run: letters, digits, and marks as they are.
struct CellPattern: Equatable {
  /// Runs and marks.
  private(set) var parts = 0
  /// Marks or digits that names of columns seldom hold.
  private(set) var isOfValues = false
  private var hash = ValueSet.start
  private var last: UInt8 = 0

  /// Takes in the next byte.
  mutating func add(_ byte: UInt8) {
    var sign = byte
    if byte &- 0x30 < 10 {
      sign = 0x30
    } else if (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 {
      sign = 0x61
    }
    if sign == last && (sign == 0x30 || sign == 0x61) { return }
    last = sign
    parts += 1
    hash = ValueSet.step(hash, sign)
    switch sign {
    case 0x30, 0x40, 0x5C, 0x2F, 0x3A, 0x7B, 0x5B: isOfValues = true
    default: break
    }
  }
}

/// A set of texts, of which only 64 bits each are kept: for counts that weigh, not for proof.
struct ValueSet {
  /// Values in it.
  private(set) var count = 0
  /// 0: empty; the number of slots is a power of two, or 0.
  private var slots: [UInt64] = []

  /// Adds a value, once; `hash` is made by `step` from `start` on.
  mutating func insert(_ hash: UInt64) {
    if slots.isEmpty { slots = [UInt64](repeating: 0, count: 64) }
    guard put(Self.stirred(hash)) else { return }
    count += 1
    guard count * 2 > slots.count else { return }
    let held = slots
    slots = [UInt64](repeating: 0, count: held.count * 4)
    for hash in held where hash != 0 { _ = put(hash) }
  }

  /// Whether a value is in it.
  func contains(_ value: ArraySlice<UInt8>) -> Bool {
    if slots.isEmpty { return false }
    let hash = Self.stirred(value.reduce(Self.start, Self.step))
    return slots[place(of: hash)] == hash
  }

  private mutating func put(_ hash: UInt64) -> Bool {
    let place = place(of: hash)
    if slots[place] == hash { return false }
    slots[place] = hash
    return true
  }

  /// The slot that holds the hash, or would.
  private func place(of hash: UInt64) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[place] != 0 && slots[place] != hash { place = (place + 1) & mask }
    return place
  }

  // FNV-1a.
  static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  /// Stirred once more; never 0.
  private static func stirred(_ hash: UInt64) -> UInt64 {
    max((hash ^ hash >> 29) &* 0x9E37_79B9_7F4A_7C15, 1)
  }
}
