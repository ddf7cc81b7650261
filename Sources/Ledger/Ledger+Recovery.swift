import Files
import Foundation
import GRDB

extension Ledger {
  /// What a start finds unfinished: the order in which recovery goes through it is the caller's.
  public func recovery() throws(LedgerError) -> Recovery {
    try look { database in
      let open = try Row.fetchAll(
        database,
        sql: Drop.selection + """
          WHERE drops.state <> 'done' AND drops.state <> 'converted' AND drops.settled IS NULL
          ORDER BY drops.id
          """
      ).map(Drop.init(row:))
      let ready = try Self.batches(
        "WHERE state = 'ready' ORDER BY feed, sequence",
        [],
        in: database
      )
      let staged = try String.fetchAll(database, sql: "SELECT name FROM staged")
      let runs = try Row.fetchAll(database, sql: Run.selection + "ORDER BY feed, first_batch, id")
      return Recovery(
        claimed: open.filter { $0.state == .claimed },
        ready: ready,
        unsettled: open.filter { $0.state != .claimed },
        stagedNames: Set(staged),
        runs: try runs.map(Run.init(row:))
      )
    }
  }

  /// Whether there ever was a batch.
  public func hasBatches() throws(LedgerError) -> Bool {
    try look { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM batches)") ?? false }
  }

  /// The drops whose new records a batch holds, in the order of their claims.
  public func drops(in batch: BatchID) throws(LedgerError) -> [Drop] {
    try look { database in
      let statement = try database.cachedStatement(
        sql: Drop.selection + """
          WHERE drops.batch = (SELECT id FROM batches WHERE feed = ? AND sequence = ?)
          ORDER BY drops.id
          """
      )
      return try Row.fetchAll(statement, arguments: [batch.feed.row, batch.sequence])
        .map(Drop.init(row:))
    }
  }

  /// A feed's latest batches, newest first.
  public func latestBatches(
    of feed: FeedID,
    limit: Int = 100
  ) throws(LedgerError) -> [Batch] {
    try look { database in
      try Self.batches(
        "WHERE feed = ? ORDER BY sequence DESC LIMIT ?",
        [feed.row, limit],
        in: database
      )
    }
  }

  /// The ledger in numbers; cheap enough to be asked every second.
  public func totals() throws(LedgerError) -> Totals {
    try look { database in
      let feeds = try Row.fetchAll(
        database.cachedStatement(
          sql: """
            SELECT \(Feed.columns), drops, written, duplicates, rejected
            FROM feeds ORDER BY slug
            """
        )
      ).map(FeedTotals.init(row:))
      let states = try Row.fetchAll(
        database.cachedStatement(
          sql: "SELECT state, count(*) FROM drops WHERE state <> 'done' GROUP BY state"
        )
      )
      let rejects = try Row.fetchAll(
        database.cachedStatement(sql: "SELECT code, sum(count) FROM rejects GROUP BY code")
      )
      return Totals(
        feeds: feeds,
        drops: try Dictionary(
          uniqueKeysWithValues: states.map { (try Stored.state($0[0]), $0[1]) }
        ),
        readyBatches: try Self.number(
          "SELECT count(*) FROM batches WHERE state = 'ready'",
          database
        ),
        fingerprints: try Self.number("SELECT coalesce(sum(count), 0) FROM runs", database),
        rejects: Dictionary(uniqueKeysWithValues: rejects.map { ($0[0], $0[1]) })
      )
    }
  }
}

extension Ledger {
  private static func number(_ sql: String, _ database: Database) throws -> Int64 {
    try Int64.fetchOne(database.cachedStatement(sql: sql)) ?? 0
  }

  static func batches(
    _ clause: String,
    _ arguments: StatementArguments,
    in database: Database
  ) throws -> [Batch] {
    let select = try database.cachedStatement(
      sql: """
        SELECT id, feed, sequence, name, schema_version, records, size, sha256, state, created, told
        FROM batches \(clause)
        """
    )
    let files = try database.cachedStatement(
      sql: "SELECT name, target, size, sha256 FROM staged WHERE batch = ? ORDER BY position"
    )
    return try Row.fetchAll(select, arguments: arguments).map { row in
      let staged = try Row.fetchAll(files, arguments: [row[0] as Int64]).map { file in
        StagedFile(
          name: file[0],
          target: file[1],
          size: file[2],
          sha256: [UInt8](file[3] as Data)
        )
      }
      var batch = Batch(
        id: BatchID(feed: FeedID(row: row[1]), sequence: row[2]),
        name: row[3],
        schemaVersion: row[4],
        records: row[5],
        size: row[6],
        sha256: [UInt8](row[7] as Data),
        files: staged,
        state: try Stored.state(row[8]),
        created: Timestamp(stored: row[9])
      )
      batch.told = row[10]
      return batch
    }
  }
}

extension FeedTotals {
  init(row: Row) {
    let feed = Feed(row: row)
    self.feed = feed
    drops = row["drops"]
    batches = feed.nextSequence - 1
    counts = RecordCounts(
      written: row["written"],
      duplicates: row["duplicates"],
      rejected: row["rejected"]
    )
  }
}
