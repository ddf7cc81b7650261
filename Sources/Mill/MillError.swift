public import Files
public import Identity
public import Ledger
public import Outbox

/// Why the mill came to a stop; wording in `MillError+Message.swift`.
public enum MillError: Error, Sendable {
  /// A call on a file failed.
  case files(FileError)
  /// The outbox could not be written.
  case outbox(OutboxError)
  /// The ledger could not be read or written.
  case ledger(LedgerError)
  /// The set of fingerprints could not be read or written.
  case identity(IdentityError)
  /// Another process works on this state folder.
  case inUse(path: [UInt8])
  /// The inbox was moved, removed or unmounted while it was watched.
  case inboxLost(path: [UInt8])
  /// Inbox and outbox are one, or one lies in the other: what comes out would go in again.
  case nested(inbox: [UInt8], outbox: [UInt8])
  /// No feed has that name.
  case noFeed(name: String, nearest: String?)
  /// Drops cannot stand there.
  case noState(name: String, known: [String])
  /// The process that works on the state folder could not answer; its own words.
  case answered(String, exitCode: Int32)
  /// Too little is free on the file system of a folder to claim drops.
  case lowOnSpace(path: [UInt8], free: Int64, wanted: Int64)
  /// There is no state folder of a dropmill there.
  case noStateFolder(path: [UInt8])
  /// A state folder is to be made where there is something.
  case stateIsThere(path: [UInt8])
  /// A feed has no column of that name.
  case noSuchColumn(name: String, feed: String, known: [String])
  /// No held drop has that name.
  case noSuchDrop(name: String)
  /// Several held drops have that name.
  case severalDrops(name: String, claims: [String])
  /// A signal ended it before it was done; nothing was changed.
  case stopped(signal: Int32)
  /// Something that should not happen did.
  case unexpected(String)
}
