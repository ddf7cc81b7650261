/// What was done to a record that was repaired; the stable code in receipts and docs.
public enum RepairCode: String, Sendable, Hashable, CaseIterable {
  /// Fields were missing, mostly at the end: they are absent.
  case fieldMissing = "field-missing"
  /// A delimiter too many made an empty field.
  case emptyFieldDropped = "empty-field-dropped"
  /// A delimiter inside a field without quotes had parted it.
  case fieldsJoined = "fields-joined"
  /// The delimiter between two fields was missing.
  case fieldParted = "field-parted"
  /// A quote stood where none opens a field: it is content.
  case quoteKept = "quote-kept"
  /// The record was written with another delimiter.
  case otherDelimiter = "other-delimiter"
  /// A line end of another kind stood between two records.
  case otherLineEnd = "other-line-end"
}

/// One record that was read otherwise than it stands, with the place and both readings.
public struct Repair: Sendable, Hashable {
  /// The source line where the record begins, counted from 1.
  public var line: UInt64
  /// What was done, the gravest first.
  public var kinds: [RepairCode]
  /// The fields as they stood (UTF-8).
  public var before: [[UInt8]]
  /// The fields as they were taken (UTF-8).
  public var after: [[UInt8]]

  /// A repair.
  public init(line: UInt64, kinds: [RepairCode], before: [[UInt8]], after: [[UInt8]]) {
    self.line = line
    self.kinds = kinds
    self.before = before
    self.after = after
  }
}
