/// Why one record could not be converted; the stable code in receipts, `_rejected` files and docs.
public enum RejectCode: String, Sendable, Hashable, CaseIterable {
  /// A delimited row has fewer or more fields than the header.
  case rowWidth = "row-width"
  /// A quote opens and never closes, or stands where none may stand.
  case strayQuote = "stray-quote"
  /// A field is longer than the limit.
  case fieldTooLong = "field-too-long"
  /// Bytes that the drop's encoding cannot hold.
  case invalidEncoding = "invalid-encoding"
  /// Text of a record that is not JSON.
  case invalidJSON = "invalid-json"
  /// An object names a member twice.
  case duplicateName = "duplicate-name"
  /// Objects or arrays nested deeper than the limit.
  case tooDeep = "too-deep"
  /// A value among the records that is no object where the others are.
  case notARecord = "not-a-record"
  /// A scalar where the column holds objects or arrays, or the other way round.
  case contradictsSchema = "contradicts-schema"
  /// A value that the column's pinned type cannot hold.
  case doesNotFit = "does-not-fit"
  /// More members or columns than the limit.
  case tooManyColumns = "too-many-columns"
  /// The header once more, between records: no record.
  case repeatedHeader = "repeated-header"
  /// A comment line between records: no record.
  case comment = "comment"
  /// A line drawn between rows, with hyphens or the like: no record.
  case rule = "rule"
  /// A total or a note below the records: no record.
  case footer = "footer"
  /// A row of another table below the first: no record of this one.
  case otherTable = "other-table"
  /// A record of somebody who was erased from the feed.
  case suppressed

  /// Whether it stands for no record that went wrong, but for what is none: set aside, not missed.
  public var isSetAside: Bool {
    switch self {
    case .repeatedHeader, .comment, .rule, .footer, .otherTable, .suppressed: true
    default: false
    }
  }

  /// Whether the record is well made and breaks what the feed promises.
  public var breaksContract: Bool { self == .contradictsSchema || self == .doesNotFit }
}

/// One record that could not be converted, with the place and the reason; counted, never thrown.
public struct Reject: Sendable, Hashable {
  /// The source line where the record begins, counted from 1.
  public var line: UInt64
  /// The field's or character's position in the record, counted from 1; 0 where the whole record is meant.
  public var column: UInt32
  /// Why.
  public var code: RejectCode
  /// What was found, in a few words without personal values: `5 fields, the header has 6`.
  public var found: String
  /// The record's fields, as far as they could be told apart (UTF-8); else one field with its raw text.
  public var fields: [[UInt8]]

  /// A rejected record.
  public init(line: UInt64, column: UInt32, code: RejectCode, found: String, fields: [[UInt8]]) {
    self.line = line
    self.column = column
    self.code = code
    self.found = found
    self.fields = fields
  }
}
