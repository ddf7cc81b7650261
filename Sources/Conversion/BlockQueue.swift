import Bytes
import Canonical
import Formats

/// One block on its way through a worker to the sequencer.
final class Shuttle: @unchecked Sendable {
  // Sendable because a shuttle has one owner at a time: worker or sequencer.

  /// Bytes to read.
  let bytes = ByteBlock(capacity: BlockCutter.blockSize)
  /// The rows.
  let rows = RowBlock()
  /// The lines.
  let lines = CanonicalBlock()
  /// The course they were written on.
  var course: Course?
  /// The bytes are no UTF-8.
  var isInvalidText = false
  /// Byte-order marks that were taken out of the block's lines.
  var innerMarks = 0
  /// What the block has shown of its records' elements, where its format has them prove a layout.
  var reports: [XMLFacts.Report] = []
  /// Why the drop as a whole cannot be read, where the block showed it.
  var failure: FormatError?
  /// Position among the drop's blocks.
  var index = 0

  /// Forgets what the last drop left.
  func reset() {
    course = nil
    isInvalidText = false
    innerMarks = 0
    reports.removeAll()
    failure = nil
    index = 0
  }
}

/// Shuttles that conversions have done with, kept for the next: a small drop makes none.
final class ShuttlePool: Sendable {
  private let monitor = Monitor<[Shuttle]>([])

  /// A shuttle that nobody uses.
  func take() -> Shuttle {
    monitor.update { $0.popLast() } ?? Shuttle()
  }

  /// Takes shuttles back, as long as they have not grown large.
  func give(_ shuttles: [Shuttle]) {
    let small = shuttles.filter { !$0.isLarge }
    monitor.update { $0.append(contentsOf: small) }
  }
}

extension Shuttle {
  /// A long record has blown it up.
  fileprivate var isLarge: Bool {
    bytes.storage.capacity > 4 << 20 || lines.lines.capacity > 8 << 20
      || rows.scratch.capacity > 4 << 20
  }
}

/// Hands shuttles round: a bounded number of them, so that memory is bounded.
///
/// How this works: a worker takes a free shuttle, fills it from the source in its turn, converts it and
/// puts it down for the sequencer, which takes the shuttles in order and frees them again. Cutting is
/// short beside converting: a thread of its own for it would cost more in handing over than it saves.
final class BlockQueue: Sendable {
  private struct State {
    var free: [Shuttle]
    var done: [Int: Shuttle] = [:]
    /// The block that the sequencer waits for.
    var awaited = 1
    var course: Course
    /// Blocks in all, once it is known.
    var total: Int?
    var failure: ConversionError?
    var isStopped = false
    var threads = 0
  }

  /// The source's turn: how many blocks it gave, and whether it has no more.
  private struct Cutting {
    var total = 1
    var isAtEnd = false
  }

  private let source: any BlockSource & Sendable
  /// A monitor though nobody waits on it: the thread sanitizer sees through `pthread`'s locks alone.
  private let cutting = Monitor(Cutting())
  private let monitor: Monitor<State>

  /// A queue of what `source` holds behind its first block.
  init(source: any BlockSource & Sendable, shuttles: [Shuttle], course: Course) {
    self.source = source
    monitor = Monitor(State(free: shuttles, course: course))
  }

  /// The course of the blocks that workers take from now on.
  func replace(course: Course) {
    monitor.update { $0.course = course }
  }

  /// The next block for a worker, with the course of the hour; nil when the work is over.
  func take() -> (Shuttle, Course)? {
    let free = monitor.take { state -> Shuttle?? in
      if state.isStopped || state.total != nil { return .some(nil) }
      // The outer nil waits.
      guard let shuttle = state.free.popLast() else { return nil }
      return shuttle
    }
    guard let shuttle = free else { return nil }
    guard fill(shuttle) else {
      recycle(shuttle)
      return nil
    }
    return (shuttle, monitor.take { $0.course })
  }

  /// Fills the shuttle from the source; false where there is no more.
  private func fill(_ shuttle: Shuttle) -> Bool {
    var total: Int?
    var failure: ConversionError?
    let isFilled = cutting.take { cutting -> Bool? in
      guard !cutting.isAtEnd else { return false }
      do throws(ConversionError) {
        if try source.fill(shuttle) {
          cutting.total = shuttle.index + 1
          return true
        }
      } catch {
        failure = error
      }
      cutting.isAtEnd = true
      total = cutting.total
      return false
    }
    if let total {
      monitor.update {
        $0.total = total
        $0.failure = failure
      }
    }
    return isFilled
  }

  /// A worker finished it.
  func finish(_ shuttle: Shuttle) {
    monitor.change {
      $0.done[shuttle.index] = shuttle
      return shuttle.index == $0.awaited
    }
  }

  /// The block of that index, for the sequencer; nil where the drop has no more.
  func block(_ index: Int) throws(ConversionError) -> Shuttle? {
    try monitor.take { (state) throws(ConversionError) -> Shuttle?? in
      if let shuttle = state.done.removeValue(forKey: index) { return shuttle }
      state.awaited = index
      guard let total = state.total, index >= total else { return nil }
      if let failure = state.failure { throw failure }
      return .some(nil)
    }
  }

  /// The sequencer is done with it.
  func recycle(_ shuttle: Shuttle) {
    monitor.change {
      $0.free.append(shuttle)
      // Where others were free already, nobody waits for one.
      return $0.free.count == 1
    }
  }

  /// Starts a thread of the drop's work.
  func start(_ body: @escaping @Sendable (BlockQueue) -> Void) {
    monitor.update { $0.threads += 1 }
    Threads.start {
      body(self)
      self.monitor.update { $0.threads -= 1 }
    }
  }

  /// Ends the work and waits until every thread has left it.
  func stop() {
    monitor.update { $0.isStopped = true }
    monitor.wait { $0.threads == 0 ? () : nil }
  }
}
