/// Why a drop as a whole cannot be read; wording in `FormatError+Message.swift`.
public enum FormatError: Error, Sendable, Hashable {
  /// A record is longer than the limit; the place is where it begins.
  case recordTooLong(line: UInt64, limit: Int)
  /// A quote opens at that line and the drop ends before it closes.
  case quoteNeverCloses(line: UInt64, column: UInt64)
  /// The document is not well-formed there.
  case notWellFormed(format: String, line: UInt64, column: UInt64, found: String)
  /// The document ends too early.
  case endsEarly(format: String, line: UInt64)
  /// Nested deeper than the limit.
  case tooDeep(line: UInt64, limit: Int)
  /// Entities expand beyond the limit, or one is not defined in the document itself.
  case entity(line: UInt64, found: String)
  /// More columns than the limit.
  case tooManyColumns(count: Int, limit: Int)
  /// The document is whole, and what should hold the records is not in it.
  case recordsNotFound(path: String)
  /// The workbook has no sheet of the stated name.
  case sheetNotFound(name: String, sheets: [String])
  /// There is not one byte: nobody's export looks like that.
  case emptyFile
  /// The bytes are no table, JSON or XML that can be named.
  case unknownFormat(found: String)
}
