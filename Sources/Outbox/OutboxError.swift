public import Files

/// Why a batch could not be written or published.
public enum OutboxError: Error, Sendable, Equatable {
  /// A call on a file failed.
  case files(FileError)
  /// Other bytes stand where a file of ours is to be published.
  case taken(path: [UInt8])
  /// A staged file is not what the ledger says it is.
  case damaged(path: [UInt8])
  /// The folder is not the one that batches were written to before.
  case missing(path: [UInt8])
  /// The folder is that of another ledger.
  case foreign(path: [UInt8])
}
