public import Files
import Foundation
import GRDB

/// What a person asks for with a held drop.
public enum DropRequest: String, Hashable, Sendable, CaseIterable, Codable {
  /// Take it as if nothing had been said against it; what does not fit is rejected.
  case release
  /// Take it and let the feed's schema become what the drop needs.
  case accept
  /// Look at it again from the beginning.
  case retry
  /// Let it go: nothing of it is published.
  case discard
}

/// Something that a person decided about a feed or one of its drops.
public struct Decision: Hashable, Sendable, Codable {
  /// What was done: a ``DropRequest``, `pin` or `unpin`.
  public var action: String
  /// The drop it is about; nil where it is the feed itself.
  public var drop: ClaimID?
  /// The columns or the types it names, for people.
  public var detail: String
  /// Who decided it.
  public var user: String
  /// When.
  public var made: Timestamp

  /// A decision.
  public init(action: String, drop: ClaimID? = nil, detail: String, user: String, made: Timestamp) {
    self.action = action
    self.drop = drop
    self.detail = detail
    self.user = user
    self.made = made
  }
}

extension Ledger {
  /// Takes up held drops again, as a person asks: the point of no return for that request.
  ///
  /// Their originals are still among the held: they are to be moved back among the claims next.
  ///
  /// - Throws: ``LedgerError/wrongState(claim:wanted:)`` when one of them isn't held; nothing is
  ///   changed then.
  public func request(
    _ request: DropRequest,
    for claims: [ClaimID],
    by user: String,
    at moment: Timestamp
  ) throws(LedgerError) {
    try change { database in
      let find = try database.cachedStatement(
        sql: """
          SELECT id, feed, reason FROM drops
          WHERE claim = ? AND state = 'held' AND settled IS NOT NULL
          """
      )
      let update = try database.cachedStatement(
        sql: """
          UPDATE drops SET state = 'claimed', settled = NULL, reason = NULL, attempts = 1,
            request = ? WHERE id = ?
          """
      )
      for claim in claims {
        guard let row = try Row.fetchOne(find, arguments: [claim.text]) else {
          throw LedgerError.wrongState(claim: claim.text, wanted: "held")
        }
        try update.execute(arguments: [request.rawValue, row[0] as Int64])
        let decision = Decision(
          action: request.rawValue,
          drop: claim,
          detail: row[2],
          user: user,
          made: moment
        )
        try Self.write(decision, of: row[1], drop: row[0], to: database)
      }
    }
  }

  /// What was decided about a feed, oldest first.
  public func decisions(of feed: FeedID) throws(LedgerError) -> [Decision] {
    try look { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT action, claim, detail, user, made FROM decisions
          LEFT JOIN drops ON drops.id = drop_id WHERE decisions.feed = ? ORDER BY decisions.id
          """,
        arguments: [feed.row]
      ).map { row in
        Decision(
          action: row[0],
          drop: (row[1] as String?).map { ClaimID($0) },
          detail: row[2],
          user: row[3],
          made: Timestamp(stored: row[4])
        )
      }
    }
  }

  /// Who last asked for something with a drop; nil where nobody did.
  public func lastDecision(on claim: ClaimID) throws(LedgerError) -> Decision? {
    try look { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT action, detail, user, made FROM decisions
          WHERE drop_id = (SELECT id FROM drops WHERE claim = ?) ORDER BY id DESC LIMIT 1
          """,
        arguments: [claim.text]
      ).map { row in
        Decision(
          action: row[0],
          drop: claim,
          detail: row[1],
          user: row[2],
          made: Timestamp(stored: row[3])
        )
      }
    }
  }

  static func write(
    _ decision: Decision,
    of feed: Int64,
    drop: Int64?,
    to database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO decisions (feed, drop_id, action, detail, user, made)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        feed, drop, decision.action, decision.detail, decision.user, decision.made.stored,
      ]
    )
  }
}
