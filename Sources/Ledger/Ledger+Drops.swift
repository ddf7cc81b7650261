public import Files
import Foundation
import GRDB

extension Ledger {
  /// Records new claims, and claims found without a record; a known one counts one more attempt.
  ///
  /// One transaction for the whole group.
  ///
  /// - Returns: The drops, in the order of the claims.
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when one of them was committed already.
  @discardableResult
  public func record(_ claims: [Claim]) throws(LedgerError) -> [Drop] {
    try change { database in
      var feeds: [FeedName: FeedID] = [:]
      let insert = try database.cachedStatement(
        sql: """
          INSERT INTO drops (claim, name, feed, state, attempts, size, first_seen)
          VALUES (?, ?, ?, 'claimed', 1, ?, ?)
          ON CONFLICT (claim) DO UPDATE SET attempts = attempts + 1 WHERE state = 'claimed'
          RETURNING attempts, first_seen
          """
      )
      return try claims.map { claim in
        let feed = try feeds[claim.feed] ?? Self.register(claim.feed, in: database)
        feeds[claim.feed] = feed
        let row = try Row.fetchOne(
          insert,
          arguments: [
            claim.id.text, Data(claim.name), feed.row, claim.size, claim.firstSeen.stored,
          ]
        )
        guard let row else { throw LedgerError.wrongState(claim: claim.id.text, wanted: "claimed") }
        return Drop(claimed: claim, feed: feed, attempts: row[0], firstSeen: row[1])
      }
    }
  }

  /// Counts one more attempt at drops whose conversion did not come to an end.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when one of them isn't claimed.
  public func takeUpAgain(_ claims: [ClaimID]) throws(LedgerError) {
    try change { database in
      let update = try database.cachedStatement(
        sql: "UPDATE drops SET attempts = attempts + 1 WHERE claim = ? AND state = 'claimed'"
      )
      for claim in claims { try Self.run(update, [claim.text], of: claim, in: database) }
    }
  }

  /// Forgets claims whose folder is not there: nothing of them was ever published.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when one of them isn't claimed.
  public func forget(_ claims: [ClaimID]) throws(LedgerError) {
    try change { database in
      let delete = try database.cachedStatement(
        sql: "DELETE FROM drops WHERE claim = ? AND state = 'claimed'"
      )
      for claim in claims { try Self.run(delete, [claim.text], of: claim, in: database) }
    }
  }

  /// Holds or rejects claimed drops, whose originals are to be moved next.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when one of them isn't claimed.
  public func refuse(_ refusals: [Refusal]) throws(LedgerError) {
    try change { try Self.write(refusals, to: $0) }
  }

  /// Notes that the originals lie where they belong; published drops are done then.
  ///
  /// Their receipts leave the ledger, since they lie beside the originals.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when an outcome isn't settled yet.
  public func markSettled(_ claims: [ClaimID], at moment: Timestamp) throws(LedgerError) {
    try change { database in
      let update = try database.cachedStatement(
        sql: """
          UPDATE drops SET
            state = CASE state WHEN 'published' THEN 'done' ELSE state END,
            settled = coalesce(settled, ?), receipt = NULL
          WHERE claim = ? AND state IN ('published', 'done', 'held', 'rejected')
          """
      )
      for claim in claims {
        try Self.run(
          update,
          [moment.stored, claim.text],
          of: claim,
          wanted: "published, held or rejected",
          in: database
        )
      }
    }
  }

  /// The drop that first brought a feed this content, if it was ever committed.
  ///
  /// - Parameters:
  ///   - content: SHA-256 of the decompressed content.
  ///   - feed: The feed.
  /// - Returns: The drop, or nil when the content is new.
  /// - Throws: ``LedgerError`` when SQLite can't read.
  public func firstDrop(
    withContent content: [UInt8],
    in feed: FeedID
  ) throws(LedgerError) -> Drop? {
    try look { database in
      let statement = try database.cachedStatement(
        sql: Drop.selection + """
          WHERE drops.feed = ? AND drops.content = ? AND drops.duplicate_of IS NULL
          ORDER BY drops.id LIMIT 1
          """
      )
      return try Row.fetchOne(statement, arguments: [feed.row, Data(content)]).map(Drop.init(row:))
    }
  }

  /// The drop of a claim, if the ledger knows it.
  public func drop(_ claim: ClaimID) throws(LedgerError) -> Drop? {
    try look { database in
      let statement = try database.cachedStatement(
        sql: Drop.selection + "WHERE drops.claim = ?"
      )
      return try Row.fetchOne(statement, arguments: [claim.text]).map(Drop.init(row:))
    }
  }

  /// The latest drops, newest first.
  ///
  /// - Parameters:
  ///   - feed: Only drops of this feed.
  ///   - state: Only drops that stand there.
  ///   - limit: At most so many.
  /// - Returns: The drops.
  /// - Throws: ``LedgerError`` when SQLite can't read.
  public func latestDrops(
    of feed: FeedID? = nil,
    in state: DropState? = nil,
    limit: Int = 100
  ) throws(LedgerError) -> [Drop] {
    try look { database in
      let statement = try database.cachedStatement(
        sql: Drop.selection + """
          WHERE (?1 IS NULL OR drops.feed = ?1) AND (?2 IS NULL OR drops.state = ?2)
          ORDER BY drops.id DESC LIMIT ?3
          """
      )
      let rows = try Row.fetchAll(statement, arguments: [feed?.row, state?.rawValue, limit])
      return try rows.map(Drop.init(row:))
    }
  }
}

extension Ledger {
  static func write(_ refusals: [Refusal], to database: Database) throws {
    let update = try database.cachedStatement(
      sql: """
        UPDATE drops SET state = ?, reason = ?, receipt = ? WHERE claim = ? AND state = 'claimed'
        """
    )
    for refusal in refusals {
      let state: DropState = refusal.outcome == .held ? .held : .rejected
      try run(
        update,
        [state.rawValue, refusal.reason, Data(refusal.receipt), refusal.claim.text],
        of: refusal.claim,
        in: database
      )
    }
  }

  /// Runs a statement that must change the one drop of a claim.
  static func run(
    _ statement: Statement,
    _ arguments: StatementArguments,
    of claim: ClaimID,
    wanted: String = "claimed",
    in database: Database
  ) throws {
    try statement.execute(arguments: arguments)
    guard database.changesCount == 1 else {
      throw LedgerError.wrongState(claim: claim.text, wanted: wanted)
    }
  }
}
