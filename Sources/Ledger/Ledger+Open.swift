public import Files
import GRDB

// How opening works: the key is first written under a name of its own (`fingerprint.key.new`), then
// the ledger is made and holds the key's number, then the key gets its real name. So a start that was
// killed halfway is told from a ledger or key that somebody lost, and a new key is never drawn for
// fingerprints that exist.

extension Ledger {
  /// Opens the ledger of a state folder, or makes it where neither ledger nor key exist.
  ///
  /// Files: `ledger.sqlite` with its `-wal`, and `fingerprint.key`, all 0600. Checks the whole
  /// ledger (`quick_check`), brings its tables up to date and syncs the folder.
  ///
  /// - Parameters:
  ///   - folder: The state folder; its path must be UTF-8.
  ///   - random: Where a new key is drawn from.
  ///   - kept: The key that a new ledger takes over from one that was lost.
  /// - Returns: The ledger, locked for this process.
  /// - Throws: ``LedgerError``; nothing is changed when the ledger or its key is missing or damaged.
  public static func open(
    in folder: borrowing Directory,
    random: Randomness = .system,
    keeping kept: FingerprintKey? = nil
  ) throws(LedgerError) -> Ledger {
    let path = try Self.path(in: folder)
    let size = try Self.filed { () throws(FileError) in
      try folder.factsIfThere(Self.fileName)?.size ?? 0
    }
    let key = try KeyFile.choose(
      in: folder,
      ledgerIsThere: size > 0,
      ledger: path,
      random: random,
      keeping: kept
    )
    try Self.filed { () throws(FileError) in
      // SQLite gives its own files the mode of the ledger.
      let file = try folder.openOrCreate(Self.fileName, mode: 0o600)
      try file.setMode(0o600)
    }
    let queue = try Self.connect(to: path)
    try Self.prepare(queue, for: key, path: path)
    try Self.filed { () throws(FileError) in try folder.sync() }
    if !key.isFinal { try KeyFile.finish(in: folder) }
    return Ledger(queue: queue, path: path, key: key.key)
  }

  static let fileName = Array("ledger.sqlite".utf8)

  /// Runs calls on files; their errors become the ledger's.
  static func filed<Result>(
    _ calls: () throws(FileError) -> Result
  ) throws(LedgerError) -> Result {
    do throws(FileError) {
      return try calls()
    } catch {
      throw .files(error)
    }
  }
}

extension Ledger {
  private static func path(in folder: borrowing Directory) throws(LedgerError) -> String {
    guard let path = String(validating: folder.path(of: fileName), as: UTF8.self) else {
      throw .files(.failed(.open, name: folder.path(of: fileName), errno: Errno.invalid))
    }
    // SQLite reads a name that begins with `file:` as a URI.
    return path.hasPrefix("/") ? path : "./\(path)"
  }

  private static func connect(to path: String) throws(LedgerError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "dropmill.ledger"
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .immediateError
    configuration.prepareDatabase { database in
      // The lock comes first: with it, WAL needs no shared memory that another process could open.
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      // All rows: the change itself is made, and can fail, after the first one.
      guard try String.fetchAll(database, sql: "PRAGMA journal_mode = WAL") == ["wal"] else {
        throw LedgerError.refused(code: 0, found: "SQLite does not switch to WAL")
      }
      try database.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA secure_delete = ON;
          PRAGMA trusted_schema = OFF;
          PRAGMA cell_size_check = ON;
          PRAGMA mmap_size = 0;
          PRAGMA cache_size = -32768;
          PRAGMA wal_autocheckpoint = 8192;
          PRAGMA temp_store = MEMORY;
          """
      )
    }
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  private static func prepare(
    _ queue: DatabaseQueue,
    for key: KeyFile,
    path: String
  ) throws(LedgerError) {
    do {
      let findings = try queue.inDatabase { database in
        // A write takes the lock and keeps it: a second process is refused from here on.
        try database.execute(sql: "BEGIN EXCLUSIVE; COMMIT")
        return try String.fetchAll(database, sql: "PRAGMA quick_check")
      }
      guard findings == ["ok"] else {
        throw LedgerError.damaged(path: path, found: findings.first ?? "no answer")
      }
      let migrator = Tables.migrator
      if try queue.inDatabase(migrator.hasBeenSuperseded) { throw LedgerError.newer(path: path) }
      if key.isFinal, try queue.inDatabase(migrator.appliedMigrations).isEmpty {
        throw LedgerError.damaged(path: path, found: "its tables are gone")
      }
      try migrator.migrate(queue)
      try queue.write { database in
        try adopt(key, in: database, path: path)
      }
    } catch {
      let reason = LedgerError(error, path: path)
      if case .unknown = reason { Ledger.abandon(queue) }
      throw reason
    }
  }

  /// Holds the ledger's key number and the key against each other; a new ledger takes the number.
  private static func adopt(
    _ key: KeyFile,
    in database: Database,
    path: String
  ) throws {
    if let known = try Int64.fetchOne(database, sql: "SELECT key_id FROM ledger") {
      guard UInt64(bitPattern: known) == key.key.id else {
        throw LedgerError.keyForeign(path: key.path)
      }
    } else if key.isFinal {
      throw LedgerError.damaged(path: path, found: "it does not say which key it belongs to")
    } else {
      try database.execute(
        sql: "INSERT INTO ledger (one, key_id) VALUES (1, ?)",
        arguments: [Int64(bitPattern: key.key.id)]
      )
    }
  }
}
