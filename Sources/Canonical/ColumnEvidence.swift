import Bytes
public import Records

/// What the values of one column have shown: enough to prove its type, and nothing of the values.
///
/// Evidence joins: readings intersect, marks and words unite. The join is associative and
/// idempotent, and commutative but for `nesting`, where the first value of the drop decides.
public struct ColumnEvidence: Sendable, Hashable {
  /// What kind of value came first.
  enum Nesting: UInt8, Sendable {
    case none
    case scalar
    case object
    case array
  }

  var readings: Readings = .all
  var nesting: Nesting = .none
  var marks: NumberScan.Marks = []
  var sawTrue = false
  var sawFalse = false
  /// Words were met that may stand for a missing value.
  var sawNullWord = false

  /// Of a column without values.
  public init() {}

  /// The column's values are of that kind, whatever came first: `object`, `array`, else a scalar.
  public mutating func settle(kind: ColumnType) {
    nesting = kind == .object ? .object : kind == .array ? .array : .scalar
  }

  /// The kind of the value that came first: `object`, `array`, `string` for a scalar, else `empty`.
  public var kind: ColumnType {
    switch nesting {
    case .none: .empty
    case .scalar: .string
    case .object: .object
    case .array: .array
    }
  }

  /// Whether a spreadsheet has shortened what were ids: no number says that amounts are meant.
  var isShortened: Bool {
    if marks.contains(.measured) { return false }
    return marks.contains(.shortened) || (marks.contains(.rounded) && !marks.contains(.long))
  }

  /// Takes in what later values have shown.
  public mutating func join(_ later: ColumnEvidence) {
    readings.formIntersection(later.readings)
    if nesting == .none { nesting = later.nesting }
    marks.formUnion(later.marks)
    sawTrue = sawTrue || later.sawTrue
    sawFalse = sawFalse || later.sawFalse
    sawNullWord = sawNullWord || later.sawNullWord
  }

  // Safe: `text` holds as many bytes as the cell is long, and nobody keeps the pointer.

  /// Takes in one value of a column that may be pinned.
  mutating func add(
    _ cell: Cell,
    _ text: UnsafePointer<UInt8>,
    allowed: Readings,
    pin: Pin?
  ) {
    guard let pin else { return unsafe add(cell, text, allowed: allowed) }
    var shown = ColumnEvidence()
    unsafe shown.add(cell, text, allowed: allowed)
    if pin.admits(shown) { join(shown) }
  }

  /// Takes in one value; `allowed` are the readings that texts of this column may have.
  mutating func add(_ cell: Cell, _ text: UnsafePointer<UInt8>, allowed: Readings) {
    switch cell.kind {
    case .absent: return
    case .object, .array:
      if nesting == .none { nesting = cell.kind == .object ? .object : .array }
      return
    case .true, .false:
      readings.formIntersection(.trueFalse)
    case .number:
      // A spreadsheet has no part in a number of JSON, whatever it looks like.
      var seen: NumberScan.Marks = []
      unsafe readings.formIntersection(
        NumberScan.readings(text, cell.length, marks: &seen)
          .intersection([.pointInteger, .pointNumber, .pointDecimal])
      )
      marks.formUnion(seen.intersection(.point))
    case .text, .plainText:
      readings.formIntersection(allowed)
      guard !readings.isEmpty else { break }
      let isValue = unsafe addText(text, cell.length, mayBeMissing: allowed.contains(.missing))
      if !isValue { return }
    }
    if nesting == .none { nesting = .scalar }
  }

  /// Takes in one text; false where it stands for a missing value and shows nothing else.
  private mutating func addText(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    mayBeMissing: Bool
  ) -> Bool {
    var found: Readings = []
    var seen: NumberScan.Marks = []
    if !readings.isDisjoint(with: .numeric) {
      unsafe found.formUnion(NumberScan.readings(text, length, marks: &seen))
    }
    if found.isEmpty, !readings.isDisjoint(with: .temporal) {
      unsafe found.formUnion(Moment.readings(text, length))
    }
    if found.isEmpty, !readings.isDisjoint(with: .booleans) {
      unsafe found.formUnion(Words.readings(text, length, sawTrue: &sawTrue, sawFalse: &sawFalse))
    }
    if found.isEmpty, mayBeMissing, unsafe NullWords.index(of: text, length) != nil {
      sawNullWord = true
      return false
    }
    marks.formUnion(seen)
    readings.formIntersection(found)
    return true
  }
}

/// What a column's values could mean and nothing in the drop decides; the column stays text.
public enum Doubt: String, Sendable, Hashable, CaseIterable {
  /// Day first or month first: no part is over 12.
  case dayOrMonthFirst = "day-or-month-first"
  /// A comma that could be a decimal mark or stand between groups of three.
  case decimalOrGroupingComma = "decimal-or-grouping-comma"
  /// A point that could stand between groups of three, in a drop whose other columns do so.
  case decimalOrGroupingPoint = "decimal-or-grouping-point"
  /// One word of a pair such as yes and no, never the other.
  case oneWordOnly = "one-word-only"
  /// A year of two digits: no value can say the century.
  case twoDigitYear = "two-digit-year"
  /// Long numbers of which a spreadsheet has kept no more than the first digits.
  case shortenedBySpreadsheet = "shortened-by-spreadsheet"
  /// Nothing but words such as `NA` that stand for a missing value in other columns.
  case nullWordsOnly = "null-words-only"

  /// The setting that settles it.
  public var setting: String {
    switch self {
    case .dayOrMonthFirst: "date-order"
    case .decimalOrGroupingComma, .decimalOrGroupingPoint: "decimal-mark"
    case .oneWordOnly, .twoDigitYear, .shortenedBySpreadsheet: "types"
    case .nullWordsOnly: "null-words"
    }
  }

  /// What would settle it, for people.
  public var question: String {
    switch self {
    case .dayOrMonthFirst: "Is the day or the month first? No value has a part over 12."
    case .decimalOrGroupingComma: "Is the comma a decimal mark or between groups of three digits?"
    case .decimalOrGroupingPoint: "Is the point a decimal mark or between groups of three digits?"
    case .oneWordOnly: "Is this a boolean? Only one word of the pair occurs."
    case .twoDigitYear: "Which century is it? The years have two digits."
    case .shortenedBySpreadsheet:
      "Are these ids? A spreadsheet has put zeros or an exponent in the place of their last digits."
    case .nullWordsOnly: "Is this a value, or does it say that there is none? Nothing else occurs."
    }
  }
}
