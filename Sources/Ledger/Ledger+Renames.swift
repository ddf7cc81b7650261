public import Files
import Foundation
import GRDB
public import Records

/// A column that seemed to go on under another name, and what showed it.
public struct ProposedRename: Hashable, Sendable, Codable {
  /// What is proposed.
  public var proposal: RenameProposal
  /// The version of the feed's schema that brought the new column.
  public var version: Int
  /// The claim of the drop that showed it.
  public var shownBy: ClaimID
  /// When.
  public var made: Timestamp

  /// A proposal that a drop has shown.
  public init(_ proposal: RenameProposal, version: Int, shownBy: ClaimID, made: Timestamp) {
    self.proposal = proposal
    self.version = version
    self.shownBy = shownBy
    self.made = made
  }
}

extension Ledger {
  /// What the values of a feed's columns look like, by the columns' names, as it was written.
  public func sketches(of feed: FeedID) throws(LedgerError) -> [String: [UInt8]] {
    try look { database in
      let select = try database.cachedStatement(
        sql: "SELECT name, body FROM sketches WHERE feed = ?"
      )
      let rows = try Row.fetchAll(select, arguments: [feed.row])
      return Dictionary(rows.map { ($0[0] as String, [UInt8]($0[1] as Data)) }) { $1 }
    }
  }

  /// The renames that a feed's drops have shown and no later drop has disproven, oldest first.
  public func renames(of feed: FeedID) throws(LedgerError) -> [ProposedRename] {
    try look { database in
      let select = try database.cachedStatement(
        sql: """
          SELECT old, new, source, likelihood, names, place, value_share, forms, same_type, version,
            claim, made
          FROM renames JOIN drops ON drops.id = shown_by
          WHERE renames.feed = ? ORDER BY version, old
          """
      )
      return try Row.fetchAll(select, arguments: [feed.row]).map(ProposedRename.init(row:))
    }
  }

  static func write(sketches: [FeedID: [String: [UInt8]]], to database: Database) throws {
    let put = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO sketches (feed, name, body) VALUES (?, ?, ?)"
    )
    for (feed, columns) in sketches {
      for (name, body) in columns { try put.execute(arguments: [feed.row, name, Data(body)]) }
    }
  }

  static func write(renames: [FeedID: [ProposedRename]], to database: Database) throws {
    let put = try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO renames (feed, old, new, source, likelihood, names, place,
          value_share, forms, same_type, version, shown_by, made)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    )
    for (feed, renames) in renames {
      for rename in renames {
        let (proposal, evidence) = (rename.proposal, rename.proposal.evidence)
        try put.execute(arguments: [
          feed.row, proposal.from, proposal.to, proposal.sourceName, proposal.likelihood,
          evidence.names, evidence.place, evidence.values, evidence.forms, evidence.hasSameType,
          rename.version, try row(of: rename.shownBy, in: database).id, rename.made.stored,
        ])
      }
    }
  }

  /// Forgets renames whose column was there again after all.
  static func remove(renames disproven: [FeedID: Set<String>], from database: Database) throws {
    let delete = try database.cachedStatement(
      sql: "DELETE FROM renames WHERE feed = ? AND old = ?"
    )
    for (feed, names) in disproven {
      for name in names { try delete.execute(arguments: [feed.row, name]) }
    }
  }
}

extension ProposedRename {
  init(row: Row) {
    self.init(
      RenameProposal(
        from: row[0],
        to: row[1],
        sourceName: row[2],
        likelihood: row[3],
        evidence: RenameProposal.Evidence(
          names: row[4],
          place: row[5],
          values: row[6],
          forms: row[7],
          hasSameType: row[8]
        )
      ),
      version: row[9],
      shownBy: ClaimID(row[10]),
      made: Timestamp(stored: row[11])
    )
  }
}
