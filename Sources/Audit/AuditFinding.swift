/// What an audit found wrong at one place.
public struct AuditFinding: Sendable, Hashable {
  /// The stable codes, as in `docs/errors.md`.
  public enum AuditCode: String, Sendable, Hashable, CaseIterable {
    case manifestUnreadable = "manifest-unreadable"
    case dataMissing = "data-missing"
    case dataDiffers = "data-differs"
    case notCanonical = "not-canonical"
    case sumsDiffer = "sums-differ"
    case schemaMissing = "schema-missing"
    case sequenceGap = "sequence-gap"
    case batchUnknown = "batch-unknown"
    case batchDiffers = "batch-differs"
    case stagedMissing = "staged-missing"
    case runDiffers = "run-differs"
    case strayFile = "stray-file"
  }

  /// What kind of thing is wrong.
  public var code: AuditCode
  /// The file, as a path from where the audit was started.
  public var place: String
  /// What was found, and what should be, in a sentence.
  public var found: String

  init(_ code: AuditCode, _ place: String, _ found: String) {
    self.code = code
    self.place = place
    self.found = found
  }
}

/// What an audit looked at and what it found.
public struct AuditReport: Sendable {
  /// One feed's batches.
  public struct Feed: Sendable, Hashable {
    /// The feed's name in paths.
    public var name: String
    /// Batches that are there.
    public var batches = 0
    /// Batches that the ledger published and a target has taken away.
    public var taken = 0
    /// Records in the batches that are there.
    public var records: Int64 = 0
    /// Bytes of their data files.
    public var bytes: Int64 = 0
  }

  /// The feeds, by name.
  public var feeds: [Feed] = []
  /// What is wrong.
  public var findings: [AuditFinding] = []
  /// Whether the ledger was compared, too.
  public var hasLedger = false
}
