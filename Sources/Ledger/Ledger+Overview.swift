public import Files
import Foundation
import GRDB

/// A feed and what became of its drops, for people.
public struct FeedOverview: Sendable {
  /// The feed.
  public var feed: Feed
  /// Drops that are done or on their way.
  public var drops: Int64
  /// What became of their records.
  public var counts: RecordCounts
  /// Drops that wait for a decision.
  public var held: Int64
  /// Drops that are taken and not settled yet.
  public var waiting: Int64
  /// When the last one was settled that was not held.
  public var lastSettled: Timestamp?
  /// The last one that was not held.
  public var last: Drop?
  /// The last one that is held.
  public var lastHeld: Drop?
  /// Records that were rejected, by reason.
  public var rejects: [String: Int64]
}

extension Ledger {
  /// Every feed with its drops, by slug.
  public func overview() throws(LedgerError) -> [FeedOverview] {
    try look { database in
      let feeds = try Row.fetchAll(database, sql: Feed.selection + "ORDER BY slug").map(
        Feed.init(row:)
      )
      return try feeds.map { try Self.overview(of: $0, in: database) }
    }
  }

  /// The latest batches, newest first; those of one feed, or of all.
  public func latestBatches(of feed: FeedID? = nil, limit: Int) throws(LedgerError) -> [Batch] {
    try look { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT feed, sequence, name, schema_version, records, size, sha256, state, created
          FROM batches WHERE (?1 IS NULL OR feed = ?1) ORDER BY id DESC LIMIT ?2
          """,
        arguments: [feed?.row, limit]
      )
      return try rows.map { row in
        Batch(
          id: BatchID(feed: FeedID(row: row[0]), sequence: row[1]),
          name: row[2],
          schemaVersion: row[3],
          records: row[4],
          size: row[5],
          sha256: [UInt8](row[6] as Data),
          files: [],
          state: try Stored.state(row[7]),
          created: Timestamp(stored: row[8])
        )
      }
    }
  }

  /// When a drop was settled; nil while it is not.
  public func settled(_ claim: ClaimID) throws(LedgerError) -> Timestamp? {
    try look { database in
      try Int64.fetchOne(
        database,
        sql: "SELECT settled FROM drops WHERE claim = ? AND settled IS NOT NULL",
        arguments: [claim.text]
      ).map(Timestamp.init(stored:))
    }
  }

  private static func overview(of feed: Feed, in database: Database) throws -> FeedOverview {
    func count(_ condition: String) throws -> Int64 {
      try Int64.fetchOne(
        database,
        sql: "SELECT count(*) FROM drops WHERE feed = ? AND \(condition)",
        arguments: [feed.id.row]
      ) ?? 0
    }
    func last(_ condition: String) throws -> Drop? {
      try Row.fetchOne(
        database,
        sql: Drop.selection
          + "WHERE drops.feed = ? AND \(condition) ORDER BY drops.id DESC LIMIT 1",
        arguments: [feed.id.row]
      ).map(Drop.init(row:))
    }
    let totals = try Row.fetchOne(
      database,
      sql: "SELECT drops, written, duplicates, rejected FROM feeds WHERE id = ?",
      arguments: [feed.id.row]
    )
    let rejects = try Row.fetchAll(
      database,
      sql: "SELECT code, count FROM rejects WHERE feed = ?",
      arguments: [feed.id.row]
    )
    let converted = try last("drops.content IS NOT NULL")
    let settled = try Int64.fetchOne(
      database,
      sql: "SELECT settled FROM drops WHERE claim = ? AND settled IS NOT NULL",
      arguments: [converted?.id.text ?? ""]
    )
    return FeedOverview(
      feed: feed,
      drops: totals?[0] ?? 0,
      counts: RecordCounts(
        written: totals?[1] ?? 0,
        duplicates: totals?[2] ?? 0,
        rejected: totals?[3] ?? 0
      ),
      held: try count("state = 'held'"),
      waiting: try count("state = 'claimed'"),
      lastSettled: settled.map(Timestamp.init(stored:)),
      last: converted,
      lastHeld: try last("drops.state = 'held'"),
      rejects: Dictionary(uniqueKeysWithValues: rejects.map { ($0[0] as String, $0[1] as Int64) })
    )
  }
}
