import Bytes
import Canonical
import Identity
import Ledger
import Records
import Settings

/// How often a key is had by several records of one drop.
private struct KeyRepeats {
  private static let fewest = 20
  private var keys = DistinctCount()
  private var records = DistinctCount()
  private var count = 0

  mutating func add(_ keys: [Fingerprint], _ records: [Fingerprint]) {
    for key in keys { self.keys.add(key) }
    for record in records { self.records.add(record) }
    count += records.count
  }

  /// The share of records that are different from another one with their key.
  var share: Double? {
    guard count >= Self.fewest else { return nil }
    let (keys, records) = (keys.count, records.count)
    return max(0, (records - keys) / records)
  }
}

/// A record is compared with the latest that was written with its key.
final class KeyIdentity: RecordIdentity {
  private let session: StateSession
  private let reader: KeyReader
  private var repeats = KeyRepeats()

  var keyRepeats: Double? { repeats.share }

  init(_ states: IdentitySet, _ reader: KeyReader, memory: IdentityMemory) throws {
    session = try StateSession(states, memory: memory)
    self.reader = reader
  }

  func begin() {
    session.mark()
    repeats = KeyRepeats()
  }

  func restart() {
    session.restart()
    repeats = KeyRepeats()
  }

  func admit(_ block: CanonicalBlock, isNew: inout [Bool]) throws -> Int {
    try reader.readAll(block)
    let (keys, records) = (reader.keys.fingerprints, block.fingerprints)
    repeats.add(keys, records)
    return try session.admit(keys: keys.span, records: records.span, isNew: &isNew)
  }

  func finish() throws -> IdentityChange {
    IdentityChange(run: try session.finish(), kind: .states)
  }
}

/// As by key, and what a drop does not hold was deleted.
final class SnapshotIdentity: RecordIdentity {
  private let session: SnapshotSession
  private let reader: KeyReader
  private var repeats = KeyRepeats()
  private let maximalDeletes: Percentage

  init(_ session: SnapshotSession, _ reader: KeyReader, maximalDeletes: Percentage) {
    self.session = session
    self.reader = reader
    self.maximalDeletes = maximalDeletes
  }

  var keyRepeats: Double? { repeats.share }

  func begin() throws { try restart() }

  func restart() throws {
    try session.restart()
    repeats = KeyRepeats()
  }

  func admit(_ block: CanonicalBlock, isNew: inout [Bool]) throws -> Int {
    try reader.readAll(block)
    let (keys, records) = (reader.keys.fingerprints, block.fingerprints)
    repeats.add(keys, records)
    let lines = reader.keys.lines
    return try lines.withSpan(0..<lines.count) { span in
      try session.admit(
        keys: keys.span,
        records: records.span,
        lines: span,
        ends: reader.keys.ends,
        isNew: &isNew
      )
    }
  }

  func close(_ sink: DropSink) throws {
    let comparison = try session.compare()
    // A record that could not be read may be one of those that seem to be gone.
    let isWhole = sink.rejects.failed == 0
    if isWhole {
      try guardDeletes(comparison)
      try comparison.forEachVanished { try sink.appendDeleted($0) }
    } else {
      sink.withheldDeletes = comparison.vanished
    }
    try session.adopt(comparison, keepingVanished: !isWhole)
  }

  private func guardDeletes(_ comparison: SnapshotComparison) throws {
    let (vanished, count) = (comparison.vanished, comparison.stateCount)
    guard maximalDeletes.isExceeded(by: vanished, of: count) else { return }
    throw HoldReason(
      code: .tooManyDeletes,
      message: "\(vanished) of \(count) keys are not in this snapshot, more than "
        + "\(maximalDeletes.value) %. If they are to be deleted, raise max-deletes for this feed and drop it again."
    )
  }

  func finish() throws -> IdentityChange {
    guard let (state, replaced) = session.finish() else { return IdentityChange() }
    return IdentityChange(run: state, kind: .states, replaced: replaced)
  }
}

extension KeyReader {
  /// Reads the keys of a block of which every record must have one.
  fileprivate func readAll(_ block: CanonicalBlock) throws {
    guard let record = read(block) else { return }
    let line = block.firstLine + UInt64(block.sourceLines[record])
    throw HoldReason(
      code: .keyIncomplete,
      message: "The record at line \(line) has no value in a column of this feed's key. "
        + "Give it one, or choose another key."
    )
  }
}
