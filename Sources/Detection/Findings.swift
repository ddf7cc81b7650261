public import Bytes
public import Formats

/// What a drop's bytes turned out to be.
public struct Findings: Sendable {
  /// How the text is written as bytes.
  public var encoding: TextEncoding
  /// Bytes of the byte-order mark; 0 where there is none.
  public var bomLength: Int
  /// Where the records lie.
  public var layout: Layout
}
