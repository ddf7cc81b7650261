import Bytes
import Canonical
import Conversion
import Outbox
import Records

/// Takes the blocks of one drop: keeps what is new, counts what is known, notes what is rejected.
///
/// A small drop's lines stay in memory until the whole drop is known to be good; a large one gets a
/// file of its own in the staging folder.
final class DropSink: RecordSink {
  /// How many line numbers of duplicates a receipt names.
  static let namedDuplicates = 100

  /// The new lines, unless they went to a file.
  let lines = ByteBuffer(capacity: 1 << 12)
  /// The file of a drop that is too large for memory.
  private(set) var writer: StagedWriter?
  /// New records.
  private(set) var written: Int64 = 0
  /// Records that were known already.
  private(set) var duplicates: Int64 = 0
  /// Where the first of them stand in the drop.
  private(set) var duplicateLines: [UInt64] = []
  /// Records that could not be converted.
  private(set) var rejects = RejectTable()
  /// Keys of which the drop says that they are gone: a line each, behind the records.
  private(set) var deleted: Int64 = 0
  /// Keys that may be gone, which nobody is told because records could not be read.
  var withheldDeletes: Int64 = 0

  /// What the values of the drop's columns look like, in the order of its columns.
  var sketches: [ColumnSketch] { sketcher.sketches }

  /// People whose records are not taken; nil where there is nobody.
  private let subjects: SubjectFinder?
  private let identity: any RecordIdentity
  private let memory: Int
  private let sketcher: ColumnSketcher
  private let sketchBudget: ([String]) -> Int
  /// The columns that the budget is of.
  private var sketchedNames: [String] = []
  private var budget = 0
  private let openFile: () throws -> StagedWriter
  private let checkStop: () throws -> Void
  private var isNew: [Bool] = []
  private var isSubject: [Bool] = []
  private let deletedLines = ByteBuffer(capacity: 256)

  init(
    identity: any RecordIdentity,
    subjects: SubjectFinder?,
    memory: Int,
    sketcher: ColumnSketcher,
    sketchBudget: @escaping ([String]) -> Int,
    openFile: @escaping () throws -> StagedWriter,
    checkStop: @escaping () throws -> Void
  ) {
    self.identity = identity
    self.subjects = subjects
    self.memory = memory
    self.sketcher = sketcher
    self.sketchBudget = sketchBudget
    self.openFile = openFile
    self.checkStop = checkStop
  }

  func restart() throws {
    try identity.restart()
    sketcher.restart()
    lines.count = 0
    try writer?.restart()
    written = 0
    duplicates = 0
    duplicateLines = []
    deleted = 0
    withheldDeletes = 0
    rejects = RejectTable()
  }

  func look(at rows: RowBlock, names: [String]) {
    if budget == 0 || names != sketchedNames {
      (sketchedNames, budget) = (names, sketchBudget(names))
    }
    sketcher.add(rows, budget: budget)
  }

  func accept(_ block: CanonicalBlock) throws {
    try checkStop()
    if let subjects { suppress(subjects, in: block) }
    rejects.add(block.rejects)
    guard block.count > 0 else { return }
    let fresh = try identity.admit(block, isNew: &isNew)
    written += Int64(fresh)
    duplicates += Int64(block.count - fresh)
    if fresh < block.count { noteDuplicates(in: block) }
    try append(
      fresh == block.count ? [0..<block.lines.count] : newRanges(of: block),
      of: block.lines
    )
  }

  /// Takes out what belongs to people who were erased, as if it had not come, but for its number.
  private func suppress(_ subjects: SubjectFinder, in block: CanonicalBlock) {
    let found = subjects.find(in: block, isFound: &isSubject)
    if found > 0 { block.remove(where: isSubject) }
    let named = block.removeRejects { subjects.isNamed(in: $0.fields) }
    rejects.add(suppressed: found + named)
  }

  /// Takes the line that says that a key is gone.
  func appendDeleted(_ line: RawSpan) throws {
    if writer == nil, lines.count + line.byteCount > memory { try moveToFile() }
    deleted += 1
    guard let writer else {
      lines.append(line)
      return
    }
    deletedLines.append(line)
    try writer.append(deletedLines, 0..<deletedLines.count)
    deletedLines.count = 0
  }

  private func moveToFile() throws {
    let file = try openFile()
    try file.append(lines, 0..<lines.count)
    lines.count = 0
    writer = file
  }

  /// Where the lines lie that are new.
  private func newRanges(of block: CanonicalBlock) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var record = 0
    while record < block.count {
      guard isNew[record] else {
        record += 1
        continue
      }
      let first = record
      while record < block.count, isNew[record] { record += 1 }
      let start = first == 0 ? 0 : Int(block.ends[first - 1])
      ranges.append(start..<Int(block.ends[record - 1]))
    }
    return ranges
  }

  private func noteDuplicates(in block: CanonicalBlock) {
    var record = 0
    while duplicateLines.count < DropSink.namedDuplicates, record < block.count {
      if !isNew[record] {
        duplicateLines.append(block.firstLine + UInt64(block.sourceLines[record]))
      }
      record += 1
    }
  }

  private func append(_ ranges: [Range<Int>], of bytes: ByteBuffer) throws {
    let count = ranges.reduce(0) { $0 + $1.count }
    if writer == nil, lines.count + count > memory { try moveToFile() }
    if let writer {
      try writer.take(ranges, of: bytes)
    } else {
      for range in ranges { bytes.withSpan(range) { lines.append($0) } }
    }
  }
}
