import Foundation
import GRDB
public import Records

extension Ledger {
  /// How the columns of a feed's drops are written, as far as earlier ones have proven it.
  public func notations(of feed: FeedID) throws(LedgerError) -> [String: Notation] {
    try look { try Self.notations(of: feed, in: $0) }
  }

  static func write(
    _ notations: [String: Notation],
    of feed: FeedID,
    to database: Database
  ) throws {
    let known = try Self.notations(of: feed, in: database)
    let put = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO notations (feed, name, notation) VALUES (?, ?, ?)"
    )
    for (name, notation) in notations {
      let joined = known[name]?.joined(with: notation) ?? notation
      if joined == known[name] { continue }
      try put.execute(arguments: [feed.row, name, joined.rawValue])
    }
  }

  private static func notations(
    of feed: FeedID,
    in database: Database
  ) throws -> [String: Notation] {
    let select = try database.cachedStatement(
      sql: "SELECT name, notation FROM notations WHERE feed = ?"
    )
    var notations: [String: Notation] = [:]
    for row in try Row.fetchAll(select, arguments: [feed.row]) {
      guard let notation = Notation(rawValue: row[1]) else {
        throw LedgerError.refused(code: 0, found: "the ledger holds an unknown notation")
      }
      notations[row[0]] = notation
    }
    return notations
  }
}
