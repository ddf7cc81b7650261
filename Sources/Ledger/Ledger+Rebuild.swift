public import Files
import GRDB

extension Ledger {
  /// The key that a state folder kept, whatever became of its ledger; nil where there is none.
  public static func keptKey(in folder: borrowing Directory) throws(LedgerError) -> FingerprintKey?
  {
    try KeyFile.kept(in: folder)
  }

  /// Lets a feed's next batch have a later number: those before were lost with all that they held.
  ///
  /// A feed that is not known yet is made.
  public func skip(_ feed: FeedName, to sequence: Int64) throws(LedgerError) {
    try change { database in
      let id = try Self.register(feed, in: database)
      try database.execute(
        sql: "UPDATE feeds SET next_sequence = max(next_sequence, ?) WHERE id = ?",
        arguments: [sequence, id.row]
      )
    }
  }
}
