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
  // worker whose turn it is.

  private let cutter: BlockCutter

  init(_ cutter: BlockCutter) { self.cutter = cutter }

  func fill(_ shuttle: Shuttle) throws(ConversionError) -> Bool {
    guard try cutter.next(into: shuttle.bytes) else { return false }
    shuttle.index = shuttle.bytes.index
    shuttle.innerMarks = 0
    return true
  }

  var isExhausted: Bool { cutter.isExhausted }
  /// Bytes say at once where their records lie.
  var newLayout: Layout? { nil }
  func learn(from shuttle: Shuttle) {}
  func finish() {}
}

/// What is looked after in a block's bytes before they are read.
struct TextRules: Sendable {
  /// The bytes should be UTF-8, and the reader does not see to that itself.
  var isChecked = false
  /// Bytes that are not UTF-8 spoil their row, not the drop.
  var rejectsRows = false
  /// What the text was written in.
  var encoding = TextEncoding.utf8
  /// Records stand on lines: a byte-order mark that begins one is none of its text.
  var hasLines = false
}

/// What reads and writes one block after the other: a worker's own tools.
final class BlockWorker {
  private let makeReader: ([[UInt8]]) -> any RecordReader
  private let writer: CanonicalWriter
  private let text: TextRules
  private let nullWords: [[UInt8]]
  private var reader: (any RecordReader)?
  private var rawNames: [[UInt8]] = []

  /// A worker.
  init(
    makeReader: @escaping ([[UInt8]]) -> any RecordReader,
    key: FingerprintKey?,
    text: TextRules,
    nullWords: [[UInt8]] = []
  ) {
    self.makeReader = makeReader
    writer = CanonicalWriter(key: key)
    self.text = text
    self.nullWords = nullWords
  }

  /// Reads the shuttle's bytes into its rows.
  func read(_ shuttle: Shuttle, _ course: Course) {
    defer { if !nullWords.isEmpty { shuttle.rows.clear(texts: nullWords) } }
    let isInvalid = text.isChecked && !isValidText(shuttle.bytes)
    shuttle.isInvalidText = isInvalid && !text.rejectsRows
    if shuttle.isInvalidText { return }
    if text.hasLines { shuttle.innerMarks += shuttle.bytes.removeInnerMarks() }
    let reader = self.reader(course)
    reader.read(shuttle.bytes, into: shuttle.rows)
    if isInvalid { shuttle.rows.rejectInvalidText(encoding: text.encoding) }
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

  /// Whether all of the block is UTF-8.
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

extension ByteBlock {
  /// Takes byte-order marks out of the beginnings of lines; how many there were.
  fileprivate func removeInnerMarks() -> Int {
    // Safe: the view lies within the block's storage.
    let bytes = unsafe UnsafeMutableBufferPointer(start: storage.base + start, count: count)
    let (count, end) = unsafe InnerMarks.remove(from: bytes)
    self.end = start + end
    return count
  }
}
