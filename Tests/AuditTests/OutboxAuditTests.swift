import Audit
import Files
import Foundation
import TestKit
import Testing

struct OutboxAuditTests {
  /// Two batches as they should be, written by hand; the hashes are `sha256sum`'s.
  private func soundOutbox() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("out/orders/schema/v1.schema.json", "{}\n")
    for (sequence, lines) in [(1, "{\"a\":1}\n{\"a\":2,\"b\":[1,null]}\n"), (2, "{\"a\":3}\n")] {
      let stem = "orders-0000000\(sequence)"
      let data = try folder.write("out/orders/\(stem).ndjson", lines)
      let sum = try Command.run("sha256sum", [data]).text.prefix(64)
      let count = lines.split(separator: "\n").count
      try folder.write(
        "out/orders/\(stem).manifest.json",
        """
        {"batch":"\(stem)","feed":"orders","sequence":\(sequence),"schema_version":1,
        "records":\(count),"bytes":\(lines.utf8.count),"sha256":"\(sum)","created":"x","sources":[
        {"records_read":\(count + 3),"records_written":\(count),"duplicates":2,"rejected":1}]}
        """
      )
    }
    return folder
  }

  private func codes(_ folder: ScratchFolder) throws -> [String] {
    try Auditor.run(outbox: "\(folder.path)/out").findings.map(\.code.rawValue)
  }

  private func edit(_ folder: ScratchFolder, _ name: String, _ old: String, _ new: String) throws {
    let text = try folder.text("out/orders/\(name)")
    #expect(text.contains(old))
    try folder.write("out/orders/\(name)", text.replacingOccurrences(of: old, with: new))
  }

  private func remove(_ folder: ScratchFolder, _ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/out/orders/\(name)")
  }

  @Test func `an outbox as it should be has nothing wrong, and is counted`() throws {
    let folder = try soundOutbox()
    let report = try Auditor.run(outbox: "\(folder.path)/out")
    #expect(report.findings.isEmpty)
    #expect(report.feeds.map(\.batches) == [2])
    #expect(report.feeds.map(\.records) == [3])
  }

  @Test(arguments: [
    ("orders-00000001.ndjson", "\"a\":1", "\"a\":9", "data-differs"),
    ("orders-00000001.manifest.json", "\"duplicates\":2", "\"duplicates\":1", "sums-differ"),
    (
      "orders-00000001.manifest.json", "\"records_written\":2", "\"records_written\":3",
      "sums-differ"
    ),
    (
      "orders-00000001.manifest.json", "\"batch\":\"orders", "\"batch\":\"others",
      "manifest-unreadable"
    ),
    ("orders-00000001.manifest.json", "{\"batch\"", "\"batch\"", "manifest-unreadable"),
    ("orders-00000002.manifest.json", "\"sequence\":2", "\"sequence\":3", "sequence-gap"),
    (
      "orders-00000002.manifest.json", "\"schema_version\":1", "\"schema_version\":2",
      "schema-missing"
    ),
  ])
  func `what was changed is found`(name: String, old: String, new: String, code: String) throws {
    let folder = try soundOutbox()
    try edit(folder, name, old, new)
    #expect(try codes(folder).first == code)
  }

  @Test func `a data file that is gone is found, and one that no manifest names`() throws {
    let folder = try soundOutbox()
    try remove(folder, "orders-00000002.ndjson")
    #expect(try codes(folder) == ["data-missing"])
    let other = try soundOutbox()
    try remove(other, "orders-00000002.manifest.json")
    #expect(try codes(other) == ["stray-file"])
  }

  @Test(arguments: [
    "{\"b\":1,\"a\":2}", "{\"a\": 1}", "{\"a\":1.0}", "{\"a\":null}", "[1]", "{\"a\":1}{\"a\":2}",
    "{",
    "{\"a\":\"\\u0041\"}", "{\"a\":1,\"a\":1}", "{\"a\":{\"d\":1,\"c\":2}}", "",
  ])
  func `a line that is no canonical object is found with its number`(line: String) throws {
    let folder = try ScratchFolder()
    try folder.write("out/a/schema/v1.schema.json", "{}")
    let text = "{\"a\":1}\n\(line)\n{\"a\":2}\n"
    let data = try folder.write("out/a/a-00000001.ndjson", text)
    let sum = try Command.run("sha256sum", [data]).text.prefix(64)
    try folder.write(
      "out/a/a-00000001.manifest.json",
      """
      {"batch":"a-00000001","feed":"a","sequence":1,"schema_version":1,"records":3,
      "bytes":\(text.utf8.count),"sha256":"\(sum)","sources":[
      {"records_read":3,"records_written":3,"duplicates":0,"rejected":0}]}
      """
    )
    let findings = try Auditor.run(outbox: "\(folder.path)/out").findings
    #expect(findings.map(\.code) == [.notCanonical])
    #expect(findings.first?.place.hasSuffix("a-00000001.ndjson:2") == true)
  }
}
