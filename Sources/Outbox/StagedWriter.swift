public import Bytes
import Files

/// Writes the data file of a batch: hashed on the way, sent to the disk early.
///
/// What fits into one write is written by the thread that asks; of more, hashing, writing and the sync
/// at the end are done on a thread of their own. Nothing of the file exists for anybody before the
/// ledger names it.
public final class StagedWriter {
  private let file: HashedFile
  private var buffer = ByteBuffer(capacity: StagedWriter.writeSize)
  private var line: WritingLine?
  /// Bytes that the file has, or will have once the line has caught up.
  private var handedOver: Int64 = 0

  /// Bytes that are gathered before they are handed on.
  static let writeSize = 1 << 20
  /// Bytes that are worth a buffer of their own, and those that a buffer may have to be kept.
  private static let leastTaken = 1 << 17
  private static let mostTaken = 4 << 20
  /// Bytes that are hashed and then written while they are in the processor's cache.
  fileprivate static let pieceSize = 1 << 17
  /// Bytes after which the disk is set to work, so that the sync at the end is short.
  static let writeback: Int64 = 8 << 20

  init(_ file: consuming File) {
    self.file = HashedFile(file)
  }

  deinit { line?.stop() }

  /// Bytes appended so far.
  public var byteCount: Int64 { handedOver + Int64(buffer.count) }

  /// Appends some bytes of a buffer.
  ///
  /// - Throws: ``OutboxError``, also of a write that was begun before.
  public func append(_ lines: ByteBuffer, _ range: Range<Int>) throws(OutboxError) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, start + StagedWriter.writeSize - buffer.count)
      lines.withSpan(start..<end) { buffer.append($0) }
      start = end
      if buffer.count == StagedWriter.writeSize { try handOver() }
    }
  }

  /// Appends ranges of a buffer, one behind the other, and takes its bytes for its own where they are
  /// many: what is in the buffer then is not to be read.
  ///
  /// - Throws: ``OutboxError``, also of a write that was begun before.
  public func take(_ ranges: [Range<Int>], of lines: ByteBuffer) throws(OutboxError) {
    let count = ranges.reduce(0) { $0 + $1.count }
    let isWorthTaking = count >= StagedWriter.leastTaken && lines.capacity <= StagedWriter.mostTaken
    guard isWorthTaking, File.gathers(ranges, of: count) else {
      for range in ranges { try append(lines, range) }
      return
    }
    if buffer.count > 0 { try handOver() }
    handedOver += Int64(count)
    let free = try startedLine().exchange(FilledBuffer(lines.moved(), ranges))
    lines.exchange(with: free)
  }

  /// Makes the file empty again.
  public func restart() throws(OutboxError) {
    try line?.waitUntilIdle()
    buffer.count = 0
    handedOver = 0
    try file.restart()
  }

  /// Nothing will be appended any more: begins to make the file last, where a thread does it.
  public func conclude() throws(OutboxError) {
    guard let line else { return }
    if buffer.count > 0 { try handOver() }
    line.end()
  }

  /// Writes what is left and makes it last; gives the size and the hash.
  ///
  /// - Throws: ``OutboxError``; a failed sync is fatal.
  public func finish() throws(OutboxError) -> (size: Int64, sha256: [UInt8]) {
    if let line {
      try conclude()
      return (handedOver, try line.waitForHash())
    }
    try file.write(FilledBuffer(buffer))
    return (byteCount, try file.finish())
  }

  private func handOver() throws(OutboxError) {
    handedOver += Int64(buffer.count)
    buffer = try startedLine().exchange(FilledBuffer(buffer))
  }

  private func startedLine() -> WritingLine {
    let line = self.line ?? WritingLine(file)
    self.line = line
    return line
  }
}

@available(*, unavailable)
extension StagedWriter: Sendable {}

/// A buffer, and where in it what is to be written lies.
private struct FilledBuffer {
  let buffer: ByteBuffer
  let ranges: [Range<Int>]

  init(_ buffer: ByteBuffer, _ ranges: [Range<Int>]) {
    self.buffer = buffer
    self.ranges = ranges
  }

  /// All that is in the buffer.
  init(_ buffer: ByteBuffer) {
    self.init(buffer, [0..<buffer.count])
  }

  /// The ranges in pieces of so many bytes at most.
  func forEachPiece<Failure: Error>(
    of size: Int,
    _ body: ([Range<Int>]) throws(Failure) -> Void
  ) throws(Failure) {
    var piece: [Range<Int>] = []
    var room = size
    for range in ranges {
      var start = range.lowerBound
      while start < range.upperBound {
        let end = min(range.upperBound, start + room)
        piece.append(start..<end)
        room -= end - start
        start = end
        if room > 0 { continue }
        try body(piece)
        piece.removeAll(keepingCapacity: true)
        room = size
      }
    }
    if !piece.isEmpty { try body(piece) }
  }
}

/// A file that is written from its beginning to its end, and the hash of what is in it.
private final class HashedFile: @unchecked Sendable {
  // Sendable because it has one owner at a time: the line's thread while that has work, else the writer.

  private let file: File
  private var hasher = SHA256Hasher()
  private var written: Int64 = 0
  private var sentToDisk: Int64 = 0

  init(_ file: consuming File) {
    self.file = file
  }

  func write(_ filled: FilledBuffer) throws(OutboxError) {
    let buffer = filled.buffer
    try buffer.withSpan(0..<buffer.count) { (bytes) throws(OutboxError) in
      try filled.forEachPiece(of: StagedWriter.pieceSize) { (piece) throws(OutboxError) in
        for range in piece {
          hasher.update(bytes.extracting(range))
          written += Int64(range.count)
        }
        try filed { () throws(FileError) in try file.write(piece, of: bytes) }
      }
    }
    guard written - sentToDisk >= StagedWriter.writeback else { return }
    file.startWriteback(at: sentToDisk, count: written - sentToDisk)
    sentToDisk = written
  }

  func restart() throws(OutboxError) {
    _ = hasher.finish()
    written = 0
    sentToDisk = 0
    try filed { () throws(FileError) in try file.resize(to: 0) }
  }

  /// Makes the file last, and gives the hash.
  func finish() throws(OutboxError) -> [UInt8] {
    try filed { () throws(FileError) in try file.sync() }
    return hasher.finish()
  }
}

/// Hashes, writes and syncs on a thread of its own what a writer hands over.
///
/// The thread ends with the file, at the first error, or when it is stopped.
private final class WritingLine: Sendable {
  private struct State {
    /// Buffers to be written, in order.
    var filled: [FilledBuffer] = []
    var free: [ByteBuffer] = []
    /// The thread has taken a buffer, or is at the sync.
    var isAtWork = false
    /// Nothing follows what is in `filled`.
    var isEnding = false
    var isStopped = false
    var failure: OutboxError?
    /// Of the whole file, once it lasts.
    var sha256: [UInt8]?
  }

  /// Buffers besides the one that the writer fills.
  private static let buffers = 3

  private let monitor: Monitor<State>

  init(_ file: HashedFile) {
    monitor = Monitor(State())
    monitor.update { state in
      for _ in 0..<Self.buffers {
        state.free.append(ByteBuffer(capacity: StagedWriter.writeSize))
      }
    }
    Threads.start { [monitor] in
      while Self.work(on: file, monitor) {}
    }
  }

  /// Takes a full buffer and gives an empty one for it; waits for one.
  func exchange(_ buffer: FilledBuffer) throws(OutboxError) -> ByteBuffer {
    try monitor.wait { (state) throws(OutboxError) -> ByteBuffer? in
      if let failure = state.failure { throw failure }
      guard let free = state.free.popLast() else { return nil }
      state.filled.append(buffer)
      return free
    }
  }

  /// Nothing follows: the file is to be made to last.
  func end() { monitor.update { $0.isEnding = true } }

  /// Waits until the file lasts.
  func waitForHash() throws(OutboxError) -> [UInt8] {
    try monitor.wait { (state) throws(OutboxError) -> [UInt8]? in
      if let failure = state.failure { throw failure }
      return state.sha256
    }
  }

  /// Waits until all that was handed over is written.
  func waitUntilIdle() throws(OutboxError) {
    try monitor.wait { (state) throws(OutboxError) -> Void? in
      if let failure = state.failure { throw failure }
      return state.filled.isEmpty && !state.isAtWork ? () : nil
    }
  }

  /// Ends the thread, and waits until it has left the file.
  func stop() {
    monitor.update { $0.isStopped = true }
    monitor.wait { $0.isAtWork ? nil : () }
  }

  /// The thread's next step; false when the work is over.
  private static func work(on file: HashedFile, _ monitor: Monitor<State>) -> Bool {
    enum Step {
      case write(FilledBuffer)
      case sync
      case leave
    }
    let step = monitor.wait { state -> Step? in
      if state.isStopped { return .leave }
      guard !state.filled.isEmpty || state.isEnding else { return nil }
      state.isAtWork = true
      return state.filled.isEmpty ? .sync : .write(state.filled.removeFirst())
    }
    do throws(OutboxError) {
      switch step {
      case .leave: return false
      case .sync:
        let hash = try file.finish()
        monitor.update { ($0.sha256, $0.isAtWork) = (hash, false) }
        return false
      case .write(let filled):
        try file.write(filled)
        filled.buffer.count = 0
        monitor.update { state in
          state.free.append(filled.buffer)
          state.isAtWork = false
        }
        return true
      }
    } catch {
      monitor.update { ($0.failure, $0.isAtWork) = (error, false) }
      return false
    }
  }
}
