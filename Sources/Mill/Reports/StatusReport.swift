/// A feed as `status` and `feeds` tell of it; moments are ISO 8601 in UTC.
public struct FeedReport: Codable, Sendable, Equatable {
  /// The kind of report: `feed`.
  public var type = "feed"
  /// The version of its form.
  public var version = 1
  /// The name in paths.
  public var feed: String
  /// Whether somebody has to do something.
  public var needsAttention: Bool
  /// How it stands, in a few words.
  public var state: String
  /// What a person should do next; nil: nothing.
  public var nextAction: String?
  /// Drops that were converted.
  public var drops: Int64
  /// Drops that wait for a decision.
  public var held: Int64
  /// Drops that are being converted.
  public var waiting: Int64
  /// Records that are in batches.
  public var written: Int64
  /// Records that were known already.
  public var duplicates: Int64
  /// Records that could not be converted.
  public var rejected: Int64
  /// Those by reason.
  public var rejectedByReason: [String: Int64]
  /// The schema's version.
  public var schemaVersion: Int
  /// Batches so far.
  public var batches: Int64
  /// The name of the last drop that was converted.
  public var lastDrop: String?
  /// When it was settled.
  public var lastSettled: String?
  /// The same in seconds since 1970.
  public var lastSettledSeconds: Int64?
  /// What was expected and did not come, each in a sentence.
  public var unmet: [String]
  /// What somebody may want to state in the settings, each in a sentence; nothing waits for it.
  public var proposals: [String]?
}

/// How everything stands.
public struct StatusReport: Codable, Sendable, Equatable {
  /// The kind of report: `status`.
  public var type = "status"
  /// The version of its form.
  public var version = 1
  /// When it was made.
  public var at: String
  /// Whether a process watches.
  public var isWatching: Bool
  /// What is wrong with the settings that were to be taken in; nil: nothing.
  public var settingsProblem: String?
  /// Why nothing is claimed now; nil: drops are claimed as they come.
  public var waiting: String?
  /// What the process that watches has given up, in words; nil: nothing.
  public var confinement: String?
  /// The feeds, by name.
  public var feeds: [FeedReport]

  /// Whether somebody has to do something.
  public var needsAttention: Bool {
    settingsProblem != nil || waiting != nil || feeds.contains(where: \.needsAttention)
  }
}

/// A drop as `drops` tells of it.
public struct DropReport: Codable, Sendable, Equatable {
  /// The kind of report: `drop`.
  public var type = "drop"
  /// The version of its form.
  public var version = 1
  /// The claim.
  public var drop: String
  /// The name it was dropped under.
  public var name: String
  /// The feed's name in paths.
  public var feed: String
  /// Where it stands.
  public var state: String
  /// When it was first seen.
  public var firstSeen: String
  /// Bytes as it came.
  public var bytes: Int64
  /// Records in it.
  public var recordsRead: Int64
  /// Records that are in its batch.
  public var recordsWritten: Int64
  /// Records that were known already.
  public var duplicates: Int64
  /// Records that could not be converted.
  public var rejected: Int64
  /// The batch with its new records.
  public var batch: String?
  /// Why it is held or rejected.
  public var reason: String?
}

/// A batch as `batches` tells of it.
public struct BatchReport: Codable, Sendable, Equatable {
  /// The kind of report: `batch`.
  public var type = "batch"
  /// The version of its form.
  public var version = 1
  /// Its name in the outbox.
  public var batch: String
  /// The feed's name in paths.
  public var feed: String
  /// Its number in the feed.
  public var sequence: Int64
  /// The version of the schema that its records follow.
  public var schemaVersion: Int
  /// Its records.
  public var records: Int64
  /// Bytes of its data file.
  public var bytes: Int64
  /// `ready` or `published`.
  public var state: String
  /// When it was made.
  public var created: String
}
