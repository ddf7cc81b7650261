public import Files
import Foundation
import GRDB
import Records

extension Ledger {
  /// Makes a feed known, or finds it; `firstDrop` and commits need its number.
  ///
  /// - Returns: The feed, with the slug asked for or, where that is taken, one with a number behind.
  public func register(_ name: FeedName) throws(LedgerError) -> Feed {
    try change { database in
      let id = try Self.register(name, in: database)
      return try Self.feed(id, in: database)
    }
  }

  /// A feed as it is now: the version and sequence that the next commit has to follow.
  ///
  /// - Throws: ``LedgerError/refused(code:found:)`` when there is no such feed.
  public func feed(_ id: FeedID) throws(LedgerError) -> Feed {
    try look { try Self.feed(id, in: $0) }
  }

  /// A version of a feed's schema; nil when there is none of that number.
  public func schema(of feed: FeedID, version: Int) throws(LedgerError) -> SchemaVersion? {
    try look { try Self.schema(of: feed, version: version, in: $0) }
  }

  /// The current version of a feed's schema; nil before the first.
  public func currentSchema(of feed: FeedID) throws(LedgerError) -> SchemaVersion? {
    try look { database in
      let version = try Self.feed(feed, in: database).schemaVersion
      return try Self.schema(of: feed, version: version, in: database)
    }
  }

  /// The valid runs of a feed, by the batches they hold.
  public func runs(of feed: FeedID) throws(LedgerError) -> [Run] {
    try look { database in
      let rows = try Row.fetchAll(
        database.cachedStatement(sql: Run.selection + "WHERE feed = ? ORDER BY first_batch, id"),
        arguments: [feed.row]
      )
      return try rows.map(Run.init(row:))
    }
  }

  /// The runs of a feed that hold nothing later than a moment: what retention may take away.
  ///
  /// - Parameters:
  ///   - feed: The feed.
  ///   - moment: Runs whose last batch was made before it.
  /// - Returns: The runs, by the batches they hold.
  /// - Throws: ``LedgerError`` when SQLite can't read.
  public func runs(of feed: FeedID, before moment: Timestamp) throws(LedgerError) -> [Run] {
    try look { database in
      let statement = try database.cachedStatement(
        sql: Run.selection + """
          WHERE feed = ?1 AND last_batch < coalesce(
            (SELECT min(sequence) FROM batches WHERE feed = ?1 AND created >= ?2),
            9223372036854775807)
          ORDER BY first_batch, id
          """
      )
      let rows = try Row.fetchAll(statement, arguments: [feed.row, moment.stored])
      return try rows.map(Run.init(row:))
    }
  }

  /// When the last batch of each of a feed's runs was made; runs without a batch are left out.
  public func runsMade(of feed: FeedID) throws(LedgerError) -> [String: Timestamp] {
    try look { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT runs.name, batches.created FROM runs JOIN batches
          ON batches.feed = runs.feed AND batches.sequence = runs.last_batch WHERE runs.feed = ?
          """
      )
      let rows = try Row.fetchAll(statement, arguments: [feed.row])
      return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], Timestamp(stored: $0[1])) })
    }
  }

  /// All feeds, in the order in which they were made known.
  public func feeds() throws(LedgerError) -> [Feed] {
    try look { database in
      let select = try database.cachedStatement(sql: Feed.selection + "ORDER BY id")
      return try Row.fetchAll(select).map(Feed.init(row:))
    }
  }

  /// Puts runs in the place of others, in one transaction: what a merge or a retention does.
  ///
  /// - Parameters:
  ///   - names: The runs that are no longer valid; their files may go once this returns.
  ///   - runs: The runs that hold what is kept of them.
  /// - Throws: ``LedgerError/refused(code:found:)`` when one of the names is not a valid run.
  public func replaceRuns(_ names: [String], with runs: [Run]) throws(LedgerError) {
    try change { database in
      try Self.remove(runs: names, from: database)
      try Self.write(runs, to: database)
    }
  }

  /// Takes away runs that are past their feed's retention, and counts what they held.
  ///
  /// Their files may go once this returns.
  ///
  /// - Throws: ``LedgerError/refused(code:found:)`` when one of them is not valid.
  public func forget(_ runs: [Run]) throws(LedgerError) {
    try change { database in
      try Self.remove(runs: runs.map(\.name), from: database)
      let count = try database.cachedStatement(
        sql: "UPDATE feeds SET forgotten = forgotten + ? WHERE id = ?"
      )
      for run in runs { try count.execute(arguments: [run.count, run.feed.row]) }
    }
  }
}

extension Ledger {
  static func register(_ name: FeedName, in database: Database) throws -> FeedID {
    let find = try database.cachedStatement(sql: "SELECT id FROM feeds WHERE name = ?")
    if let row = try Int64.fetchOne(find, arguments: [Data(name.bytes)]) { return FeedID(row: row) }
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO feeds (name, slug) VALUES (?, ?)
        ON CONFLICT (slug) DO NOTHING RETURNING id
        """
    )
    var number = 1
    while true {
      let slug = name.slug(numbered: number)
      if let row = try Int64.fetchOne(insert, arguments: [Data(name.bytes), slug]) {
        return FeedID(row: row)
      }
      number += 1
    }
  }

  static func feed(_ id: FeedID, in database: Database) throws -> Feed {
    let statement = try database.cachedStatement(sql: Feed.selection + "WHERE id = ?")
    guard let row = try Row.fetchOne(statement, arguments: [id.row]) else {
      throw LedgerError.refused(code: 0, found: "there is no feed \(id.row)")
    }
    return Feed(row: row)
  }

  static func schema(
    of feed: FeedID,
    version: Int,
    in database: Database
  ) throws -> SchemaVersion? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT change, claim, decided_by, made FROM schemas
        LEFT JOIN drops ON drops.id = proved_by
        WHERE schemas.feed = ? AND version = ?
        """
    )
    guard let row = try Row.fetchOne(statement, arguments: [feed.row, version]) else { return nil }
    let select = try database.cachedStatement(
      sql: "SELECT name, type FROM columns WHERE feed = ? AND version = ? ORDER BY position"
    )
    let columns = try Row.fetchAll(select, arguments: [feed.row, version]).map { row in
      guard let type = ColumnType(name: row[1]) else {
        throw LedgerError.refused(code: 0, found: "the ledger holds an unknown column type")
      }
      return Column(name: row[0], type: type)
    }
    return SchemaVersion(
      feed: feed,
      version: version,
      schema: Schema(columns: columns),
      change: try Stored.state(row[0]),
      provedBy: (row[1] as String?).map { ClaimID($0) },
      decidedBy: row[2],
      made: (row[3] as Int64?).map { Timestamp(stored: $0) }
    )
  }

  static func remove(runs names: [String], from database: Database) throws {
    let delete = try database.cachedStatement(sql: "DELETE FROM runs WHERE name = ?")
    for name in names {
      try delete.execute(arguments: [name])
      guard database.changesCount == 1 else {
        throw LedgerError.refused(code: 0, found: "there is no run “\(name)” to be replaced")
      }
    }
  }

  /// Lets a feed go by another identity: what was the latest of each key under the old one is not
  /// kept up any more.
  static func write(identity: String, of feed: FeedID, to database: Database) throws {
    let update = try database.cachedStatement(
      sql: "UPDATE feeds SET identity = ?, key_repeats = NULL WHERE id = ?"
    )
    try update.execute(arguments: [identity, feed.row])
    let delete = try database.cachedStatement(
      sql: "DELETE FROM runs WHERE feed = ? AND kind = 'states'"
    )
    try delete.execute(arguments: [feed.row])
  }

  static func write(_ runs: [Run], to database: Database) throws {
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO runs (feed, name, sha256, count, first_batch, last_batch, kind)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    )
    for run in runs {
      try insert.execute(arguments: [
        run.feed.row, run.name, Data(run.sha256), run.count,
        run.batches.lowerBound, run.batches.upperBound, run.kind.rawValue,
      ])
    }
  }
}

extension FeedName {
  /// The slug asked for; from the second try on with a number behind, within 64 bytes.
  func slug(numbered number: Int) -> String {
    guard number > 1 else { return slug }
    let suffix = "-\(number)"
    let room = 64 - suffix.utf8.count
    return String(decoding: slug.utf8.prefix(room), as: UTF8.self) + suffix
  }
}

extension Feed {
  /// The columns that ``init(row:)`` reads; a `WHERE` clause may follow.
  static let selection = "SELECT \(columns) FROM feeds "

  /// The same without the rest of the statement.
  static let columns = """
    id, name, slug, schema_version, next_sequence, identity, forgotten, key_repeats,
      newest_column, newest
    """

  init(row: Row) {
    id = FeedID(row: row[0])
    name = [UInt8](row[1] as Data)
    slug = row[2]
    schemaVersion = row[3]
    nextSequence = row[4]
    identity = row[5]
    forgotten = row[6]
    keyRepeats = row[7]
    if let column = row[8] as String?, let value = row[9] as String? {
      newest = Newest(column: column, value: value)
    } else {
      newest = nil
    }
  }
}

extension Run {
  /// The columns that ``init(row:)`` reads; a `WHERE` clause may follow.
  static let selection = """
    SELECT feed, name, sha256, count, first_batch, last_batch, kind FROM runs
    """ + " "

  init(row: Row) throws {
    let first: Int64 = row[4]
    self.init(
      feed: FeedID(row: row[0]),
      name: row[1],
      sha256: [UInt8](row[2] as Data),
      count: row[3],
      batches: first...max(first, row[5]),
      kind: try Stored.state(row[6])
    )
  }
}
