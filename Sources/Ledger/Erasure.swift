public import Files

/// A request that all records of a person are to go from a feed, and from now on are not taken.
///
/// Neither it nor the ledger has the person's value: only what tells it to those who know it.
public struct Erasure: Sendable, Hashable, Identifiable {
  /// The ledger's number for it.
  public let id: Int64
  /// The feed.
  public let feed: FeedID
  /// The column that the person has the value in.
  public let column: String
  /// What targets are told: the SHA-256 of the salt and the value behind it.
  public let hash: [UInt8]
  /// 16 random bytes.
  public let salt: [UInt8]
  /// When it was asked for.
  public let made: Timestamp
  /// The batch that tells targets; nil where none was made yet.
  public let tombstone: BatchID?
}

/// Something that held records of a person.
public struct ErasedPlace: Sendable, Hashable {
  /// What it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// An original in `_done`.
    case original
    /// A held drop.
    case held
    /// A table of rejected records.
    case rejects
    /// A batch in the outbox.
    case batch
    /// An original that could not be looked into.
    case unread
  }

  /// What it is.
  public var kind: Kind
  /// Its path below the inbox, raw bytes; a batch's name.
  public var place: [UInt8]
  /// How many of the person's records it held, as far as they could be counted.
  public var records: Int64

  /// A place.
  public init(_ kind: Kind, _ place: [UInt8], records: Int64 = 0) {
    self.kind = kind
    self.place = place
    self.records = records
  }
}
