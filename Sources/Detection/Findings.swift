public import Bytes
public import Formats

/// What a drop's first bytes say it is, step by step.
public struct Findings: Sendable {
  /// How it was packed.
  public var compression: Compression
  /// How its text is written.
  public var encoding: TextEncoding
  /// Whether more than likelihood speaks for the encoding.
  public var isEncodingProven = true
  /// Bytes of its byte-order mark.
  public var bomLength: Int
  /// Where its records lie.
  public var layout: Layout
  /// Rows before the header, counted as records; `preambleLines` of the layout counts lines.
  public var skippedRows: Int
  /// The sheet whose rows these are, where the drop is a workbook.
  public var sheet: String?
  /// The steps, each with its evidence.
  public var steps: [Finding]

  /// Findings without any step yet.
  public init(
    compression: Compression = .none,
    encoding: TextEncoding = .utf8,
    bomLength: Int = 0,
    layout: Layout = .empty,
    skippedRows: Int = 0,
    steps: [Finding] = []
  ) {
    self.compression = compression
    self.encoding = encoding
    self.bomLength = bomLength
    self.layout = layout
    self.skippedRows = skippedRows
    self.steps = steps
  }

  /// Below this a finding is called uncertain.
  public static let certain = 0.75

  /// The steps whose answers may not be relied on.
  public var uncertain: [Finding] { steps.filter { !$0.isCertain } }

  /// The least sure of the steps.
  public var confidence: Double { steps.map(\.confidence).min() ?? 1 }
}
