public import Files
import GRDB

extension Ledger {
  /// Notes that batches are visible, and that their staged files are gone.
  ///
  /// One transaction for the whole group; a batch may be noted again.
  ///
  /// - Throws: ``LedgerError/outOfSequence(feed:given:)`` when an earlier batch of its feed is
  ///   neither published nor among them, or when there is no such batch.
  public func markPublished(_ batches: [BatchID], at moment: Timestamp) throws(LedgerError) {
    try markFinished(batches, [], at: moment)
  }

  /// Notes that the originals lie where they belong; published drops are done then.
  ///
  /// Their receipts leave the ledger, since they lie beside the originals.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when an outcome isn't settled yet.
  public func markSettled(_ claims: [ClaimID], at moment: Timestamp) throws(LedgerError) {
    try markFinished([], claims, at: moment)
  }

  /// Notes that batches are visible and that the originals of their drops lie where they belong.
  ///
  /// What ``markPublished(_:at:)`` and ``markSettled(_:at:)`` note one after the other, in one
  /// transaction: a kill before it finds the batches ready, and recovery notes both again.
  ///
  /// - Throws: As those two; nothing is changed then.
  public func markFinished(
    _ batches: [BatchID],
    _ claims: [ClaimID],
    at moment: Timestamp
  ) throws(LedgerError) {
    try change { database in
      try Self.publish(batches, at: moment, in: database)
      try Self.settle(claims, at: moment, in: database)
    }
  }
}

extension Ledger {
  private static func publish(
    _ batches: [BatchID],
    at moment: Timestamp,
    in database: Database
  ) throws {
    let find = try database.cachedStatement(
      sql: """
        SELECT id FROM batches WHERE feed = ?1 AND sequence = ?2 AND NOT EXISTS (
          SELECT 1 FROM batches AS earlier
          WHERE earlier.feed = ?1 AND earlier.sequence < ?2 AND earlier.state = 'ready')
        """
    )
    let update = try database.cachedStatement(
      sql: "UPDATE batches SET state = 'published', published = coalesce(published, ?) WHERE id = ?"
    )
    let advance = try database.cachedStatement(
      sql: "UPDATE drops SET state = 'published' WHERE batch = ? AND state = 'converted'"
    )
    let unstage = try database.cachedStatement(sql: "DELETE FROM staged WHERE batch = ?")
    for batch in batches.sorted(by: { $0.sequence < $1.sequence }) {
      let arguments: StatementArguments = [batch.feed.row, batch.sequence]
      guard let row = try Int64.fetchOne(find, arguments: arguments) else {
        throw try outOfSequence(batch.feed, batch.sequence, in: database)
      }
      try update.execute(arguments: [moment.stored, row])
      try advance.execute(arguments: [row])
      try unstage.execute(arguments: [row])
    }
  }

  private static func settle(
    _ claims: [ClaimID],
    at moment: Timestamp,
    in database: Database
  ) throws {
    let find = try database.cachedStatement(
      sql: """
        SELECT id FROM drops WHERE claim = ? AND state <> 'claimed' AND state <> 'converted'
        """
    )
    let update = try database.cachedStatement(
      sql: """
        UPDATE drops SET settled = coalesce(settled, ?),
          state = CASE state WHEN 'published' THEN 'done' ELSE state END
        WHERE id = ?
        """
    )
    let forget = try database.cachedStatement(sql: "DELETE FROM receipts WHERE drop_id = ?")
    for claim in claims {
      guard let row = try Int64.fetchOne(find, arguments: [claim.text]) else {
        throw LedgerError.wrongState(claim: claim.text, wanted: "published, held or rejected")
      }
      try update.execute(arguments: [moment.stored, row])
      try forget.execute(arguments: [row])
    }
  }
}
