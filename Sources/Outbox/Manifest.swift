public import Files
public import Records

/// What a batch is, for those who take it: the file that appears last.
public struct Manifest: Sendable {
  /// What one drop brought to the batch.
  public struct Source: Sendable {
    /// The raw name it was dropped under.
    public var name: [UInt8]
    /// SHA-256 of its decompressed content.
    public var sha256: [UInt8]
    /// Its size in bytes, as it was dropped.
    public var bytes: Int64
    /// The format it was read as.
    public var format: String
    /// How it was compressed.
    public var compression: String
    /// How its text was encoded.
    public var encoding: String
    /// Records found in it.
    public var recordsRead: Int64
    /// Records of it in this batch.
    public var recordsWritten: Int64
    /// Records of it that were known already.
    public var duplicates: Int64
    /// Records of it that could not be converted.
    public var rejected: Int64

    /// What a drop brought.
    public init(
      name: [UInt8],
      sha256: [UInt8],
      bytes: Int64,
      format: String,
      compression: String,
      encoding: String,
      recordsRead: Int64,
      recordsWritten: Int64,
      duplicates: Int64,
      rejected: Int64
    ) {
      self.name = name
      self.sha256 = sha256
      self.bytes = bytes
      self.format = format
      self.compression = compression
      self.encoding = encoding
      self.recordsRead = recordsRead
      self.recordsWritten = recordsWritten
      self.duplicates = duplicates
      self.rejected = rejected
    }

    /// The lines that say which keys a snapshot lacks, beside the snapshot's own records.
    public static func deletions(_ count: Int64, by snapshot: Source) -> Source {
      var source = snapshot
      source.recordsRead = count
      source.recordsWritten = count
      source.duplicates = 0
      source.rejected = 0
      source.areDeletions = true
      return source
    }

    /// The line that tells whom an erasure is about: a source of its own, which no drop brought.
    public static func erasure(_ line: [UInt8], sha256: [UInt8]) -> Source {
      var source = Source(
        name: Array("erasure".utf8),
        sha256: sha256,
        bytes: Int64(line.count),
        format: "erasure",
        compression: "none",
        encoding: "UTF-8",
        recordsRead: 1,
        recordsWritten: 1,
        duplicates: 0,
        rejected: 0
      )
      source.isErasure = true
      return source
    }

    /// Whether it tells whom an erasure is about.
    public private(set) var isErasure = false

    /// Whether what it brought are deletions: keys that it does not hold any more.
    public private(set) var areDeletions = false
  }

  /// The batch.
  public var batch: BatchName
  /// The version of the schema its records follow.
  public var schemaVersion: Int
  /// How many records it holds.
  public var records: Int64
  /// The data file's size in bytes.
  public var bytes: Int64
  /// SHA-256 of the data file.
  public var sha256: [UInt8]
  /// When it was made.
  public var created: Timestamp
  /// The drops it was made of, in the order of their records.
  public var sources: [Source]
  /// The versions of the schema that its feed's batch before it did not follow yet.
  public var schemaSteps: [SchemaStep] = []
  /// What counts as a duplicate in this feed.
  public var identity: IdentityMode

  /// The manifest of a batch.
  public init(
    batch: BatchName,
    schemaVersion: Int,
    records: Int64,
    bytes: Int64,
    sha256: [UInt8],
    created: Timestamp,
    identity: IdentityMode = .content,
    sources: [Source]
  ) {
    self.batch = batch
    self.schemaVersion = schemaVersion
    self.records = records
    self.bytes = bytes
    self.sha256 = sha256
    self.created = created
    self.identity = identity
    self.sources = sources
  }

  /// The manifest as it lies in the outbox.
  public var text: [UInt8] {
    JSONWriter.object { json in
      json.member("batch", batch.text)
      json.member("feed", batch.feed)
      json.member("sequence", batch.sequence)
      json.member("schema_version", schemaVersion)
      json.member("records", records)
      json.member("bytes", bytes)
      json.member("sha256", hash: sha256)
      json.member("created", created.text)
      json.identity(identity)
      if !schemaSteps.isEmpty {
        json.array("schema_changes") { json in
          for step in schemaSteps { json.element { step.write(to: &$0) } }
        }
      }
      json.array("sources") { json in
        for source in sources { json.element { source.write(to: &$0) } }
      }
    }
  }
}

extension JSONWriter {
  /// The members that say what a duplicate was.
  public mutating func identity(_ mode: IdentityMode) {
    member("identity", mode.name)
    guard !mode.key.isEmpty else { return }
    array("key") { json in
      for column in mode.key { json.element(column) }
    }
  }
}

extension Manifest.Source {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("name", bytes: name)
    json.member("sha256", hash: sha256)
    json.member("bytes", bytes)
    json.member("format", format)
    json.member("compression", compression)
    json.member("encoding", encoding)
    if areDeletions { json.member("deletions", true) }
    if isErasure { json.member("erasure", true) }
    json.member("records_read", recordsRead)
    json.member("records_written", recordsWritten)
    json.member("duplicates", duplicates)
    json.member("rejected", rejected)
  }
}

/// The name of a batch: the feed and its number in it.
public struct BatchName: Sendable, Hashable {
  /// The feed's name in paths.
  public var feed: String
  /// The number in the feed, from 1, without gaps.
  public var sequence: Int64

  /// The n-th batch of a feed.
  public init(feed: String, sequence: Int64) {
    self.feed = feed
    self.sequence = sequence
  }

  /// The name, as `orders-00000042`.
  public var text: String {
    let digits = String(sequence)
    return "\(feed)-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)"
  }

  /// The name of the data file, in the staging folder and in the feed's.
  public var dataFile: String { "\(text).ndjson" }

  /// The name of the manifest, in the staging folder and in the feed's.
  public var manifestFile: String { "\(text).manifest.json" }
}
