import Detection
import Formats
import Testing

/// Text as PostgreSQL's COPY and MySQL's `SELECT INTO OUTFILE` write it.
struct CopyTextDetectionTests {
  private func findings(
    _ text: String,
    _ stated: StatedLayout = StatedLayout()
  ) throws -> (table: DelimitedLayout, findings: Findings)? {
    let findings = try Detector.detect(head: Array(text.utf8), isWhole: true, stated: stated)
    guard case .delimited(let table) = findings.layout else { return nil }
    return (table, findings)
  }

  @Test(arguments: [
    "1\tfoo\\nbar\t\\N\n2\t\\N\tx\n3\tC:\\\\new\ty\n", "1\ta\t5\n2\tc\t6\n3\td\t7\n\\.\n",
    "\\N\t\\N\t\\N\n1\t\"a\" b\tx\n2\t\"c\"\t\\N\n3\td\t\\N\n", "1|a|\\N\n2|b\\|c|d\n3|e|f\\\\\n",
    "1\ta\\\tb\t\\N\n2\tc\\\nd\te\n3\tf\tg\n", "1\ta\\nb\t\\N\n2\tx\t2026-01-02\n\\.\n",
  ])
  func `it is found by its null or its end`(text: String) throws {
    let found = try #require(try findings(text))
    #expect(found.table.dialect.escape == .copy)
    #expect(found.table.dialect.quote == nil)
    #expect(found.table.names.count == 3)
    #expect(found.table.headerRows == 0)
    #expect(found.table.dataOffset == 0)
    #expect(found.findings.steps.contains { $0.what == "escape" && $0.answer == "copy" })
  }

  @Test(arguments: [
    "1\tC:\\dir\t\\N\n2\tD:\\new\tx\n3\ta\tb\n", "1,\"a \"\"b\"\"\",\\N\n2,\"c\",d\n3,e,f\n",
    "1\tC:\\new\tx\n2\tD:\\top\ty\n3\ta\tb\n", "1\t\\N x\ta\n2\tb\tc\n3\td\te\n",
  ])
  func `what no writer of it writes contradicts it`(text: String) throws {
    let found = try #require(try findings(text))
    #expect(found.table.dialect.escape == .doubled)
    #expect(!found.findings.steps.contains { $0.what == "escape" })
  }

  @Test func `texts in quotes that hold such escapes are MySQL's`() throws {
    let text = "1,\"a\\\"b\",\\N\n2,\"c\\\\\",\"d\"\n3,\\N,\"e,\\nf\"\n4,\"g\",\"h\"\n"
    let found = try #require(try findings(text))
    #expect(found.table.dialect.escape == .copy)
    #expect(found.table.dialect.quote == 0x22)
    #expect(found.table.names.count == 3)
  }

  @Test func `a header's names are decoded`() throws {
    let found = try #require(try findings("id\ta\\tb\tsum\n1\tx\t2.5\n2\t\\N\t3.5\n\\.\n"))
    #expect(found.table.names == ["id", "a\tb", "sum"])
    #expect(found.table.headerRows == 1)
  }

  @Test func `it can be stated`() throws {
    var stated = StatedLayout()
    stated.escape = .copy
    let found = try #require(try findings("1\ta\\\\b\tx\n2\t\"c\ty\n", stated))
    #expect(found.table.dialect.escape == .copy)
    #expect(found.table.dialect.quote == nil)
  }
}
