public import Bytes

/// What a splitter found in a run of bytes.
public struct Split: Sendable {
  /// Where the first whole record begins.
  public var start: Int
  /// One past the last whole record; equal to `start` where no record is whole yet.
  public var end: Int
  /// Where the bytes of the next call begin: what lies before is done with.
  public var next: Int
  /// Line of the byte at `start`, counted from 1.
  public var firstLine: UInt64
  /// Number of the first record, counted from 0, where the format counts them; else 0.
  public var firstRecord: UInt64
  /// The block's quotes need the careful reader.
  public var isIrregular: Bool
  /// What the block stands within.
  public var surroundings = BlockSurroundings()
  /// Nothing follows the block.
  public var isLast = false

  /// A finding.
  public init(
    start: Int,
    end: Int,
    next: Int,
    firstLine: UInt64,
    firstRecord: UInt64 = 0,
    isIrregular: Bool = false
  ) {
    self.start = start
    self.end = end
    self.next = next
    self.firstLine = firstLine
    self.firstRecord = firstRecord
    self.isIrregular = isIrregular
  }
}

extension ByteBlock {
  /// Makes the whole records that a split of the block's bytes found its content.
  public func hold(_ split: Split) {
    start = split.start
    end = split.end
    firstLine = split.firstLine
    firstRecord = split.firstRecord
    isIrregular = split.isIrregular
    surroundings = split.surroundings
    isLast = split.isLast
  }
}

/// Cuts content into runs of whole records, in one pass, exactly: state is carried, nothing is guessed.
public protocol RecordSplitter: Sendable {
  /// Where the whole records in `bytes` begin and end.
  ///
  /// `bytes` begins where the last call's `next` pointed and holds that rest again, with more
  /// behind it; 64 bytes past its end are readable. With `isLast` nothing follows, and what is
  /// left is the last record or an error. May return `end == start` to ask for more.
  ///
  /// - Throws: `FormatError` where the drop as a whole cannot be read.
  mutating func split(
    _ bytes: UnsafeBufferPointer<UInt8>,
    isLast: Bool
  ) throws(FormatError) -> Split
}

/// Reads the records of a block into rows.
///
/// One reader a worker; it may keep what speeds it up.
public protocol RecordReader: AnyObject, Sendable {
  /// Reads every record between `block.start` and `block.end` into `rows`.
  ///
  /// Calls `rows.begin` itself. A record that cannot be read becomes a `Reject` in `rows.rejects`;
  /// nothing is thrown and nothing is skipped.
  func read(_ block: ByteBlock, into rows: RowBlock)

  /// Why the drop as a whole cannot be read; nil while only single records are at fault.
  var failure: FormatError? { get }
}

extension RecordReader {
  /// Most formats' faults cost a record, never the drop.
  public var failure: FormatError? { nil }
}
