import Files
import Foundation
import GRDB
import Records

extension Ledger {
  /// Makes a group of converted drops true, in one transaction: the point of no return.
  ///
  /// Once this returns, every batch in it is to be published and never converted again. Drops
  /// without a batch count as published at once. Files that the commit names must be synced before.
  ///
  /// - Throws: ``LedgerError/outOfSequence(feed:given:)`` when a schema version or batch does not
  ///   follow its feed's last one, ``LedgerError/wrongState(claim:wanted:)`` when a drop isn't
  ///   claimed. Nothing is changed then.
  public func commit(_ group: GroupCommit) throws(LedgerError) {
    try change { database in
      for schema in group.schemas { try Self.write(schema, to: database) }
      try Self.remove(renames: group.disprovenRenames, from: database)
      try Self.write(renames: group.renames, to: database)
      try Self.write(sketches: group.sketches, to: database)
      var rows: [BatchID: Int64] = [:]
      for batch in group.batches { rows[batch.id] = try Self.write(batch, to: database) }
      try Self.write(group.drops, batches: rows, to: database)
      try Self.write(group.refusals, to: database)
      try Self.write(cuts: group.cuts, to: database)
      for (feed, identity) in group.identities {
        try Self.write(identity: identity, of: feed, to: database)
      }
      for (feed, share) in group.keyRepeats {
        try database.execute(
          sql: "UPDATE feeds SET key_repeats = ? WHERE id = ?",
          arguments: [share, feed.row]
        )
      }
      for (feed, newest) in group.newest {
        try database.execute(
          sql: "UPDATE feeds SET newest_column = ?, newest = ? WHERE id = ?",
          arguments: [newest.column, newest.value, feed.row]
        )
      }
      try Self.write(layouts: group.layouts, to: database)
      for (feed, notations) in group.notations {
        try Self.write(notations, of: feed, to: database)
      }
      try Self.remove(runs: group.replacedRuns, from: database)
      try Self.write(group.runs, to: database)
    }
  }
}

extension Ledger {
  static func write(_ version: SchemaVersion, to database: Database) throws {
    let advance = try database.cachedStatement(
      sql: "UPDATE feeds SET schema_version = ?2 WHERE id = ?1 AND schema_version = ?2 - 1"
    )
    try advance.execute(arguments: [version.feed.row, version.version])
    guard database.changesCount == 1 else {
      throw try outOfSequence(version.feed, Int64(version.version), in: database)
    }
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO schemas (feed, version, change, proved_by, decided_by, made)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    )
    try insert.execute(arguments: [
      version.feed.row, version.version, version.change.rawValue,
      version.provedBy.map { try row(of: $0, in: database).id }, version.decidedBy,
      version.made?.stored,
    ])
    let add = try database.cachedStatement(
      sql: "INSERT INTO columns (feed, version, position, name, type) VALUES (?, ?, ?, ?, ?)"
    )
    for (position, column) in version.schema.columns.enumerated() {
      try add.execute(arguments: [
        version.feed.row, version.version, position, column.name, column.type.name,
      ])
    }
  }

  static func write(_ batch: Batch, to database: Database) throws -> Int64 {
    let advance = try database.cachedStatement(
      sql: "UPDATE feeds SET next_sequence = ?2 + 1 WHERE id = ?1 AND next_sequence = ?2"
    )
    try advance.execute(arguments: [batch.id.feed.row, batch.id.sequence])
    guard database.changesCount == 1 else {
      throw try outOfSequence(batch.id.feed, batch.id.sequence, in: database)
    }
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO batches
          (feed, sequence, name, schema_version, records, size, sha256, state, created, told)
        VALUES (?, ?, ?, ?, ?, ?, ?, 'ready', ?, ?)
        """
    )
    try insert.execute(arguments: [
      batch.id.feed.row, batch.id.sequence, batch.name, batch.schemaVersion, batch.records,
      batch.size, Data(batch.sha256), batch.created.stored, batch.told,
    ])
    let row = database.lastInsertedRowID
    try write(batch.files, of: row, to: database)
    return row
  }

  static func write(_ files: [StagedFile], of batch: Int64, to database: Database) throws {
    let stage = try database.cachedStatement(
      sql: """
        INSERT INTO staged (batch, position, name, target, size, sha256) VALUES (?, ?, ?, ?, ?, ?)
        """
    )
    for (position, file) in files.enumerated() {
      try stage.execute(arguments: [
        batch, position, file.name, file.target, file.size, Data(file.sha256),
      ])
    }
  }

  private static func write(
    _ drops: [ConvertedDrop],
    batches: [BatchID: Int64],
    to database: Database
  ) throws {
    let update = try database.cachedStatement(
      sql: """
        UPDATE drops SET state = ?, batch = ?, content = ?, content_size = ?, written = ?,
          duplicates = ?, rejected = ?, duplicate_of = ?, statement = ?
        WHERE id = ?
        """
    )
    let find = try database.cachedStatement(sql: "SELECT id FROM drops WHERE claim = ?")
    var totals: [Int64: FeedSums] = [:]
    for drop in drops {
      let row = try row(of: drop.claim, in: database)
      let batch = try drop.batch.map { id in
        guard let batch = batches[id], id.feed.row == row.feed else {
          throw LedgerError.refused(code: 0, found: "a drop names a batch outside its commit")
        }
        return batch
      }
      let first = try drop.duplicateOf.flatMap { claim in
        try Int64.fetchOne(find, arguments: [claim.text])
      }
      let state: DropState = batch == nil ? .published : .converted
      try update.execute(arguments: [
        state.rawValue, batch, Data(drop.content), drop.contentSize, drop.counts.written,
        drop.counts.duplicates, drop.counts.rejected, first, drop.statement.map { Data($0) },
        row.id,
      ])
      try write(receipt: drop.receipt, of: row.id, to: database)
      totals[row.feed, default: FeedSums()].add(drop)
    }
    for (feed, sums) in totals { try sums.write(to: feed, in: database) }
  }

  static func outOfSequence(
    _ feed: FeedID,
    _ given: Int64,
    in database: Database
  ) throws -> LedgerError {
    .outOfSequence(feed: try Self.feed(feed, in: database).slug, given: given)
  }
}

/// What a group of drops adds to the totals of one feed.
private struct FeedSums {
  var drops: Int64 = 0
  var counts = RecordCounts()
  var rejects: [RejectCode: Int64] = [:]

  mutating func add(_ drop: ConvertedDrop) {
    drops += 1
    counts.written += drop.counts.written
    counts.duplicates += drop.counts.duplicates
    counts.rejected += drop.counts.rejected
    for (code, count) in drop.rejects { rejects[code, default: 0] += count }
  }

  func write(to feed: Int64, in database: Database) throws {
    let update = try database.cachedStatement(
      sql: """
        UPDATE feeds SET drops = drops + ?, written = written + ?, duplicates = duplicates + ?,
          rejected = rejected + ? WHERE id = ?
        """
    )
    try update.execute(arguments: [
      drops, counts.written, counts.duplicates, counts.rejected, feed,
    ])
    let add = try database.cachedStatement(
      sql: """
        INSERT INTO rejects (feed, code, count) VALUES (?, ?, ?)
        ON CONFLICT (feed, code) DO UPDATE SET count = count + excluded.count
        """
    )
    for (code, count) in rejects {
      try add.execute(arguments: [feed, code.rawValue, count])
    }
  }
}
