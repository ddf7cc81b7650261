/// What the fingerprints of a run stand for.
public enum RunKind: String, Sendable, Hashable, CaseIterable {
  /// Records that were written.
  case records
  /// Keys, each with the latest record that was written of it.
  case states
}

/// A set of fingerprints of one feed, kept outside the ledger under a name that the ledger vouches for.
///
/// What no run of the ledger names does not exist.
public struct Run: Hashable, Sendable {
  /// The feed.
  public var feed: FeedID
  /// Its name, unique among all runs.
  public var name: String
  /// SHA-256 of the fingerprints, 32 bytes.
  public var sha256: [UInt8]
  /// How many fingerprints it holds.
  public var count: Int64
  /// The batches, by sequence, whose fingerprints it holds.
  public var batches: ClosedRange<Int64>
  /// What they stand for.
  public var kind: RunKind

  /// A run of fingerprints.
  public init(
    feed: FeedID,
    name: String,
    sha256: [UInt8],
    count: Int64,
    batches: ClosedRange<Int64>,
    kind: RunKind = .records
  ) {
    self.feed = feed
    self.name = name
    self.sha256 = sha256
    self.count = count
    self.batches = batches
    self.kind = kind
  }
}
