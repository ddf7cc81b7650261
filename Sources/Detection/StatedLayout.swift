public import Bytes
public import Formats

/// What a feed's settings say of a drop's layout, so that it need not be detected.
public struct StatedLayout: Sendable, Hashable {
  /// What the records are written in.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Text with delimiters between fields.
    case csv
    /// JSON: a document, or values one behind the other.
    case json
    /// JSON, one value a line.
    case ndjson
    case xml
  }

  /// A sign that is stated, or stated to be missing.
  public enum Sign: Sendable, Hashable {
    case none
    case byte(UInt8)

    /// The byte, or nil.
    public var byte: UInt8? {
      if case .byte(let byte) = self { return byte }
      return nil
    }
  }

  /// What the records are written in.
  public var format: Format?
  /// How the text is written as bytes.
  public var encoding: TextEncoding?
  /// The bytes between fields, one to eight.
  public var delimiter: [UInt8]?
  /// Characters of each column, where no delimiter parts them; the last goes on to the line's end.
  public var widths: [Int]?
  /// The quote, or that there is none.
  public var quote: Sign?
  /// How a quote stands inside a quoted field.
  public var escape: Dialect.Escape?
  /// What comments begin with, or that there are none.
  public var comment: Sign?
  /// What ends a row.
  public var lineEnd: Dialect.LineEnd?
  /// Lines before the header, or before the first record where there is none.
  public var skippedLines: Int?
  /// Rows of the header; 0: there is none.
  public var headerRows: Int?
  /// The columns' names, in the drop's order, in place of the header's.
  public var columns: [String]?
  /// The sheet of a workbook; nil: the first that holds a value.
  public var sheet: String?
  /// Where the records lie: a JSON path (`data.items`, `$`) or an XML path (`export/item`).
  public var records: String?

  /// What the feed's earlier drops have shown: no statement, but it holds where the drop allows it.
  public var earlier: Layout?

  /// Parts the fields of a text of one column: a sign that next to no text holds, the unit separator.
  public static let noDelimiter: [UInt8] = [0x1F]

  /// Nothing is stated.
  public init() {}

  /// Whether something is stated that only delimited text has.
  public var statesDialect: Bool {
    delimiter != nil || widths != nil || quote != nil || escape != nil || comment != nil
      || lineEnd != nil || skippedLines != nil || headerRows != nil || columns != nil
  }
}
