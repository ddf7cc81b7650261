public import Files

/// A feed's n-th batch.
public struct BatchID: Hashable, Sendable {
  /// The feed.
  public var feed: FeedID
  /// The batch's number in its feed, from 1, without gaps.
  public var sequence: Int64

  /// The batch of that number.
  public init(feed: FeedID, sequence: Int64) {
    self.feed = feed
    self.sequence = sequence
  }
}

/// A file that waits in the staging folder for its batch to be published.
public struct StagedFile: Hashable, Sendable {
  /// Its name in the staging folder.
  public var name: String
  /// Its path under the feed's folder in the outbox.
  public var target: String
  /// Its size in bytes.
  public var size: Int64
  /// SHA-256 of its bytes, 32 bytes.
  public var sha256: [UInt8]

  /// A staged file.
  public init(name: String, target: String, size: Int64, sha256: [UInt8]) {
    self.name = name
    self.target = target
    self.size = size
    self.sha256 = sha256
  }
}

/// Whether a batch is visible.
public enum BatchState: String, Hashable, Sendable, CaseIterable {
  /// Committed and staged; not all of it is in the outbox yet.
  case ready
  /// In the outbox, or taken from there already.
  case published
}

/// A batch: the new records of one or more drops.
public struct Batch: Hashable, Sendable, Identifiable {
  /// The feed and the number.
  public var id: BatchID
  /// Its name in the outbox, as in the manifest's `batch`.
  public var name: String
  /// The schema version that its records follow.
  public var schemaVersion: Int
  /// How many records it holds.
  public var records: Int64
  /// The data file's size in bytes.
  public var size: Int64
  /// SHA-256 of the data file, 32 bytes.
  public var sha256: [UInt8]
  /// The files that make it visible, in the order of their renames: the manifest comes last.
  ///
  /// Empty once it is published.
  public var files: [StagedFile]
  /// Whether it is visible.
  public var state: BatchState
  /// When it was made, as in the manifest's `created`.
  public var created: Timestamp
  /// Of the records, lines that no drop brought: deletions, and whom an erasure is about.
  public var told: Int64 = 0

  /// A batch that is ready to be committed.
  public init(
    id: BatchID,
    name: String,
    schemaVersion: Int,
    records: Int64,
    size: Int64,
    sha256: [UInt8],
    files: [StagedFile],
    state: BatchState = .ready,
    created: Timestamp
  ) {
    self.id = id
    self.name = name
    self.schemaVersion = schemaVersion
    self.records = records
    self.size = size
    self.sha256 = sha256
    self.files = files
    self.state = state
    self.created = created
  }
}
