import Files
import Foundation
import GRDB

extension Drop {
  /// The columns that ``init(row:)`` reads; a `WHERE` clause may follow.
  static let selection = """
    SELECT drops.claim, drops.name, drops.feed, drops.state, drops.settled IS NOT NULL,
      drops.attempts, drops.size, drops.first_seen, drops.content,
      drops.written, drops.duplicates, drops.rejected,
      batches.sequence, first.claim, drops.reason, receipts.body, drops.request
    FROM drops
    LEFT JOIN batches ON batches.id = drops.batch
    LEFT JOIN drops AS first ON first.id = drops.duplicate_of
    LEFT JOIN receipts ON receipts.drop_id = drops.id

    """

  init(row: Row) throws {
    let feed = FeedID(row: row[2])
    id = ClaimID(row[0])
    name = [UInt8](row[1] as Data)
    self.feed = feed
    state = try Stored.state(row[3])
    isSettled = row[4]
    attempts = row[5]
    size = row[6]
    firstSeen = Timestamp(stored: row[7])
    content = (row[8] as Data?).map { [UInt8]($0) }
    counts = RecordCounts(written: row[9], duplicates: row[10], rejected: row[11])
    batch = (row[12] as Int64?).map { BatchID(feed: feed, sequence: $0) }
    duplicateOf = (row[13] as String?).map { ClaimID($0) }
    reason = row[14]
    receipt = (row[15] as Data?).map { [UInt8]($0) } ?? []
    request = try (row[16] as String?).map { try Stored.state($0) }
  }

  init(claimed claim: Claim, feed: FeedID) {
    id = claim.id
    name = claim.name
    self.feed = feed
    state = .claimed
    isSettled = false
    attempts = 1
    size = claim.size
    firstSeen = claim.firstSeen
    content = nil
    counts = RecordCounts()
    batch = nil
    duplicateOf = nil
    reason = nil
    receipt = []
    request = nil
  }
}

/// Words of the tables read back as the cases they stand for.
enum Stored {
  static func state<State: RawRepresentable>(_ word: String) throws -> State
  where State.RawValue == String {
    guard let state = State(rawValue: word) else {
      throw LedgerError.refused(code: 0, found: "the ledger holds the unknown word “\(word)”")
    }
    return state
  }
}
