import Bytes
import CKernels
import Records

/// Sorts fingerprints in parts, on this thread and on one more, and gives each part once it is in order.
///
/// So a run is on its way to the disk while most of it is still being sorted.
@safe
final class PartSort: @unchecked Sendable {
  // Sendable because a part has one owner at a time: who claimed it, then the one who takes them all.

  private struct State {
    /// The first part that nobody has claimed.
    var next = 0
    var isSorted = [Bool](repeating: false, count: PartSort.count)
    var helperIsAtWork = true
  }

  /// Fewer rows than this are not worth a thread.
  static let least = 1 << 17

  private static let count = 256

  private let rows: UnsafeMutablePointer<dm_fingerprint>
  private let ends: [Int]
  private let monitor = Monitor(State())

  /// Brings the rows into parts; they must outlive this, and nobody else may touch them.
  init(_ rows: UnsafeMutableBufferPointer<dm_fingerprint>) {
    guard let first = rows.baseAddress else { fatalError("a sort of no rows") }
    unsafe self.rows = first
    var ends = [Int](repeating: 0, count: Self.count)
    unsafe dm_sort_parts(first, rows.count, &ends)
    self.ends = ends
  }

  /// Sorts, and gives the parts in their order; those without rows, too.
  func forEach(
    _ take: (UnsafeBufferPointer<Fingerprint>) throws(IdentityError) -> Void
  ) throws(IdentityError) {
    Threads.start { [self] in
      while let part = claim() { sort(part) }
      monitor.update { $0.helperIsAtWork = false }
    }
    defer {
      monitor.update { $0.next = Self.count }
      monitor.wait { $0.helperIsAtWork ? nil : () }
    }
    for part in 0..<Self.count {
      while !monitor.update({ $0.isSorted[part] }), let other = claim() { sort(other) }
      monitor.wait { $0.isSorted[part] ? () : nil }
      unsafe try take(sorted(part))
    }
  }

  private func claim() -> Int? {
    monitor.update { state in
      guard state.next < Self.count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  private func sort(_ part: Int) {
    let range = range(part)
    // Safe: the part lies in the rows, and is this thread's alone.
    unsafe dm_sort_part(rows + range.lowerBound, range.count)
    monitor.update { $0.isSorted[part] = true }
  }

  private func range(_ part: Int) -> Range<Int> { (part == 0 ? 0 : ends[part - 1])..<ends[part] }

  private func sorted(_ part: Int) -> UnsafeBufferPointer<Fingerprint> {
    let range = range(part)
    // Safe: a fingerprint is the same two words here and there.
    return unsafe UnsafeBufferPointer(
      start: UnsafeRawPointer(rows + range.lowerBound).assumingMemoryBound(to: Fingerprint.self),
      count: range.count
    )
  }
}
