import Bytes
import CKernels
import Files
import Records

/// Goes through sorted entries a block at a time: those of a run, or those of a session.
@safe
final class RunCursor {
  /// The fingerprints of the block that are still to come; unsafe: they live as long as this.
  @unsafe var sequence: dm_sequence
  private let source: OpenRun?
  private let width: Int
  private var hasher = SHA256Hasher()
  private var read: UInt64 = 0
  private var last: Fingerprint?

  /// Fingerprints that are looked at and hashed together: 256 KiB.
  private static let block = 16_384

  /// Goes through a run, and holds it against its header on the way.
  init(of run: OpenRun) {
    source = run
    width = run.header.width
    unsafe sequence = unsafe dm_sequence(next: nil, end: nil)
    run.expectReading(inOrder: true)
  }

  /// Goes through fingerprints in memory, which must outlive this.
  init(of sorted: UnsafeBufferPointer<Fingerprint>, width: Int = 1) {
    source = nil
    self.width = width
    unsafe sequence = unsafe dm_sequence(next: nil, end: nil)
    unsafe look(at: sorted)
  }

  deinit {
    source?.expectReading(inOrder: false)
  }

  /// The fingerprints of the block that are still to come.
  var rest: UnsafeBufferPointer<Fingerprint> {
    // Safe: the sequence lies in the block or in the memory given.
    let count = unsafe sequence.next.map { unsafe sequence.end - $0 } ?? 0
    let start = unsafe UnsafeRawPointer(sequence.next)?.assumingMemoryBound(to: Fingerprint.self)
    return unsafe UnsafeBufferPointer(start: start, count: count)
  }

  /// Makes sure that there is something to come; false at the end.
  ///
  /// - Throws: ``IdentityError/damaged(run:found:)`` when the run is not what was written.
  func fill() throws(IdentityError) -> Bool {
    if unsafe sequence.next != sequence.end { return true }
    guard let source else { return false }
    guard read < source.header.count else {
      if last == source.header.range.upperBound { return false }
      throw .damaged(run: source.label, found: "its last fingerprint is another")
    }
    let keys = unsafe source.entries(from: read, count: Self.block / width)
    unsafe look(at: keys)
    unsafe try check(source, keys)
    return true
  }

  /// Passes over so many entries.
  func advance(by count: Int) {
    // Safe: never more than are to come.
    unsafe sequence.next += count * width
  }

  private func look(at keys: UnsafeBufferPointer<Fingerprint>) {
    let start = unsafe UnsafeRawPointer(keys.baseAddress)?.assumingMemoryBound(
      to: dm_fingerprint.self
    )
    unsafe sequence.next = unsafe start
    unsafe sequence.end = unsafe start.map { unsafe $0 + keys.count }
  }

  /// Holds a block against what came before it and, at the end, the whole against the header.
  private func check(
    _ source: OpenRun,
    _ keys: UnsafeBufferPointer<Fingerprint>
  ) throws(IdentityError) {
    var before = dm_fingerprint(high: last?.high ?? 0, low: last?.low ?? 0)
    // Safe: the sequence is the block that is looked at.
    let ascends =
      unsafe last == nil
      ? dm_ascends(sequence.next, keys.count / width, UInt32(width), nil)
      : dm_ascends(sequence.next, keys.count / width, UInt32(width), &before)
    guard ascends else { throw .damaged(run: source.label, found: "its order is broken") }
    unsafe hasher.update(UnsafeRawBufferPointer(keys))
    last = unsafe keys[keys.count - width]
    read += UInt64(keys.count / width)
    // The pages of blocks that are gone through would add up to the whole run.
    if read.isMultiple(of: UInt64(16 * Self.block / width)) { source.release() }
    guard read < source.header.count || hasher.finish() == source.header.sha256 else {
      throw .damaged(run: source.label, found: "its checksum is another")
    }
  }
}

/// Merges sorted sequences, a block at a time: of equal keys the entry of the first sequence.
final class MergeReader {
  private let width: Int
  private let out = Block<Fingerprint>(count: 16_384, of: Fingerprint(high: 0, low: 0))
  private var last = dm_fingerprint(high: 0, low: 0)
  private var any = false
  private var open: [RunCursor]

  init(_ cursors: [RunCursor], width: Int) {
    open = cursors
    self.width = width
  }

  /// The next entries; empty at the end.
  ///
  /// Unsafe: they are valid until the next call.
  func next() throws(IdentityError) -> UnsafeBufferPointer<Fingerprint> {
    while true {
      var filled: [RunCursor] = []
      for cursor in open where try cursor.fill() { filled.append(cursor) }
      open = filled
      if open.isEmpty { return unsafe UnsafeBufferPointer(rebasing: out.buffer[..<0]) }
      var sequences = unsafe open.map { unsafe $0.sequence }
      // Safe: the kernel gives at most the room it is told, and only moves the sequences on.
      let given = unsafe out.buffer.withMemoryRebound(to: dm_fingerprint.self) { room in
        unsafe dm_merge(
          &sequences,
          sequences.count,
          UInt32(width),
          room.baseAddress,
          room.count,
          &last,
          &any
        )
      }
      for index in open.indices { unsafe open[index].sequence = unsafe sequences[index] }
      if given > 0 { return unsafe UnsafeBufferPointer(rebasing: out.buffer[..<given]) }
    }
  }
}

extension RunWriter {
  /// Writes the union of sorted sequences; of equal keys the entry of the first of them.
  ///
  /// False when it was given up after a block, because it was not to go on.
  @discardableResult
  mutating func append(
    mergeOf cursors: [RunCursor],
    while goesOn: () -> Bool = { true }
  ) throws(IdentityError) -> Bool {
    let reader = MergeReader(cursors, width: width)
    while case let entries = unsafe try reader.next(), !entries.isEmpty {
      do throws(FileError) {
        unsafe try append(entries)
      } catch {
        throw .files(error)
      }
      if !goesOn() { return false }
    }
    return true
  }
}
