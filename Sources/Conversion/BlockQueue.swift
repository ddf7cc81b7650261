import Bytes
import Canonical
import Formats

/// One block on its way from the cutter through a worker to the sequencer.
final class Shuttle: @unchecked Sendable {
  // Sendable because a shuttle has one owner at a time: cutter, worker or sequencer.

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
final class BlockQueue: Sendable {
  private struct State {
    var free: [Shuttle]
    var waiting: [Shuttle] = []
    var done: [Int: Shuttle] = [:]
    var course: Course
    /// Blocks in all, once the cutter knows.
    var total: Int?
    var failure: ConversionError?
    var isStopped = false
    var threads = 0
  }

  private let monitor: Monitor<State>

  init(shuttles: [Shuttle], course: Course) {
    monitor = Monitor(State(free: shuttles, course: course))
  }

  /// The course of the blocks that workers take from now on.
  func replace(course: Course) {
    monitor.update { $0.course = course }
  }

  /// A free shuttle for the cutter; nil when the work is over.
  func free() -> Shuttle? {
    monitor.wait { state -> Shuttle?? in
      if state.isStopped { return .some(nil) }
      if let shuttle = state.free.popLast() { return shuttle }
      return nil
    }
  }

  /// The cutter filled it.
  func submit(_ shuttle: Shuttle) {
    monitor.update { $0.waiting.append(shuttle) }
  }

  /// The cutter is through, after `total` blocks or with a failure.
  func close(total: Int, failure: ConversionError?) {
    monitor.update {
      $0.total = total
      $0.failure = failure
    }
  }

  /// Work for a worker, with the course of the hour; nil when the work is over.
  func take() -> (Shuttle, Course)? {
    monitor.wait { state -> (Shuttle, Course)?? in
      if state.isStopped { return .some(nil) }
      if !state.waiting.isEmpty { return (state.waiting.removeFirst(), state.course) }
      return state.total == nil ? nil : .some(nil)
    }
  }

  /// A worker finished it.
  func finish(_ shuttle: Shuttle) {
    monitor.update { $0.done[shuttle.index] = shuttle }
  }

  /// The block of that index, for the sequencer; nil where the drop has no more.
  func block(_ index: Int) throws(ConversionError) -> Shuttle? {
    try monitor.wait { (state) throws(ConversionError) -> Shuttle?? in
      if let shuttle = state.done.removeValue(forKey: index) { return shuttle }
      guard let total = state.total, index >= total else { return nil }
      if let failure = state.failure { throw failure }
      return .some(nil)
    }
  }

  /// The sequencer is done with it.
  func recycle(_ shuttle: Shuttle) {
    monitor.update { $0.free.append(shuttle) }
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
