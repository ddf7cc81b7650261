public import Conversion
public import Files
public import Identity
public import Settings

/// Where the mill works and how.
public struct MillSettings: Sendable {
  /// The folder that people drop into.
  public var inbox: [UInt8]
  /// The folder that targets read.
  public var outbox: [UInt8]
  /// The folder of the ledger and the fingerprints.
  public var state: [UInt8]
  /// Whether to end when all that is there is settled.
  public var once = false
  /// How drops are converted; the key of fingerprints is the ledger's.
  public var conversion = ConversionSettings()
  /// What is stated for feeds.
  public var feeds = Settings()
  /// Reads what is stated for feeds again; nil: it never changes.
  public var readFeeds: (@Sendable () throws(SettingsErrors) -> Settings)?
  /// The time of day.
  public var clock = WallClock.system
  /// Where names of claims and keys are drawn from.
  public var randomness = Randomness.system

  /// Drops that are claimed and committed together at most.
  public var groupCount = 2_048
  /// Bytes of drops after which a group is committed.
  public var groupSize: Int64 = 64 << 20
  /// Bytes of lines after which a shared batch is full, and up to which a drop is kept in memory.
  public var batchSize = 8 << 20
  /// Bytes that stay free where inbox, outbox and state lie: below them nothing is claimed.
  public var minimumFree: Int64 = 64 << 20
  /// Whether the process keeps itself to its folders, for good.
  public var isConfined = false
  /// Folders and files beside its own that it reads once it has done so.
  public var readable: [[UInt8]] = []
  /// Memory for the fingerprints of one feed at a time.
  public var identityMemory = IdentityMemory()
  /// How often a drop may end the process before it is held.
  public var attempts = 3

  /// The usual settings for those folders.
  public init(inbox: [UInt8], outbox: [UInt8], state: [UInt8]) {
    self.inbox = inbox
    self.outbox = outbox
    self.state = state
  }
}

/// What the mill has to tell while it works.
public enum MillEvent: Sendable {
  /// It watches; the reason why listings replace events, where they do.
  case watching(polling: String?)
  /// What an earlier life left behind was finished or taken up again.
  case recovered(batches: Int, archived: Int, again: Int)
  /// Something looked wrong and was put right.
  case noticed(String)
  /// A drop is settled: its receipt lies beside it.
  case settled(SettledDrop)
  /// Space or descriptors ran out; nothing is claimed until there are some again.
  case waiting(MillError)
  /// What it waited for is there: it goes on.
  case resumed
}

/// What became of a drop.
public struct SettledDrop: Sendable, Codable {
  /// A drop that was converted before.
  public struct Known: Sendable, Codable {
    /// The day it was first seen.
    public var day: String
    /// Its name, raw bytes.
    public var name: [UInt8]
    /// The batch with its records; nil where it had none that were new.
    public var batch: String?
  }

  /// What became of it as a whole.
  public enum Outcome: String, Sendable, Codable {
    /// Its records are written, known or rejected.
    case accepted
    /// Nothing of it was published: a person has to decide.
    case held
    /// Nothing of it was published: a person decided so.
    case discarded
  }

  /// The path below the inbox it was dropped under.
  public var path: [UInt8]
  /// The feed's name in paths.
  public var feed: String
  /// What became of it as a whole.
  public var outcome = Outcome.accepted
  /// What became of its records.
  public var read: Int64 = 0
  /// Records that are in its batch.
  public var written: Int64 = 0
  /// Records that were known already.
  public var duplicates: Int64 = 0
  /// Records that could not be converted.
  public var rejected: Int64 = 0
  /// Records that were read otherwise than they stand; nil where none was.
  public var repaired: Int64?
  /// What about the drop could not be told for sure: `delimiter`, `header`; nil where nothing.
  public var uncertain: [String]?
  /// The batch with its new records.
  public var batch: String?
  /// The drop that brought the same content before, where all records were known by that alone.
  public var known: Known?
  /// Why it is held.
  public var reason: String?
  /// What happened and what to do, where it is held.
  public var message: String?
  /// What a person can do about it, where it is held.
  public var commands: [SettlingCommand] = []
  /// What somebody may want to state in the settings, each in a sentence.
  public var proposals: [String] = []

  init(path: [UInt8], feed: String) {
    self.path = path
    self.feed = feed
  }
}

/// What a run of the mill did.
public struct MillSummary: Sendable {
  /// Drops that were converted.
  public var converted = 0
  /// Drops that are held.
  public var held = 0
  /// Drops that a person let go.
  public var discarded = 0
  /// Drops and folders that could not be looked at or taken.
  public var untaken = 0
  /// Records that could not be converted.
  public var rejected: Int64 = 0
  /// Records that are in batches.
  public var written: Int64 = 0
  /// The signal that ended the run; nil when it came to its own end.
  public var signal: Int32?

  /// 0 all well, 1 something was rejected, held or could not be taken, 128 and the signal's number when one came.
  public var exitCode: Int32 {
    if let signal { return 128 + signal }
    return held > 0 || rejected > 0 || untaken > 0 ? 1 : 0
  }

  /// What a run did with those drops.
  public init(_ drops: [SettledDrop] = []) {
    for drop in drops { add(drop) }
  }

  mutating func add(_ drop: SettledDrop) {
    switch drop.outcome {
    case .accepted: converted += 1
    case .held: held += 1
    case .discarded: discarded += 1
    }
    rejected += drop.rejected
    written += drop.written
  }
}
