import GRDB

extension Ledger {
  /// What SQLite answers to a pragma, for tests.
  package func answer(toPragma pragma: String) throws(LedgerError) -> String? {
    try look { try String.fetchOne($0, sql: "PRAGMA \(pragma)") }
  }

  /// Names a migration that this version doesn't know, as a newer one would have left it, for tests.
  package func pretendNewer() throws(LedgerError) {
    try change { database in
      try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999: of a later version')")
    }
  }
}
