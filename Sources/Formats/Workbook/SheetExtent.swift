import Bytes

/// Where the cells of a sheet lie that hold a value.
public struct SheetExtent: Sendable, Hashable {
  /// The columns from the first to the last that holds a value, counted from 0.
  public var columns: Range<Int> = 0..<0
  /// The cells whose formula was never calculated: they hold no value.
  public var uncalculated = 0

  /// The most columns that a sheet has.
  static let columnLimit = 16_384
  /// The most rows that a sheet has; the text is filled up with empty lines to where a row says it is.
  static let rowLimit = 1_048_576

  mutating func take(_ column: Int) {
    columns =
      columns.isEmpty
      ? column..<(column + 1)
      : min(columns.lowerBound, column)..<max(columns.upperBound, column + 1)
  }
}

/// A place in a sheet as its cells name it: `C5`, `AA17`.
enum CellPlace {
  /// The column of such a name, counted from 0; nil where it is none.
  static func column(of name: String) -> Int? {
    var column = 0
    for sign in name.utf8 {
      guard case 0x41...0x5A = sign else { break }
      column = column * 26 + Int(sign - 0x40)
      if column > SheetExtent.columnLimit { return nil }
    }
    return column > 0 ? column - 1 : nil
  }
}

/// Finds a sheet's extent; its values are not looked at.
final class SheetExtentSink: MarkupSink {
  private(set) var extent = SheetExtent()
  private var column = -1
  private var hasFormula = false
  private var isCell = false
  private var isValue = false
  private var hasValue = false

  func begins(_ name: String, _ attributes: MarkupAttributes) {
    switch name {
    case "row": column = -1
    case "c":
      column = attributes["r"].flatMap { CellPlace.column(of: $0) } ?? column + 1
      isCell = true
      hasFormula = false
      hasValue = false
    case "f": hasFormula = isCell
    case "v", "t": isValue = isCell
    default: break
    }
  }

  func ends(_ name: String) {
    isValue = false
    guard name == "c" else { return }
    isCell = false
    if hasValue, column < SheetExtent.columnLimit { extent.take(column) }
    if hasFormula, !hasValue { extent.uncalculated += 1 }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    if isValue, !bytes.isEmpty { hasValue = true }
  }
}
