import Canonical

/// An identity that notes, too, how new the records are.
final class OrderedIdentity: RecordIdentity {
  /// The newest of the current drop so far.
  private(set) var newest: NewestRecord?

  private let identity: any RecordIdentity
  private let column: String
  private let reader: KeyReader

  /// Wraps an identity; the reader's only column says how new a record is.
  init(_ identity: any RecordIdentity, column: String, _ reader: KeyReader) {
    self.identity = identity
    self.column = column
    self.reader = reader
  }

  var keyRepeats: Double? { identity.keyRepeats }

  func begin() throws {
    newest = nil
    try identity.begin()
  }

  func restart() throws {
    newest = nil
    try identity.restart()
  }

  func admit(_ block: CanonicalBlock, isNew: inout [Bool]) throws -> Int {
    if let record = reader.read(block) {
      let line = block.firstLine + UInt64(block.sourceLines[record])
      throw HoldReason(
        code: .orderIncomplete,
        message:
          "The record at line \(line) has no value in “\(column)”, by which this feed's drops "
          + "are in order. Give it one, or choose another column for `order`."
      )
    }
    newest = reader.newest(after: newest)
    return try identity.admit(block, isNew: &isNew)
  }

  func close(_ sink: DropSink) throws { try identity.close(sink) }
  func finish() throws -> IdentityChange { try identity.finish() }
}
