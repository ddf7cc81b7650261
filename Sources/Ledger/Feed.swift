public import Files
public import Records

/// The ledger's own number for a feed.
public struct FeedID: Hashable, Sendable, Codable {
  let row: Int64
}

/// What a feed is called by its source, and what it would like to be called in paths.
public struct FeedName: Hashable, Sendable {
  /// The name as the source gave it, raw bytes; decides which feed it is.
  public var bytes: [UInt8]
  /// The path-safe form asked for: letters, digits, `-`, `_`, `.`, at most 64 bytes.
  public var slug: String

  /// A feed's name and the slug it would like.
  public init(bytes: [UInt8], slug: String) {
    self.bytes = bytes
    self.slug = slug
  }
}

/// A stream of drops that share one evolving schema, as the ledger knows it now.
public struct Feed: Hashable, Sendable, Identifiable, Codable {
  /// The newest record that a drop had.
  public struct Newest: Hashable, Sendable, Codable {
    /// The column that says how new a record is.
    public var column: String
    /// Its canonical value, as JSON.
    public var value: String

    /// The newest record, by that column.
    public init(column: String, value: String) {
      self.column = column
      self.value = value
    }
  }

  /// The ledger's number for it.
  public let id: FeedID
  /// The name as the source gave it, raw bytes.
  public let name: [UInt8]
  /// The name in paths; no two feeds share one, not even by the case of letters.
  public let slug: String
  /// The current schema version; 0 before the first.
  public let schemaVersion: Int
  /// The sequence number of the feed's next batch, from 1.
  public let nextSequence: Int64
  /// What its latest commit went by, to be told whether that has changed since.
  public let identity: String
  /// How many fingerprints of it went with their time.
  public let forgotten: Int64
  /// The greatest share of records with another's key that a drop had under that identity, between 0
  /// and 1; nil where none is known.
  public let keyRepeats: Double?
  /// The newest record that a drop had; nil where the settings never named an order.
  public let newest: Newest?
}

/// How a schema version differs from the one before it.
public enum SchemaChange: String, Hashable, Sendable, CaseIterable, Codable {
  /// The feed's first version.
  case first
  /// Columns were added: older readers may ignore them.
  case compatible
  /// At least one column has a wider type: what older readers expect may be too narrow.
  case widening
  /// A person let a column become something else: older readers have to be told.
  case breaking
}

/// One version of a feed's schema, and what made it.
public struct SchemaVersion: Hashable, Sendable, Codable {
  /// The feed.
  public var feed: FeedID
  /// Counted from 1, without gaps.
  public var version: Int
  /// The columns and their types.
  public var schema: Schema
  /// How it differs from the version before.
  public var change: SchemaChange
  /// The claim of the drop whose values proved it; nil where a person stated it.
  public var provedBy: ClaimID?
  /// Who stated or accepted it; nil where the drop alone decided.
  public var decidedBy: String?
  /// When it was made; nil in ledgers that did not note it yet.
  public var made: Timestamp?

  /// A version of a feed's schema.
  public init(
    feed: FeedID,
    version: Int,
    schema: Schema,
    change: SchemaChange,
    provedBy: ClaimID?,
    decidedBy: String? = nil,
    made: Timestamp? = nil
  ) {
    self.feed = feed
    self.version = version
    self.schema = schema
    self.change = change
    self.provedBy = provedBy
    self.decidedBy = decidedBy
    self.made = made
  }
}
