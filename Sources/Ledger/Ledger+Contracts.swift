import Files
import GRDB
public import Records

extension Ledger {
  /// The feed with that slug, in whatever case of letters; nil when there is none.
  public func feed(slug: String) throws(LedgerError) -> Feed? {
    try look { database in
      try Row.fetchOne(
        database,
        sql: Feed.selection + "WHERE slug = ?",
        arguments: [slug]
      ).map(Feed.init(row:))
    }
  }

  /// What a feed promises its readers.
  public func contract(of feed: FeedID) throws(LedgerError) -> Contract {
    try look { database in
      let mode = try database.cachedStatement(sql: "SELECT contract FROM feeds WHERE id = ?")
      let names = try database.cachedStatement(
        sql: "SELECT name FROM contract_exceptions WHERE feed = ?"
      )
      return Contract(
        isPinned: try String.fetchOne(mode, arguments: [feed.row]) == Contract.pinned.name,
        exceptions: Set(try String.fetchAll(names, arguments: [feed.row]))
      )
    }
  }

  /// Lets a feed promise something else, and its schema go on by a version where types are stated.
  ///
  /// - Parameters:
  ///   - contract: What it promises from now on.
  ///   - feed: The feed.
  ///   - version: The next version of its schema; nil where that stays.
  ///   - decision: Who decided what, and when.
  /// - Throws: ``LedgerError/outOfSequence(feed:given:)`` when the version does not follow the last.
  public func set(
    _ contract: Contract,
    of feed: FeedID,
    version: SchemaVersion? = nil,
    _ decision: Decision
  ) throws(LedgerError) {
    try change { database in
      try database.execute(
        sql: "UPDATE feeds SET contract = ? WHERE id = ?",
        arguments: [contract.name, feed.row]
      )
      try database.execute(
        sql: "DELETE FROM contract_exceptions WHERE feed = ?",
        arguments: [feed.row]
      )
      for name in contract.exceptions {
        try database.execute(
          sql: "INSERT INTO contract_exceptions (feed, name) VALUES (?, ?)",
          arguments: [feed.row, name]
        )
      }
      if let version { try Self.write(version, to: database) }
      try Self.write(decision, of: feed.row, drop: nil, to: database)
    }
  }

  /// All versions of a feed's schema, oldest first.
  public func schemas(of feed: FeedID) throws(LedgerError) -> [SchemaVersion] {
    try look { database in
      let last = try Self.feed(feed, in: database).schemaVersion
      guard last > 0 else { return [] }
      return try (1...last).compactMap { try Self.schema(of: feed, version: $0, in: database) }
    }
  }
}
