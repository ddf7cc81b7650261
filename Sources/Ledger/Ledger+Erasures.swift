public import Files
import Foundation
import GRDB
public import Records

extension Ledger {
  /// Takes up an erasure: the point of no return for it.
  ///
  /// From here on the feed's drops are converted without the person's records.
  ///
  /// - Parameters:
  ///   - feed: The feed.
  ///   - column: The column that the person has a value in.
  ///   - tokens: Fingerprints of the value under the ledger's key.
  ///   - salt: 16 random bytes.
  ///   - hash: SHA-256 of the salt and the value behind it.
  ///   - user: Who asks.
  ///   - moment: Now.
  /// - Throws: ``LedgerError``.
  public func erase(
    from feed: FeedID,
    column: String,
    tokens: [Fingerprint],
    salt: [UInt8],
    hash: [UInt8],
    by user: String,
    at moment: Timestamp
  ) throws(LedgerError) {
    try change { database in
      try Self.write(tokens.map { (column, $0) }, of: feed, to: database)
      try database.execute(
        sql: """
          INSERT INTO erasures (feed, name, salt, hash, user, made) VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [feed.row, column, Data(salt), Data(hash), user, moment.stored]
      )
    }
  }

  /// Notes more that tells people who are erased from a feed already: a column and a fingerprint each.
  public func addSubjects(
    _ subjects: [(column: String, token: Fingerprint)],
    to feed: FeedID
  ) throws(LedgerError) {
    try change { database in try Self.write(subjects, of: feed, to: database) }
  }

  /// The people whose records a feed does not take: a column and a fingerprint each.
  public func subjects(
    of feed: FeedID
  ) throws(LedgerError) -> [(column: String, token: Fingerprint)] {
    try look { database in
      let select = try database.cachedStatement(
        sql: "SELECT name, token FROM subjects WHERE feed = ?"
      )
      return try Row.fetchAll(select, arguments: [feed.row]).map { row in
        (row[0], Fingerprint(stored: row[1]))
      }
    }
  }

  /// The erasures that are not done yet, oldest first.
  public func openErasures() throws(LedgerError) -> [Erasure] {
    try look { database in
      let select = try database.cachedStatement(
        sql: """
          SELECT erasures.id, erasures.feed, erasures.name, salt, hash, made, batches.sequence
          FROM erasures LEFT JOIN batches ON batches.id = tombstone
          WHERE done IS NULL ORDER BY erasures.id
          """
      )
      return try Row.fetchAll(select).map(Erasure.init(row:))
    }
  }

  /// The batch that tells targets of an erasure; nil where there is none.
  public func tombstone(of erasure: Erasure) throws(LedgerError) -> BatchID? {
    try look { database in
      try Int64.fetchOne(
        database,
        sql: """
          SELECT sequence FROM batches WHERE id = (SELECT tombstone FROM erasures WHERE id = ?)
          """,
        arguments: [erasure.id]
      ).map { BatchID(feed: erasure.feed, sequence: $0) }
    }
  }

  /// Notes that a place holds records of a person, before they are taken out of it.
  ///
  /// A place that is noted already keeps its first count: after a kill fewer are left.
  public func note(_ place: ErasedPlace, for erasure: Erasure) throws(LedgerError) {
    try change { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO erased (erasure, kind, place, records) VALUES (?, ?, ?, ?)",
        arguments: [erasure.id, place.kind.rawValue, Data(place.place), place.records]
      )
    }
  }

  /// The places that held records of a person.
  public func places(of erasure: Erasure) throws(LedgerError) -> [ErasedPlace] {
    try look { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT kind, place, records FROM erased WHERE erasure = ?",
        arguments: [erasure.id]
      )
      return try rows.map { row in
        ErasedPlace(try Stored.state(row[0]), [UInt8](row[1] as Data), records: row[2])
      }
    }
  }

  /// Lets a published batch become another: its files are staged, and put in the old ones' places next.
  ///
  /// The feed's totals count the records that are left out as rejected from now on; what the drops were
  /// when they came stays as it is.
  ///
  /// - Parameters:
  ///   - batch: The batch as it is to be, with its staged files.
  ///   - suppressed: How many records are left out that drops had brought.
  /// - Throws: ``LedgerError``.
  public func replace(_ batch: Batch, suppressing suppressed: Int64) throws(LedgerError) {
    try change { database in
      guard
        let id = try Int64.fetchOne(
          database,
          sql: "SELECT id FROM batches WHERE feed = ? AND sequence = ?",
          arguments: [batch.id.feed.row, batch.id.sequence]
        )
      else { throw try Self.outOfSequence(batch.id.feed, batch.id.sequence, in: database) }
      try database.execute(
        sql: "UPDATE batches SET records = ?, size = ?, sha256 = ?, told = ? WHERE id = ?",
        arguments: [batch.records, batch.size, Data(batch.sha256), batch.told, id]
      )
      try Self.write(batch.files, of: id, to: database)
      try Self.suppress(suppressed, in: batch.id.feed, database)
    }
  }

  /// The published batches whose new files are to be put in the old ones' places.
  public func replacedBatches() throws(LedgerError) -> [Batch] {
    try look { database in
      try Self.batches(
        """
        WHERE state = 'published' AND id IN (SELECT batch FROM staged) ORDER BY feed, sequence
        """,
        [],
        in: database
      )
    }
  }

  /// Notes that a batch's new files stand where the old ones stood.
  public func finishReplacing(_ batch: BatchID) throws(LedgerError) {
    try change { database in
      try database.execute(
        sql: """
          DELETE FROM staged WHERE batch = (
            SELECT id FROM batches WHERE feed = ? AND sequence = ? AND state = 'published')
          """,
        arguments: [batch.feed.row, batch.sequence]
      )
    }
  }

  /// Commits the batch that tells targets of an erasure; it is to be published next.
  public func commit(_ tombstone: Batch, of erasure: Erasure) throws(LedgerError) {
    try change { database in
      let row = try Self.write(tombstone, to: database)
      try database.execute(
        sql: "UPDATE erasures SET tombstone = ? WHERE id = ?",
        arguments: [row, erasure.id]
      )
    }
  }

  /// Lets a held drop go because of an erasure: its original is removed next.
  ///
  /// Does nothing where it is not held.
  public func refuseErased(_ claim: ClaimID, reason: String) throws(LedgerError) {
    try change { database in
      try database.execute(
        sql: "UPDATE drops SET state = 'rejected', reason = ? WHERE claim = ? AND state = 'held'",
        arguments: [reason, claim.text]
      )
    }
  }

  /// Forgets how new the newest record of a feed was: it is a value of somebody who is erased.
  public func forgetNewest(of feed: FeedID) throws(LedgerError) {
    try change { database in
      try database.execute(
        sql: "UPDATE feeds SET newest_column = NULL, newest = NULL WHERE id = ?",
        arguments: [feed.row]
      )
    }
  }

  /// Notes that nothing is left to do for an erasure.
  public func finish(_ erasure: Erasure, at moment: Timestamp) throws(LedgerError) {
    try change { database in
      try database.execute(
        sql: "UPDATE erasures SET done = ? WHERE id = ?",
        arguments: [moment.stored, erasure.id]
      )
    }
  }

  /// The drops whose originals are in their places and are to be looked into for people who were erased.
  public func cuts() throws(LedgerError) -> [Drop] {
    try look { database in
      let select = try database.cachedStatement(
        sql: Drop.selection + """
          WHERE drops.id IN (SELECT drop_id FROM cuts) AND drops.settled IS NOT NULL
          ORDER BY drops.id
          """
      )
      return try Row.fetchAll(select).map(Drop.init(row:))
    }
  }

  /// Notes that a drop's original holds nobody any more who was erased.
  public func finishCut(_ claim: ClaimID) throws(LedgerError) {
    try change { database in
      try database.execute(
        sql: "DELETE FROM cuts WHERE drop_id = (SELECT id FROM drops WHERE claim = ?)",
        arguments: [claim.text]
      )
    }
  }
}

extension Ledger {
  static func write(cuts: [ClaimID], to database: Database) throws {
    guard !cuts.isEmpty else { return }
    let insert = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO cuts (drop_id) SELECT id FROM drops WHERE claim = ?"
    )
    for claim in cuts { try insert.execute(arguments: [claim.text]) }
  }

  private static func write(
    _ subjects: [(column: String, token: Fingerprint)],
    of feed: FeedID,
    to database: Database
  ) throws {
    let insert = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO subjects (feed, name, token) VALUES (?, ?, ?)"
    )
    for subject in subjects {
      try insert.execute(arguments: [feed.row, subject.column, subject.token.stored])
    }
  }

  private static func suppress(_ records: Int64, in feed: FeedID, _ database: Database) throws {
    guard records > 0 else { return }
    try database.execute(
      sql: """
        UPDATE feeds SET written = written - ?2, rejected = rejected + ?2 WHERE id = ?1
        """,
      arguments: [feed.row, records]
    )
    try database.execute(
      sql: """
        INSERT INTO rejects (feed, code, count) VALUES (?, ?, ?)
        ON CONFLICT (feed, code) DO UPDATE SET count = count + excluded.count
        """,
      arguments: [feed.row, RejectCode.suppressed.rawValue, records]
    )
  }
}

extension Erasure {
  init(row: Row) {
    id = row[0]
    feed = FeedID(row: row[1])
    column = row[2]
    salt = [UInt8](row[3] as Data)
    hash = [UInt8](row[4] as Data)
    made = Timestamp(stored: row[5])
    let feed = feed
    tombstone = (row[6] as Int64?).map { BatchID(feed: feed, sequence: $0) }
  }
}

extension Fingerprint {
  fileprivate var stored: Data {
    Data(
      [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
      }
    )
  }

  fileprivate init(stored: Data) {
    let words = [stored.prefix(8), stored.suffix(8)].map { bytes in
      bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(high: words[0], low: words[1])
  }
}
