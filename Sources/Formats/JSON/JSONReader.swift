public import Bytes

/// Reads the records of a block of JSON into rows, without an object or a string for any of them.
///
/// How this works: one pass over the bytes. A member's name is first held against the name that
/// stood at its place in the last record, quote and colon included; only where that fails is it
/// looked up. The byte behind the block is set to 0 while it is read, so that only strings need to
/// know where the block ends. Nested values become canonical text in the rows' scratch buffer.
public final class JSONReader: RecordReader, @unchecked Sendable {
  // Sendable because a reader has one owner at a time: its worker.

  /// Why the drop as a whole cannot be read: a record of an array or object is broken.
  ///
  /// Its rejects then say which; where records stand a line each, this stays nil.
  public private(set) var failure: FormatError?

  private var work: JSONRecords

  /// A reader of records laid out like that, whose columns `0..<names.count` are known.
  public init(layout: JSONLayout, names: [[UInt8]], limits: FormatLimits = FormatLimits()) {
    work = JSONRecords(layout: layout, names: names, limits: limits)
  }

  /// Reads every record between `block.start` and `block.end` into `rows`.
  public func read(_ block: ByteBlock, into rows: RowBlock) {
    rows.begin(block: block, width: work.names.fixedCount)
    let storage = block.storage
    // Safe: one byte past `end` lies in the storage or in its slack; it is put back below.
    let behind = unsafe storage.base[block.end]
    unsafe storage.base[block.end] = 0
    let cursor = unsafe JSONCursor(
      UnsafePointer(storage.base),
      from: block.start,
      to: block.end
    )
    let failure = work.read(cursor, into: rows)
    unsafe storage.base[block.end] = behind
    if self.failure == nil { self.failure = failure }
  }
}
