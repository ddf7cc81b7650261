public import Records

/// All that one or many converted drops change, to become true at once.
public struct GroupCommit: Sendable {
  /// New schema versions, lowest first in each feed.
  public var schemas: [SchemaVersion]
  /// New batches, lowest sequence first in each feed.
  public var batches: [Batch]
  /// The drops that are converted by it.
  public var drops: [ConvertedDrop]
  /// The drops that are held or rejected by it.
  public var refusals: [Refusal]
  /// The new fingerprints.
  public var runs: [Run]
  /// Feeds that go by another identity from now on: their states are no longer valid.
  public var identities: [FeedID: String] = [:]
  /// What the drops of feeds have shown of their layout, in place of what was known.
  public var layouts: [FeedID: String] = [:]
  /// Notations that drops have proven, by feed and column; joined with those that are known.
  public var notations: [FeedID: [String: Notation]] = [:]
  /// The greatest share of records with another's key that a drop of a feed had, between 0 and 1.
  public var keyRepeats: [FeedID: Double] = [:]
  /// The newest record that a drop of a feed had, where its settings name an order.
  public var newest: [FeedID: Feed.Newest] = [:]
  /// What the values of columns look like now, by feed and column, in place of what was known.
  public var sketches: [FeedID: [String: [UInt8]]] = [:]
  /// Renames that drops have shown.
  public var renames: [FeedID: [ProposedRename]] = [:]
  /// Columns that were there again: that they are called otherwise now was wrong.
  public var disprovenRenames: [FeedID: Set<String>] = [:]
  /// Drops whose originals are to be looked into for people who were erased.
  public var cuts: [ClaimID] = []
  /// Runs that are no longer valid, since new ones hold what is kept of them.
  public var replacedRuns: [String] = []

  /// A commit of those parts; each may be empty.
  public init(
    schemas: [SchemaVersion] = [],
    batches: [Batch] = [],
    drops: [ConvertedDrop] = [],
    refusals: [Refusal] = [],
    runs: [Run] = []
  ) {
    self.schemas = schemas
    self.batches = batches
    self.drops = drops
    self.refusals = refusals
    self.runs = runs
  }
}
