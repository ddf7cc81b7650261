import Bytes
import Canonical
import Formats

/// The sequential part of reading a drop: fills shuttles in the drop's order.
protocol BlockSource: AnyObject {
  /// Fills the next shuttle; false at the end.
  func fill(_ shuttle: Shuttle) throws(ConversionError) -> Bool
  /// Whether the end has been seen, so that no further block can come.
  var isExhausted: Bool { get }
  /// The layout under which the drop is to be read again.
  var newLayout: Layout? { get }
  /// Takes what a block has shown beside its rows; blocks come in order.
  func learn(from shuttle: Shuttle) throws(ConversionError)
  /// All blocks have been taken: whether the drop as a whole is in order.
  func finish() throws(ConversionError)
}

/// Blocks of bytes, which workers read.
final class ByteSource: BlockSource, @unchecked Sendable {
  // Sendable because a source has one owner at a time: the sequencer for the first block, then the
  // cutter's thread.

  private let cutter: BlockCutter

  init(_ cutter: BlockCutter) { self.cutter = cutter }

  func fill(_ shuttle: Shuttle) throws(ConversionError) -> Bool {
    guard try cutter.next(into: shuttle.bytes) else { return false }
    shuttle.index = shuttle.bytes.index
    return true
  }

  var isExhausted: Bool { cutter.isExhausted }
  /// Bytes say at once where their records lie.
  var newLayout: Layout? { nil }
  func learn(from shuttle: Shuttle) {}
  func finish() {}
}

/// What reads and writes one block after the other: a worker's own tools.
final class BlockWorker {
  private let makeReader: ([[UInt8]]) -> any RecordReader
  private let writer: CanonicalWriter
  private let checksText: Bool
  private let nullWords: [[UInt8]]
  private var reader: (any RecordReader)?
  private var rawNames: [[UInt8]] = []

  /// A worker.
  init(
    makeReader: @escaping ([[UInt8]]) -> any RecordReader,
    key: FingerprintKey?,
    checksText: Bool,
    nullWords: [[UInt8]] = []
  ) {
    self.makeReader = makeReader
    writer = CanonicalWriter(key: key)
    self.checksText = checksText
    self.nullWords = nullWords
  }

  /// Reads the shuttle's bytes into its rows.
  func read(_ shuttle: Shuttle, _ course: Course) {
    defer { if !nullWords.isEmpty { shuttle.rows.clear(texts: nullWords) } }
    shuttle.isInvalidText = checksText && !isValidText(shuttle.bytes)
    if shuttle.isInvalidText { return }
    let reader = self.reader(course)
    reader.read(shuttle.bytes, into: shuttle.rows)
    shuttle.failure = reader.failure
    if let reader = reader as? XMLReader {
      let report = reader.takeReport()
      if !report.isEmpty { shuttle.reports.append(report) }
    }
  }

  /// Reads and writes the shuttle on that course.
  func convert(_ shuttle: Shuttle, _ course: Course) {
    read(shuttle, course)
    write(shuttle, course)
  }

  /// Writes the shuttle's rows on that course.
  func write(_ shuttle: Shuttle, _ course: Course) {
    shuttle.course = course
    if shuttle.isInvalidText { return }
    writer.write(shuttle.rows, plan: course.plan, into: shuttle.lines)
    shuttle.lines.index = shuttle.index
  }

  private func reader(_ course: Course) -> any RecordReader {
    if let reader, rawNames == course.rawNames { return reader }
    rawNames = course.rawNames
    let made = makeReader(rawNames)
    reader = made
    return made
  }

  private func isValidText(_ block: ByteBlock) -> Bool {
    // Safe: the view lies within the block's storage.
    let bytes = unsafe UnsafeBufferPointer(
      start: block.storage.base + block.start,
      count: block.count
    )
    var validator = UTF8Validator()
    return unsafe validator.update(bytes) && validator.finish()
  }
}
