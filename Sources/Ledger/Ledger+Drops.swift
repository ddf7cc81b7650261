import Files
import Foundation
import GRDB

extension Ledger {
  /// Records new claims, and claims found without a record; a known one stays as it is.
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
          VALUES (?, ?, ?, 'claimed', 1, ?, ?) ON CONFLICT (claim) DO NOTHING
          """
      )
      return try claims.map { claim in
        let feed = try feeds[claim.feed] ?? Self.register(claim.feed, in: database)
        feeds[claim.feed] = feed
        try insert.execute(arguments: [
          claim.id.text, Data(claim.name), feed.row, claim.size, claim.firstSeen.stored,
        ])
        if database.changesCount == 1 { return Drop(claimed: claim, feed: feed) }
        return try Self.claimed(claim.id, in: database)
      }
    }
  }

  /// Counts one more attempt at drops whose reading ended the process.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when one of them isn't claimed.
  public func takeUpAgain(_ claims: [ClaimID]) throws(LedgerError) {
    try change { database in
      let update = try database.cachedStatement(
        sql: "UPDATE drops SET attempts = attempts + 1 WHERE id = ?"
      )
      for claim in claims {
        try update.execute(arguments: [Self.row(of: claim, in: database).id])
      }
    }
  }

  /// Forgets claims whose folder is not there: nothing of them was ever published.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when one of them isn't claimed.
  public func forget(_ claims: [ClaimID]) throws(LedgerError) {
    try change { database in
      let delete = try database.cachedStatement(sql: "DELETE FROM drops WHERE id = ?")
      for claim in claims {
        try delete.execute(arguments: [Self.row(of: claim, in: database).id])
      }
    }
  }

  /// Holds or rejects claimed drops, whose originals are to be moved next.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when one of them isn't claimed.
  public func refuse(_ refusals: [Refusal]) throws(LedgerError) {
    try change { try Self.write(refusals, to: $0) }
  }

  /// The drop that first brought a feed this content, if it was ever committed.
  ///
  /// - Parameters:
  ///   - content: SHA-256 of the decompressed content.
  ///   - statement: SHA-256 of the settings that it was converted under; nil: whatever they were.
  ///   - feed: The feed.
  /// - Returns: The drop, or nil when the content is new.
  /// - Throws: ``LedgerError`` when SQLite can't read.
  public func firstDrop(
    withContent content: [UInt8],
    under statement: [UInt8]? = nil,
    in feed: FeedID
  ) throws(LedgerError) -> Drop? {
    try look { database in
      let find = try database.cachedStatement(
        sql: Drop.selection + """
          WHERE drops.feed = ?1 AND drops.content = ?2 AND drops.duplicate_of IS NULL
            AND (?3 IS NULL OR drops.statement = ?3)
          ORDER BY drops.id LIMIT 1
          """
      )
      return try Row.fetchOne(
        find,
        arguments: [feed.row, Data(content), statement.map { Data($0) }]
      ).map(Drop.init(row:))
    }
  }

  /// Whether a content of that size, without its compression, was ever committed for a feed.
  public func hasDrop(ofContentSize size: Int64, in feed: FeedID) throws(LedgerError) -> Bool {
    try look { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT 1 FROM drops WHERE feed = ? AND content_size = ?
            AND content IS NOT NULL AND duplicate_of IS NULL LIMIT 1
          """
      )
      return try Int64.fetchOne(statement, arguments: [feed.row, size]) != nil
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
  private static func claimed(_ claim: ClaimID, in database: Database) throws -> Drop {
    let row = try row(of: claim, in: database)
    let select = try database.cachedStatement(sql: Drop.selection + "WHERE drops.id = ?")
    guard let drop = try Row.fetchOne(select, arguments: [row.id]) else {
      throw LedgerError.wrongState(claim: claim.text, wanted: "claimed")
    }
    return try Drop(row: drop)
  }

  static func write(_ refusals: [Refusal], to database: Database) throws {
    let update = try database.cachedStatement(
      sql: "UPDATE drops SET state = ?, reason = ? WHERE id = ?"
    )
    for refusal in refusals {
      let state: DropState = refusal.outcome == .held ? .held : .rejected
      let row = try row(of: refusal.claim, in: database)
      try update.execute(arguments: [state.rawValue, refusal.reason, row.id])
      try write(receipt: refusal.receipt, of: row.id, to: database)
    }
  }

  static func write(receipt: [UInt8], of drop: Int64, to database: Database) throws {
    if receipt.isEmpty { return }
    let insert = try database.cachedStatement(
      sql: "INSERT INTO receipts (drop_id, body) VALUES (?, ?)"
    )
    try insert.execute(arguments: [drop, Data(receipt)])
  }

  /// The row of a claimed drop, and its feed's.
  static func row(
    of claim: ClaimID,
    in database: Database
  ) throws -> (id: Int64, feed: Int64) {
    // Not by RETURNING: each run of that makes a table of its own, which takes ten times as long.
    let select = try database.cachedStatement(
      sql: "SELECT id, feed FROM drops WHERE claim = ? AND state = 'claimed'"
    )
    guard let row = try Row.fetchOne(select, arguments: [claim.text]) else {
      throw LedgerError.wrongState(claim: claim.text, wanted: "claimed")
    }
    return (row[0], row[1])
  }
}
