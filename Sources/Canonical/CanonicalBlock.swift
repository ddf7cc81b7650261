public import Bytes
import Glibc
public import Records

/// The canonical lines of one block, and all that commit needs to know of them.
public final class CanonicalBlock: @unchecked Sendable {
  // Sendable because a block has one owner at a time: the worker that fills it, then the sequencer.

  /// The lines, each ended by an LF, one behind the other.
  public let lines: ByteBuffer
  /// Where each line ends: one past its LF.
  public internal(set) var ends: [UInt32] = []
  /// A fingerprint a line; empty where none were asked for.
  public internal(set) var fingerprints: [Fingerprint] = []
  /// The source line where each record begins, relative to `firstLine`.
  public internal(set) var sourceLines: [UInt32] = []
  /// The source line that `sourceLines` count from, counted from 1.
  public internal(set) var firstLine: UInt64 = 1
  /// Records that could not be converted.
  public internal(set) var rejects: [Reject] = []
  /// Records that were read otherwise than they stand.
  public internal(set) var repairs: [Repair] = []
  /// Position of the block among the drop's blocks, counted from 0.
  public var index = 0
  /// Values that the plan could not hold were met: the lines are not to be used.
  public internal(set) var isViolated = false
  /// What the values that the plan could not hold have shown, a column each; empty where none.
  public internal(set) var evidence: [ColumnEvidence] = []
  /// How often each of `NullWords.all` was a null, column by column; empty where none was.
  public internal(set) var nullWords: [UInt32] = []
  /// Lines that have a value in each of the plan's columns.
  public internal(set) var present: [Int] = []
  /// Records whose value in a column was of another kind than the column, by column and kind.
  public internal(set) var otherKinds: [OtherKind: Int] = [:]
  /// Raw names of columns that the plan does not know.
  public internal(set) var addedNames: [[UInt8]] = []

  /// A column, by its place in the plan, and the kind that some of its values are of.
  public struct OtherKind: Hashable, Sendable {
    /// The place in the plan.
    public var column: Int
    /// `object`, `array`, or `string` for a scalar.
    public var kind: ColumnType
  }

  /// A block without lines.
  public convenience init() {
    self.init(capacity: 1 << 19)
  }

  /// A block of whole canonical lines, each ended by an LF, and nothing else.
  public convenience init(lines text: [UInt8]) {
    self.init(capacity: text.count)
    lines.append(contentsOf: text)
    ends = text.indices.filter { text[$0] == 0x0A }.map { UInt32($0 + 1) }
  }

  private init(capacity: Int) {
    lines = ByteBuffer(capacity: capacity)
  }

  /// The lines, their fingerprints, rejects and repairs in a block of their own, with room for no more.
  public func copy() -> CanonicalBlock {
    let copy = CanonicalBlock(capacity: lines.count)
    withLines { copy.lines.append($0) }
    copy.ends = ends
    copy.fingerprints = fingerprints
    copy.sourceLines = sourceLines
    copy.firstLine = firstLine
    copy.rejects = rejects
    copy.repairs = repairs
    copy.index = index
    return copy
  }

  /// Takes records out: the lines, fingerprints and source lines of the others close ranks.
  public func remove(where isGone: [Bool]) {
    var kept = 0
    var end = 0
    var start = 0
    for record in ends.indices {
      let next = Int(ends[record])
      defer { start = next }
      if isGone[record] { continue }
      // Safe: both places lie within the lines, and bytes only move towards the front.
      unsafe memmove(lines.base + end, lines.base + start, next - start)
      end += next - start
      ends[kept] = UInt32(end)
      if !fingerprints.isEmpty { fingerprints[kept] = fingerprints[record] }
      if !sourceLines.isEmpty { sourceLines[kept] = sourceLines[record] }
      kept += 1
    }
    lines.count = end
    ends.removeLast(ends.count - kept)
    if !fingerprints.isEmpty { fingerprints.removeLast(fingerprints.count - kept) }
    if !sourceLines.isEmpty { sourceLines.removeLast(sourceLines.count - kept) }
  }

  /// Takes rejected records out; says how many there were.
  public func removeRejects(where isGone: (Reject) -> Bool) -> Int {
    let before = rejects.count
    rejects.removeAll(where: isGone)
    return before - rejects.count
  }

  /// Bytes of all lines.
  public var byteCount: Int { lines.count }

  /// Hands out all lines as one run of bytes, valid during the call.
  public func withLines(_ body: (RawSpan) throws -> Void) rethrows {
    // Safe: the span is of the lines in use, and ends with the call.
    let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(lines.base), byteCount: lines.count)
    try body(span)
  }

  /// Appends all lines to `array`.
  public func append(to array: inout [UInt8]) {
    unsafe array.append(contentsOf: lines.bytes)
  }

  /// Records converted: lines.
  public var count: Int { ends.count }

  /// Records read: lines and rejects.
  public var recordsRead: Int { ends.count + rejects.count }

  /// Counts a word that stands for a missing value.
  func addNullWord(_ word: Int, column: Int, columns: Int) {
    if nullWords.isEmpty {
      nullWords = [UInt32](repeating: 0, count: columns * NullWords.all.count)
    }
    nullWords[column * NullWords.all.count + word] += 1
  }
}
