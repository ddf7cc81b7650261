import Canonical
import Conversion
import Records
import Settings
import Testing

@Suite struct `Words` {
  @Test(arguments: [
    ("delimeter", "delimiter"), ("formt", "format"), ("null_words", "null-words"),
    ("retentoin", "retention"), ("Encoding", "encoding"), ("enc", "encoding"),
  ])
  func `that were mistyped find the one that was meant`(typed: String, meant: String) {
    #expect(Spelling.nearest(to: typed, among: SettingKey.all.map(\.name)) == meant)
  }

  @Test func `that are far from all others find none`() {
    #expect(Spelling.nearest(to: "colour", among: SettingKey.all.map(\.name)) == nil)
  }

  @Test(arguments: [
    ("orders", "orders", true), ("orders*", "orders-eu", true), ("*", "a/b", false),
    ("**", "a/b", true), ("a/**/c", "a/x/y/c", true), ("o?ders", "orders", true),
    ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("*.csv", "a.csv.gz", false),
    ("a[b", "a[b", true), ("*é*", "café crème", true), ("", "", true), ("a*b*c", "aXbYbZc", true),
  ])
  func `match patterns`(pattern: String, name: String, matches: Bool) {
    #expect(Glob(pattern).matches(name) == matches)
  }
}

@Suite struct `Time zones` {
  private func utc(_ local: Int64, _ zone: String) throws -> Int64 {
    let settings = try Settings.read(
      file: nil,
      environment: ["DROPMILL_TIME_ZONE": zone]
    ).settings(ofFeed: "a")
    return try #require(settings.statement.values.zone).utc(ofLocal: local)
  }

  /// Seconds since 1970 of 2026-03-29 and 2026-10-25, when clocks in Berlin are changed.
  private let spring: Int64 = 1_774_742_400
  private let autumn: Int64 = 1_792_886_400

  @Test func `give the offset of the season`() throws {
    #expect(try utc(spring + 3_600, "Europe/Berlin") == spring)
    #expect(try utc(spring + 4 * 3_600, "Europe/Berlin") == spring + 2 * 3_600)
    #expect(try utc(autumn + 12 * 3_600, "Europe/Berlin") == autumn + 11 * 3_600)
    #expect(try utc(0, "America/New_York") == 5 * 3_600)
    #expect(try utc(7_200, "+02:00") == 0)
  }

  @Test func `take the first of two equal times, and move a skipped one on`() throws {
    // 02:30 comes twice in autumn, first with summer's offset of two hours.
    #expect(try utc(autumn + 9_000, "Europe/Berlin") == autumn + 1_800)
    // 02:30 is skipped in spring: 03:30 by the clocks, 01:30 UTC.
    #expect(try utc(spring + 9_000, "Europe/Berlin") == spring + 5_400)
  }
}
