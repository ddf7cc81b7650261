import Files
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
  private static let abandoned = Mutex<[DatabaseQueue]>([])

  init(queue: DatabaseQueue, path: String, key: FingerprintKey) {
    self.queue = queue
    self.path = path
    self.key = key
  }

  /// The version of SQLite that is linked.
  public static var sqliteVersion: String {
    let version = try? DatabaseQueue().inDatabase { database in
      try String.fetchOne(database, sql: "SELECT sqlite_version()")
    }
    return (version ?? nil) ?? "unknown"
  }

  /// Closes the ledger; another process may open it then.
  ///
  /// - Throws: ``LedgerError/unknown(path:found:)`` when SQLite cannot finish.
  public func close() throws(LedgerError) {
    if isBroken.load(ordering: .acquiring) { return }
    try guarded {
      // By hand: when SQLite closes a ledger, it passes over what goes wrong.
      _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      try queue.close()
    }
  }

  /// Leaves nothing of what was deleted behind, neither in free places nor in the log.
  ///
  /// Writes the whole ledger anew. Deleted rows are overwritten at once (`secure_delete`); what this
  /// takes away are old copies of rows in places that SQLite moved them from.
  ///
  /// - Throws: ``LedgerError``.
  public func scrub() throws(LedgerError) {
    try guarded {
      try queue.vacuum()
      _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }
  }

  /// Never closes a connection whose last write or sync failed: that would sync the same file again.
  static func abandon(_ queue: DatabaseQueue) {
    abandoned.withLock { $0.append(queue) }
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
      case .unknown:
        isBroken.store(true, ordering: .releasing)
        Self.abandon(queue)
      case .damaged: isBroken.store(true, ordering: .releasing)
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
      case .SQLITE_CANTOPEN where Self.isFull(path): .full(path: path)
      // A write that failed for want of space alone was taken back as a whole: nothing is unknown.
      case .SQLITE_IOERR where Self.failedToWrite(error) && Self.isFull(path): .full(path: path)
      case .SQLITE_CANTOPEN:
        .files(.failed(.open, name: Array(path.utf8), errno: Errno.inputOutput))
      case .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_PROTOCOL:
        .unknown(path: path, found: "\(found), code \(error.extendedResultCode.rawValue)")
      default: .refused(code: error.extendedResultCode.rawValue, found: found)
      }
  }
}

extension LedgerError {
  private static func failedToWrite(_ error: DatabaseError) -> Bool {
    switch error.extendedResultCode {
    case .SQLITE_IOERR_WRITE, .SQLITE_IOERR_TRUNCATE: true
    default: false
    }
  }

  /// Whether the ledger's folder takes no more bytes: SQLite tells a full disk, not a used-up quota.
  private static func isFull(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let folder = Array(parts.dropLast().joined(separator: [UInt8(ascii: "/")]))
    do throws(FileError) {
      let probe = try Directory(path: folder).createUnnamed()
      try probe.write([UInt8](repeating: 1, count: 65_536))
      return false
    } catch {
      return error.isOutOfSpace
    }
  }
}
