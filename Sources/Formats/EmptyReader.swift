public import Bytes

/// Takes content without records: white space alone.
public struct EmptySplitter: RecordSplitter {
  /// A splitter that finds nothing.
  public init() {}

  /// Takes all bytes; there is no record among them.
  public mutating func split(
    _ bytes: UnsafeBufferPointer<UInt8>,
    isLast: Bool
  ) throws(FormatError) -> Split {
    Split(start: bytes.count, end: bytes.count, next: bytes.count, firstLine: 1)
  }
}

/// Reads no records.
public final class EmptyReader: RecordReader {
  /// A reader that finds nothing.
  public init() {}

  /// Begins the rows and leaves them empty.
  public func read(_ block: ByteBlock, into rows: RowBlock) {
    rows.begin(block: block, width: 0)
  }
}
