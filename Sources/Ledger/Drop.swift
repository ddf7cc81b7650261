public import Files
public import Records

/// The name of a claim: the folder that holds one claimed drop, and the drop's name from then on.
public struct ClaimID: Hashable, Sendable, Codable {
  /// ASCII, chosen by us, never by the source.
  public let text: String

  /// The claim of that name.
  public init(_ text: String) {
    self.text = text
  }
}

/// Where a drop stands on its way.
public enum DropState: String, Hashable, Sendable, CaseIterable {
  /// Taken out of the inbox; not committed yet, to be converted (again).
  case claimed
  /// Committed with a batch that is not visible yet.
  case converted
  /// All its records are visible or were duplicates; the original is not archived yet.
  case published
  /// The original is archived: nothing is left to do.
  case done
  /// A person has to decide; nothing of it was published.
  case held
  /// It can't be converted; nothing of it was published.
  case rejected
}

/// A drop that has just been claimed.
public struct Claim: Hashable, Sendable {
  /// The claim's folder.
  public var id: ClaimID
  /// The original name, raw bytes, as the inbox gave it.
  public var name: [UInt8]
  /// The feed it belongs to; a feed not known yet is made.
  public var feed: FeedName
  /// The file's size in bytes.
  public var size: Int64
  /// When it was first seen.
  public var firstSeen: Timestamp

  /// A claim to be recorded.
  public init(id: ClaimID, name: [UInt8], feed: FeedName, size: Int64, firstSeen: Timestamp) {
    self.id = id
    self.name = name
    self.feed = feed
    self.size = size
    self.firstSeen = firstSeen
  }
}

/// What became of a drop's records: `read = written + duplicates + rejected`, always.
public struct RecordCounts: Hashable, Sendable {
  /// Records found in the drop.
  public var read: Int64 { written + duplicates + rejected }
  /// Records that are in its batch.
  public var written: Int64
  /// Records that were known already.
  public var duplicates: Int64
  /// Records that could not be converted.
  public var rejected: Int64

  /// Counts of one drop or of many.
  public init(written: Int64 = 0, duplicates: Int64 = 0, rejected: Int64 = 0) {
    self.written = written
    self.duplicates = duplicates
    self.rejected = rejected
  }
}

/// A drop that is ready to be committed.
public struct ConvertedDrop: Sendable {
  /// The drop's claim.
  public var claim: ClaimID
  /// SHA-256 of the decompressed content, 32 bytes.
  public var content: [UInt8]
  /// The decompressed content's size in bytes.
  public var contentSize: Int64
  /// What became of its records.
  public var counts: RecordCounts
  /// Its rejected records by reason; adds up to `counts.rejected`.
  public var rejects: [RejectCode: Int64]
  /// The batch that holds its new records; nil when there are none.
  public var batch: BatchID?
  /// The drop that brought the same content first, if there was one.
  public var duplicateOf: ClaimID?
  /// SHA-256 of the settings it was converted under, 32 bytes; nil: nobody knows.
  public var statement: [UInt8]?
  /// The receipt as it will lie beside the original.
  public var receipt: [UInt8]

  /// A drop to be committed.
  public init(
    claim: ClaimID,
    content: [UInt8],
    contentSize: Int64,
    statement: [UInt8]? = nil,
    counts: RecordCounts,
    rejects: [RejectCode: Int64] = [:],
    batch: BatchID? = nil,
    duplicateOf: ClaimID? = nil,
    receipt: [UInt8] = []
  ) {
    self.claim = claim
    self.content = content
    self.contentSize = contentSize
    self.statement = statement
    self.counts = counts
    self.rejects = rejects
    self.batch = batch
    self.duplicateOf = duplicateOf
    self.receipt = receipt
  }
}

/// A drop of which nothing is published, with the reason.
public struct Refusal: Sendable {
  /// What a refusal leaves behind.
  public enum Outcome: Sendable {
    /// A person has to decide.
    case held
    /// It can't be converted.
    case rejected
  }

  /// The drop's claim.
  public var claim: ClaimID
  /// Held or rejected.
  public var outcome: Outcome
  /// The stable code of the reason, as in `docs/errors.md`.
  public var reason: String
  /// The receipt as it will lie beside the original.
  public var receipt: [UInt8]

  /// A drop to be held or rejected.
  public init(claim: ClaimID, outcome: Outcome, reason: String, receipt: [UInt8] = []) {
    self.claim = claim
    self.outcome = outcome
    self.reason = reason
    self.receipt = receipt
  }
}

/// A drop as the ledger knows it.
public struct Drop: Hashable, Sendable, Identifiable {
  /// The claim's folder.
  public let id: ClaimID
  /// The original name, raw bytes.
  public let name: [UInt8]
  /// The feed.
  public let feed: FeedID
  /// Where it stands.
  public let state: DropState
  /// Whether the original lies where its state says: archived, or among the held or rejected.
  public let isSettled: Bool
  /// How often it was taken up, this time included: one more than it ended the process.
  public let attempts: Int
  /// The file's size in bytes.
  public let size: Int64
  /// When it was first seen.
  public let firstSeen: Timestamp
  /// SHA-256 of the decompressed content; nil before it is converted.
  public let content: [UInt8]?
  /// What became of its records.
  public let counts: RecordCounts
  /// The batch with its new records, if there are any.
  public let batch: BatchID?
  /// The drop that brought the same content first, if there was one.
  public let duplicateOf: ClaimID?
  /// Why it is held or rejected.
  public let reason: String?
  /// The receipt as it lies, or will lie, beside the original; empty before there is one.
  public let receipt: [UInt8]
  /// What a person asked for when it was held.
  public let request: DropRequest?
}
