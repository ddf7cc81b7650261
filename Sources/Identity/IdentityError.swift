public import Files

/// Why the set of fingerprints could not be read or written; wording in `IdentityError+Message.swift`.
public enum IdentityError: Error, Sendable, Equatable {
  /// A call on a file failed.
  case files(FileError)
  /// A run is not what was written: cut short, changed, or another one of the same name.
  case damaged(run: String, found: String)
  /// The system gives no memory.
  case outOfMemory
}
