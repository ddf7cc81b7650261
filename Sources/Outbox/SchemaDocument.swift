public import Records

/// A version of a feed's schema as JSON Schema 2020-12.
public enum SchemaDocument: Sendable {
  /// The document; members that it does not name are allowed, and none is required: null is absence.
  public static func text(of schema: Schema, feed: String, version: Int) -> [UInt8] {
    JSONWriter.object { json in
      json.member("$schema", "https://json-schema.org/draft/2020-12/schema")
      json.member("title", "\(feed), version \(version)")
      json.member("type", "object")
      json.object("properties") { json in
        for column in schema.columns {
          json.object(column.name) { describe(column.type, to: &$0) }
        }
      }
      json.member("additionalProperties", true)
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
