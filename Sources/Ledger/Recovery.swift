/// What a start finds unfinished, as of one moment.
public struct Recovery: Sendable {
  /// Drops that were claimed and never committed: to be converted again.
  public var claimed: [Drop]
  /// Batches that are committed and not known to be visible, in the order of their sequences.
  public var ready: [Batch]
  /// Drops whose outcome is settled and whose original is not yet where it belongs.
  public var unsettled: [Drop]
  /// The names in the staging folder that have a right to be there.
  public var stagedNames: Set<String>
  /// All runs that exist; a run of another name is to be removed.
  public var runs: [Run]
}

/// A feed's numbers since the ledger began.
public struct FeedTotals: Hashable, Sendable {
  /// The feed.
  public var feed: Feed
  /// Drops that were converted.
  public var drops: Int64
  /// Batches that were committed.
  public var batches: Int64
  /// What became of the records.
  public var counts: RecordCounts
}

/// What the ledger holds, in numbers.
public struct Totals: Hashable, Sendable {
  /// Every feed, by slug.
  public var feeds: [FeedTotals]
  /// How many drops stand where, but for those that are done.
  public var drops: [DropState: Int64]
  /// Batches that are committed and not visible yet.
  public var readyBatches: Int64
  /// Fingerprints in all runs.
  public var fingerprints: Int64
  /// Rejected records by reason, over all drops.
  public var rejects: [String: Int64]
}
