/// What a block stands within, where its format nests: what a reader has to know of the bytes before.
public struct BlockSurroundings: Sendable, Hashable {
  /// What the content's beginning declares.
  public var prolog: [UInt8] = []
  /// The tags that are open at the block's start.
  public var tags: [UInt8] = []
  /// Everything that holds records has ended before.
  public var isBehind = false
  /// Characters that stand on the block's first line before it.
  public var column = 0

  /// Nothing: the content's beginning.
  public init() {}
}

/// Some hundred KiB of a drop's content as UTF-8, beginning and ending at records' ends.
///
/// A worker needs nothing else to read the records in it. `storage` may hold bytes before `start`
/// and after `end` (what was cut off); at least 64 bytes past `end` are readable.
public final class ByteBlock: @unchecked Sendable {
  // Sendable because a block has one owner at a time: the cutter fills it, a worker reads it, the
  // sequencer gives it back.

  /// The bytes; offsets below count from its base.
  public let storage: ByteBuffer
  /// Where the first record begins.
  public var start = 0
  /// Where the last record ends: one past its last byte.
  public var end = 0
  /// Position of the block among the drop's blocks, counted from 0.
  public var index = 0
  /// Offset of `storage`'s base in the decoded content.
  public var offset: UInt64 = 0
  /// Line of the byte at `start`, counted from 1.
  public var firstLine: UInt64 = 1
  /// Number of the first record, counted from 0, where the splitter counts records; else 0.
  public var firstRecord: UInt64 = 0
  /// Quotes stand where the fast reader cannot trust them: read the block with the careful one.
  public var isIrregular = false

  /// What the block stands within.
  public var surroundings = BlockSurroundings()
  /// Nothing follows it.
  public var isLast = false

  /// An empty block with room for `capacity` bytes.
  public init(capacity: Int) {
    storage = ByteBuffer(capacity: capacity)
  }

  /// The bytes between `start` and `end`.
  public var count: Int { end - start }
}
