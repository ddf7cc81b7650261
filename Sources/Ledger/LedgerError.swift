public import Files

/// Why the ledger could not be opened or written; wording in `LedgerError+Message.swift`.
public enum LedgerError: Error, Sendable, Equatable {
  /// Another process has the ledger open.
  case inUse(path: String)
  /// The ledger fails SQLite's own checks, or lacks what was once committed.
  case damaged(path: String, found: String)
  /// A newer dropmill wrote the ledger.
  case newer(path: String)
  /// The key of an earlier ledger is there, the ledger is not.
  case missing(path: String)
  /// The ledger is there, the key of its fingerprints is not.
  case keyMissing(path: String)
  /// The file of the key is not whole.
  case keyDamaged(path: String)
  /// The key is of another ledger.
  case keyForeign(path: String)
  /// A call on the state folder failed.
  case files(FileError)
  /// The disk is full; nothing was changed.
  case full(path: String)
  /// A write or sync failed, so nobody knows what the disk holds: stop, start again, recover.
  case unknown(path: String, found: String)
  /// SQLite refused a statement.
  case refused(code: Int32, found: String)
  /// A drop is not where the change asked for needs it; nothing was changed.
  case wrongState(claim: String, wanted: String)
  /// A schema version or batch does not follow the last one of its feed; nothing was changed.
  case outOfSequence(feed: String, given: Int64)
}
