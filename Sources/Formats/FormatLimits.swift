/// How much a reader takes before it says no; all settable.
public struct FormatLimits: Sendable, Hashable {
  /// Bytes of one record.
  public var recordBytes = 64 << 20
  /// Bytes of one field or value.
  public var fieldBytes = 16 << 20
  /// Columns of a table.
  public var columns = 10_000
  /// Levels of nested objects, arrays and elements.
  public var depth = 512

  /// The limits of the architecture.
  public init() {}
}
