import GRDB

extension Ledger {
  /// What a feed's drops have shown of their layout; nil where nothing is known.
  public func layout(of feed: FeedID) throws(LedgerError) -> String? {
    try look { database in
      let statement = try database.cachedStatement(sql: "SELECT body FROM layouts WHERE feed = ?")
      return try String.fetchOne(statement, arguments: [feed.row])
    }
  }

  static func write(layouts: [FeedID: String], to database: Database) throws {
    for (feed, body) in layouts {
      try database.execute(
        sql: """
          INSERT INTO layouts (feed, body) VALUES (?, ?)
          ON CONFLICT (feed) DO UPDATE SET body = excluded.body
          """,
        arguments: [feed.row, body]
      )
    }
  }
}
