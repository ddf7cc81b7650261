import Files
import Ledger
import Records
import TestKit
import Testing

@Suite struct `A feed` {
  @Test func `is found by the raw bytes of its name`() throws {
    let ledger = try State().open()
    let composed = FeedName(bytes: Array("é".utf8), slug: "e")
    let decomposed = FeedName(bytes: Array("e\u{301}".utf8), slug: "e")
    let first = try ledger.register(composed)
    let second = try ledger.register(decomposed)
    #expect(first.id != second.id)
    #expect(try ledger.register(composed) == first)
    #expect(first.slug == "e")
    #expect(second.slug == "e-2")
  }

  @Test func `never shares its slug, nor the slug in other letters`() throws {
    let ledger = try State().open()
    let slugs = try (0..<12).map { number in
      let asked = number.isMultiple(of: 2) ? "orders" : "ORDERS"
      return try ledger.register(FeedName(bytes: [UInt8(number)], slug: asked)).slug.lowercased()
    }
    #expect(Set(slugs).count == 12)
    let long = String(repeating: "x", count: 64)
    _ = try ledger.register(FeedName(bytes: [100], slug: long))
    let shortened = try ledger.register(FeedName(bytes: [101], slug: long)).slug
    #expect(shortened == String(repeating: "x", count: 62) + "-2")
  }

  @Test func `remembers each version of its schema, and the drop that proved it`() throws {
    let ledger = try State().open()
    let feed = try ledger.feed(try ledger.record([claim("b")])[0].feed)
    #expect(try ledger.currentSchema(of: feed.id) == nil)
    try commitFirst(ledger)
    let wide = Schema(
      columns: ColumnType.allCases.map { Column(name: "\($0.name) \u{1F600}", type: $0) }
    )
    let second = SchemaVersion(
      feed: feed.id,
      version: 2,
      schema: wide,
      change: .widening,
      provedBy: ClaimID("b")
    )
    try ledger.commit(GroupCommit(schemas: [second]))
    #expect(try ledger.currentSchema(of: feed.id) == second)
    let first = try #require(try ledger.schema(of: feed.id, version: 1))
    #expect(first.schema == twoColumns)
    #expect(first.change == .first)
    #expect(first.provedBy == ClaimID("a"))
    #expect(try ledger.schema(of: feed.id, version: 3) == nil)
  }

  @Test func `tells which runs are past retention: those without a later batch`() throws {
    let ledger = try State().open()
    let feed = try commitFirst(ledger)
    for sequence: Int64 in 2...4 {
      var next = batch(feed, sequence)
      next.created = Timestamp(seconds: now.seconds + sequence)
      try ledger.commit(
        GroupCommit(batches: [next], runs: [run(feed, "run-\(sequence)", sequence...sequence)])
      )
    }
    try ledger.replaceRuns(["run-2", "run-3"], with: [run(feed, "merged", 2...3)])
    func names(after seconds: Int64) throws -> [String] {
      try ledger.runs(of: feed.id, before: Timestamp(seconds: now.seconds + seconds)).map(\.name)
    }
    #expect(try names(after: 0) == [])
    #expect(try names(after: 3) == ["run-1"])
    #expect(try names(after: 4) == ["run-1", "merged"])
    #expect(try names(after: 5) == ["run-1", "merged", "run-4"])
  }

  @Test func `names its valid runs, before and after a merge`() throws {
    let state = try State()
    let ledger = try state.open()
    let feed = try commitFirst(ledger)
    try ledger.commit(
      GroupCommit(runs: [run(feed, "run-3", 3...3), run(feed, "run-2", 2...2)])
    )
    #expect(try ledger.runs(of: feed.id).map(\.name) == ["run-1", "run-2", "run-3"])
    #expect(throws: LedgerError.self) {
      try ledger.replaceRuns(["run-1", "nobody"], with: [run(feed, "merged", 1...2)])
    }
    #expect(try ledger.runs(of: feed.id).count == 3)
    try ledger.replaceRuns(["run-1", "run-2"], with: [run(feed, "merged", 1...2)])
    #expect(try ledger.runs(of: feed.id).map(\.name) == ["merged", "run-3"])
    #expect(try ledger.runs(of: feed.id)[0] == run(feed, "merged", 1...2))
  }
}
