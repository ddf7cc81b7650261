public import Records

/// A version of a feed's schema as JSON Schema 2020-12.
public enum SchemaDocument: Sendable {
  /// The document; members that it does not name are allowed, and none is required: null is absence.
  ///
  /// - Parameters:
  ///   - schema: the columns.
  ///   - feed: the feed's name in paths.
  ///   - step: the version, and what changed since the one before.
  /// - Returns: the document, as it lies in the outbox.
  public static func text(of schema: Schema, feed: String, _ step: SchemaStep) -> [UInt8] {
    JSONWriter.object { json in
      json.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      json.member("title", "\(feed), version \(step.version)")
      json.member("type", "object")
      json.object("properties") { json in
        for column in schema.columns {
          json.object(column.name) { describe(column.type, to: &$0) }
        }
      }
      json.member("additionalProperties", true)
      // Unknown keywords are annotations to a validator (JSON Schema Core 2020-12, section 6.5).
      json.object("x-dropmill") { step.write(to: &$0) }
    }
  }

  /// Its path in the feed's folder.
  public static func path(version: Int) -> String { "schema/v\(version).schema.json" }

  private static func describe(_ type: ColumnType, to json: inout JSONWriter) {
    switch type {
    case .empty: return
    case .boolean: json.member("type", "boolean")
    case .integer: json.member("type", "integer")
    case .number: json.member("type", "number")
    case .object: json.member("type", "object")
    case .array: json.member("type", "array")
    case .decimal, .date, .time, .localDateTime, .instant, .string:
      json.member("type", "string")
      if let format = format(of: type) { json.member("format", format) }
    }
  }

  private static func format(of type: ColumnType) -> String? {
    switch type {
    case .decimal: "decimal"
    case .date: "date"
    case .time: "time"
    case .localDateTime: "local-date-time"
    case .instant: "date-time"
    default: nil
    }
  }
}
