import Canonical
import Conversion

/// A small drop that was converted ahead of its turn: its blocks, held until the drops before it are in.
final class HeldConversion: RecordSink, @unchecked Sendable {
  // Sendable because it has one owner at a time: the thread that fills it, then the group.

  /// More bytes of lines than this are not held: the group converts the drop itself.
  private static let mostBytes = 1 << 20

  /// The drop holds more than may be held.
  struct TooLarge: Error {}

  /// The lines and rejects, in order.
  private(set) var blocks: [CanonicalBlock] = []
  /// What was found; nil where the drop is left to the group.
  var report: ConversionReport?
  private(set) var byteCount = 0

  func restart() {
    blocks = []
    byteCount = 0
  }

  func accept(_ block: CanonicalBlock) throws {
    byteCount += block.byteCount
    guard byteCount <= HeldConversion.mostBytes else { throw TooLarge() }
    blocks.append(block.copy())
  }
}
