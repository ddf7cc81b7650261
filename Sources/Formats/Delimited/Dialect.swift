/// How a delimited text marks its fields and rows.
public struct Dialect: Sendable, Hashable {
  /// How a quote stands inside a quoted field.
  public enum Escape: String, Sendable, Hashable {
    /// `""` (RFC 4180 §2.7).
    case doubled
    /// `\"`, and `\\` for the backslash.
    case backslash
    /// A backslash and a sign stand for a byte outside quotes, too, and `\N` for no value: as
    /// PostgreSQL's COPY and MySQL write text. See ``CopyText``.
    case copy
  }

  /// What ends a row.
  public enum LineEnd: String, Sendable, Hashable {
    /// LF, or CR LF.
    case lineFeed
    /// CR alone, as old Macintosh programs write.
    case carriageReturn

    /// The byte that ends a row; a CR before an LF belongs to the end, too.
    public var byte: UInt8 { self == .lineFeed ? 0x0A : 0x0D }
  }

  /// The bytes between fields: mostly one (`,` `;` tab `|`), at most eight; never empty.
  public var delimiter: [UInt8]
  /// The quote, or nil where quotes are ordinary bytes.
  public var quote: UInt8?
  /// How a quote stands inside a quoted field, and what else stands for other bytes.
  public var escape: Escape
  /// Lines that begin with this byte are comments; nil: there are none.
  public var comment: UInt8?
  /// What ends a row.
  public var lineEnd: LineEnd
  /// Fields without quotes are filled up with spaces to their columns' widths; the spaces are no content.
  public var isPadded = false

  /// A dialect.
  public init(
    delimiter: [UInt8],
    quote: UInt8? = UInt8(ascii: "\""),
    escape: Escape = .doubled,
    comment: UInt8? = nil,
    lineEnd: LineEnd = .lineFeed
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.escape = escape
    self.comment = comment
    self.lineEnd = lineEnd
  }

  /// Comma, double quote, doubled: RFC 4180.
  public static let csv = Dialect(delimiter: [UInt8(ascii: ",")])
}

/// Where the table lies in a delimited text and what its columns are called.
public struct DelimitedLayout: Sendable, Hashable {
  /// How fields and rows are marked.
  public var dialect: Dialect
  /// The columns' names as the source gives them (UTF-8), in its order; `column_N` where it has no header.
  public var names: [String]
  /// Offset of the first data row in the decoded content (behind preamble and header).
  public var dataOffset: UInt64
  /// Line of the first data row, counted from 1.
  public var dataLine: UInt64
  /// Rows of the header: 0 where there is none.
  public var headerRows: Int
  /// Lines before the header that belong to no table; reported, never lost.
  public var preambleLines: Int
  /// Every data row ends with one more delimiter than the header has.
  public var hasTrailingDelimiter: Bool
  /// What the table's rows look like, for judging those that do not; nil: each of those is rejected.
  public var rows: RowModel?
  /// Where the columns lie, where no delimiter parts them; the dialect and the offset of the first data row
  /// are those of the text that is cut there.
  public var fixedWidth: FixedWidth?

  /// A layout.
  public init(
    dialect: Dialect,
    names: [String],
    dataOffset: UInt64,
    dataLine: UInt64,
    headerRows: Int,
    preambleLines: Int,
    hasTrailingDelimiter: Bool = false,
    rows: RowModel? = nil
  ) {
    self.dialect = dialect
    self.names = names
    self.dataOffset = dataOffset
    self.dataLine = dataLine
    self.headerRows = headerRows
    self.preambleLines = preambleLines
    self.hasTrailingDelimiter = hasTrailingDelimiter
    self.rows = rows
  }
}
