import Files
import Foundation
import Outbox
import Records
import Testing

struct ManifestTests {
  func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func `a manifest has exactly the members that targets are told of`() throws {
    let source = Manifest.Source(
      name: [0x61, 0xFF, 0x22, 0x0A],
      sha256: [UInt8](repeating: 0xAB, count: 32),
      bytes: 5,
      format: "csv",
      compression: "gzip",
      encoding: "UTF-8",
      recordsRead: 4,
      recordsWritten: 2,
      duplicates: 1,
      rejected: 1
    )
    let manifest = Manifest(
      batch: BatchName(feed: "orders", sequence: 123_456_789),
      schemaVersion: 3,
      records: 2,
      bytes: 40,
      sha256: [UInt8](repeating: 1, count: 32),
      created: Timestamp(seconds: 0),
      sources: [source]
    )
    let json = try object(manifest.text)
    #expect(
      Set(json.keys) == [
        "batch", "feed", "sequence", "schema_version", "records", "bytes", "sha256", "created",
        "sources", "identity",
      ]
    )
    #expect(json["batch"] as? String == "orders-123456789")
    #expect(json["created"] as? String == "1970-01-01T00:00:00.000Z")
    let read = try #require((json["sources"] as? [[String: Any]])?.first)
    #expect(
      Set(read.keys) == [
        "name", "sha256", "bytes", "format", "compression", "encoding", "records_read",
        "records_written", "duplicates", "rejected",
      ]
    )
    #expect(read["name"] as? String == "a\u{FFFD}\"\n")
  }

  @Test func `a batch's number has eight digits`() {
    #expect(BatchName(feed: "a.b", sequence: 7).dataFile == "a.b-00000007.ndjson")
  }

  @Test func `a schema document describes every type and requires nothing`() throws {
    let columns = ColumnType.allCases.map { Column(name: "c\($0.rawValue)", type: $0) }
    let schema = Schema(columns: columns)
    let json = try object(
      SchemaDocument.text(
        of: schema,
        feed: "f",
        SchemaStep(
          version: 2,
          change: "compatible",
          difference: SchemaDifference(from: .empty, to: schema)
        )
      )
    )
    #expect(json["additionalProperties"] as? Bool == true)
    #expect(json["required"] == nil)
    let properties = try #require(json["properties"] as? [String: [String: String]])
    #expect(properties.count == columns.count)
    #expect(properties["c\(ColumnType.empty.rawValue)"] == [:])
    #expect(properties["c\(ColumnType.integer.rawValue)"] == ["type": "integer"])
    #expect(
      properties["c\(ColumnType.localDateTime.rawValue)"]
        == ["type": "string", "format": "local-date-time"]
    )
    #expect(properties["c\(ColumnType.string.rawValue)"] == ["type": "string"])
  }

  @Test func `text from outside cannot break out of its string`() throws {
    let hostile = "\"\\\u{0}\u{1F}\u{7F}\u{202E}\u{2028}é😀</script>"
    let bytes = JSONWriter.object { $0.member(hostile, hostile) }
    #expect(try object(bytes)[hostile] as? String == hostile)
    #expect(!bytes.contains { $0 < 0x0A || $0 == 0x7F })
    #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{202E}"))
  }

  @Test func `empty objects and arrays stand on one line`() {
    let bytes = JSONWriter.object { json in
      json.object("o") { _ in }
      json.array("a") { _ in }
      json.array("n") { json in
        json.element(1)
        json.element("x")
      }
    }
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "{\n  \"o\": {},\n  \"a\": [],\n  \"n\": [\n    1,\n    \"x\"\n  ]\n}\n"
    )
  }
}
