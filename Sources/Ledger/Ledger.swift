import GRDB
import Synchronization

/// What the mill remembers: drops, feeds, schema versions, batches and runs.
///
/// Its transactions are the points of no return. One process, one connection. Every method blocks until SQLite is done, a change until it is on
/// the disk; call them from a thread that may wait. After a failed write the ledger refuses
/// everything: what the disk holds is unknown until it is opened again.
public final class Ledger: Sendable {
  /// The key of this ledger's fingerprints.
  public let key: FingerprintKey
  let path: String
  private let queue: DatabaseQueue
  private let isBroken = Atomic(false)

  init(queue: DatabaseQueue, path: String, key: FingerprintKey) {
    self.queue = queue
    self.path = path
    self.key = key
  }

  /// Closes the ledger; another process may open it then.
  ///
  /// - Throws: ``LedgerError/unknown(path:found:)`` when SQLite cannot finish.
  public func close() throws(LedgerError) {
    do {
      try queue.close()
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Runs one transaction: all of it, or nothing.
  func change<Result>(_ work: (Database) throws -> Result) throws(LedgerError) -> Result {
    try guarded { try queue.write(work) }
  }

  /// Reads without a transaction: one connection sees its own state only.
  func look<Result>(_ work: (Database) throws -> Result) throws(LedgerError) -> Result {
    try guarded { try queue.inDatabase(work) }
  }

  /// Copies all pages to another database.
  func backUp(to target: DatabaseQueue) throws {
    try queue.backup(to: target)
  }

  private func guarded<Result>(_ work: () throws -> Result) throws(LedgerError) -> Result {
    if isBroken.load(ordering: .acquiring) {
      throw .unknown(path: path, found: "an earlier write failed")
    }
    do {
      return try work()
    } catch {
      let reason = LedgerError(error, path: path)
      switch reason {
      case .unknown, .damaged: isBroken.store(true, ordering: .releasing)
      default: break
      }
      throw reason
    }
  }
}

extension LedgerError {
  /// The ledger's own error, or what SQLite's means for us.
  init(_ error: any Error, path: String) {
    if let own = error as? LedgerError {
      self = own
      return
    }
    guard let error = error as? DatabaseError else {
      self = .refused(code: 0, found: String(describing: error))
      return
    }
    let found = error.message ?? "error \(error.extendedResultCode.rawValue)"
    self =
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: .inUse(path: path)
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged(path: path, found: found)
      case .SQLITE_FULL: .full(path: path)
      case .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_PROTOCOL:
        .unknown(path: path, found: "\(found), code \(error.extendedResultCode.rawValue)")
      default: .refused(code: error.extendedResultCode.rawValue, found: found)
      }
  }
}
