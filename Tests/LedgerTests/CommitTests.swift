import Files
import Ledger
import Records
import TestKit
import Testing

@Suite struct `A drop on its way through the ledger` {
  @Test func `is claimed, converted, published, done`() throws {
    let state = try State()
    let ledger = try state.open()
    let feed = try commitFirst(ledger)
    #expect(feed.schemaVersion == 1)
    #expect(feed.nextSequence == 2)
    var drop = try #require(try ledger.drop(ClaimID("a")))
    #expect(drop.state == .converted)
    #expect(drop.batch == BatchID(feed: feed.id, sequence: 1))
    #expect(drop.counts.read == 15)
    #expect(drop.receipt == Array("{}".utf8))

    try ledger.markPublished([BatchID(feed: feed.id, sequence: 1)], at: now)
    drop = try #require(try ledger.drop(ClaimID("a")))
    #expect(drop.state == .published)
    #expect(!drop.isSettled)

    try ledger.markSettled([ClaimID("a")], at: now)
    drop = try #require(try ledger.drop(ClaimID("a")))
    #expect(drop.state == .done)
    #expect(drop.isSettled)
    #expect(drop.receipt.isEmpty)
    #expect(drop.firstSeen == now)
    let recovery = try ledger.recovery()
    #expect(recovery.claimed.isEmpty && recovery.ready.isEmpty && recovery.unsettled.isEmpty)
    #expect(recovery.runs == [run(feed, "run-1", 1...1)])
  }

  @Test func `counts each time its reading ended the process, and no other start`() throws {
    let ledger = try State().open()
    #expect(try ledger.record([claim("a"), claim("b")]).map(\.attempts) == [1, 1])
    #expect(try ledger.record([claim("b")]).map(\.attempts) == [1])
    try ledger.takeUpAgain([ClaimID("b")])
    #expect(try ledger.drop(ClaimID("b"))?.attempts == 2)
    #expect(try ledger.drop(ClaimID("a"))?.attempts == 1)
  }

  @Test func `without new records is published at once`() throws {
    let ledger = try State().open()
    let feed = try commitFirst(ledger)
    try ledger.record([claim("again")])
    var second = converted("again", written: 0)
    second.duplicateOf = ClaimID("a")
    try ledger.commit(GroupCommit(drops: [second]))
    let drop = try #require(try ledger.drop(ClaimID("again")))
    #expect(drop.state == .published)
    #expect(drop.batch == nil)
    #expect(drop.duplicateOf == ClaimID("a"))
    #expect(try ledger.firstDrop(withContent: digest(1), in: feed.id)?.id == ClaimID("a"))
    #expect(try ledger.recovery().unsettled.map(\.id) == [ClaimID("again")])
  }

  @Test func `is found by its content, in its own feed only`() throws {
    let ledger = try State().open()
    let feed = try commitFirst(ledger)
    let other = try ledger.register(FeedName(bytes: Array("other".utf8), slug: "other"))
    #expect(try ledger.firstDrop(withContent: digest(1), in: feed.id)?.id == ClaimID("a"))
    #expect(try ledger.firstDrop(withContent: digest(2), in: feed.id) == nil)
    #expect(try ledger.firstDrop(withContent: digest(1), in: other.id) == nil)
  }

  @Test func `keeps the raw bytes of its name`() throws {
    let ledger = try State().open()
    let name: [UInt8] = [0xff, 0x0a, 0x00, 0x2f, 0xc3]
    var odd = claim("odd")
    odd.name = name
    try ledger.record([odd])
    #expect(try ledger.drop(ClaimID("odd"))?.name == name)
  }

  @Test func `is held with its reason, and settled where it was moved`() throws {
    let ledger = try State().open()
    try ledger.record([claim("a"), claim("b")])
    try ledger.refuse([
      Refusal(claim: ClaimID("a"), outcome: .held, reason: "key-gone", receipt: [1]),
      Refusal(claim: ClaimID("b"), outcome: .rejected, reason: "unknown-format"),
    ])
    let found = try ledger.recovery().unsettled
    #expect(found.map(\.state) == [.held, .rejected])
    #expect(found.map(\.reason) == ["key-gone", "unknown-format"])
    #expect(found[0].receipt == [1])
    try ledger.markSettled([ClaimID("a"), ClaimID("b")], at: now)
    #expect(try ledger.recovery().unsettled.isEmpty)
    #expect(try ledger.drop(ClaimID("a"))?.state == .held)
    #expect(try ledger.totals().drops == [.held: 1, .rejected: 1])
  }

  @Test func `is forgotten only while nothing of it is committed`() throws {
    let ledger = try State().open()
    try commitFirst(ledger)
    try ledger.record([claim("gone")])
    try ledger.forget([ClaimID("gone")])
    #expect(try ledger.drop(ClaimID("gone")) == nil)
    #expect(throws: LedgerError.wrongState(claim: "a", wanted: "claimed")) {
      try ledger.forget([ClaimID("a")])
    }
    #expect(throws: LedgerError.wrongState(claim: "a", wanted: "claimed")) {
      try ledger.record([claim("a")])
    }
    #expect(throws: LedgerError.self) { try ledger.markSettled([ClaimID("a")], at: now) }
  }
}

@Suite struct `A commit` {
  @Test func `is all or nothing`() throws {
    let ledger = try State().open()
    let feed = try commitFirst(ledger)
    try ledger.record([claim("b"), claim("c")])
    let before = try ledger.totals()
    let next = batch(feed, 2)
    // The last of its parts fails: a drop that nobody claimed.
    #expect(throws: LedgerError.self) {
      try ledger.commit(
        GroupCommit(
          schemas: [
            SchemaVersion(
              feed: feed.id,
              version: 2,
              schema: .empty,
              change: .widening,
              provedBy: ClaimID("b")
            )
          ],
          batches: [next],
          drops: [converted("b", content: 2, batch: next.id), converted("nobody", content: 3)],
          runs: [run(feed, "run-2", 2...2)]
        )
      )
    }
    #expect(try ledger.totals() == before)
    #expect(try ledger.feed(feed.id) == feed)
    #expect(try ledger.recovery().runs.map(\.name) == ["run-1"])
  }

  @Test func `follows its feed's last batch and schema version, without gaps`() throws {
    let ledger = try State().open()
    let feed = try commitFirst(ledger)
    try ledger.record([claim("b")])
    for wrong: Int64 in [1, 3] {
      #expect(throws: LedgerError.outOfSequence(feed: "orders", given: wrong)) {
        try ledger.commit(GroupCommit(batches: [batch(feed, wrong)]))
      }
      #expect(throws: LedgerError.outOfSequence(feed: "orders", given: wrong)) {
        try ledger.commit(
          GroupCommit(schemas: [
            SchemaVersion(
              feed: feed.id,
              version: Int(wrong),
              schema: .empty,
              change: .compatible,
              provedBy: ClaimID("b")
            )
          ])
        )
      }
    }
    try ledger.commit(GroupCommit(batches: [batch(feed, 2), batch(feed, 3)]))
    #expect(try ledger.feed(feed.id).nextSequence == 4)
  }

  @Test func `is published in order`() throws {
    let ledger = try State().open()
    let feed = try commitFirst(ledger)
    try ledger.commit(GroupCommit(batches: [batch(feed, 2), batch(feed, 3)]))
    let ids = (1...4).map { BatchID(feed: feed.id, sequence: $0) }
    #expect(throws: LedgerError.outOfSequence(feed: "orders", given: 2)) {
      try ledger.markPublished([ids[1]], at: now)
    }
    try ledger.markPublished([ids[1], ids[0]], at: now)
    #expect(throws: LedgerError.outOfSequence(feed: "orders", given: 4)) {
      try ledger.markPublished([ids[3]], at: now)
    }
    // Noted again: nothing changes.
    try ledger.markPublished([ids[0]], at: now)
    #expect(try ledger.recovery().ready == [batch(feed, 3)])
    #expect(try ledger.recovery().stagedNames == ["orders-3.ndjson", "orders-3.json"])
    #expect(try ledger.latestBatches(of: feed.id, limit: 2).map(\.state) == [.ready, .published])
    #expect(try ledger.drops(in: ids[0]).map(\.id) == [ClaimID("a")])
  }

  @Test func `refuses a drop whose batch belongs to another feed`() throws {
    let ledger = try State().open()
    let feed = try commitFirst(ledger)
    try ledger.record([claim("b", feed: "other")])
    let next = batch(feed, 2)
    #expect(throws: LedgerError.self) {
      try ledger.commit(
        GroupCommit(batches: [next], drops: [converted("b", content: 2, batch: next.id)])
      )
    }
  }

  @Test func `of many drops in many feeds is one step, and so is its end`() throws {
    let ledger = try State().open()
    let drops = try ledger.record(
      (0..<1_000).map { claim("drop-\($0)", feed: "feed-\($0 % 7)") }
    )
    #expect(drops.map(\.id.text) == (0..<1_000).map { "drop-\($0)" })
    let feeds = try Set(drops.map(\.feed)).map { try ledger.feed($0) }
    #expect(feeds.count == 7)
    let schemas = feeds.map { feed in
      SchemaVersion(
        feed: feed.id,
        version: 1,
        schema: twoColumns,
        change: .first,
        provedBy: drops.first { $0.feed == feed.id }?.id ?? ClaimID("none")
      )
    }
    let batches = feeds.map { batch($0, 1) }
    try ledger.commit(
      GroupCommit(
        schemas: schemas,
        batches: batches,
        drops: drops.enumerated().map { number, drop in
          let id = BatchID(feed: drop.feed, sequence: 1)
          return converted(drop.id.text, content: number, written: 1, batch: id)
        }
      )
    )
    #expect(try ledger.drops(in: batches[0].id).count == drops.count { $0.feed == feeds[0].id })
    #expect(throws: LedgerError.wrongState(claim: "x", wanted: "published, held or rejected")) {
      try ledger.markFinished(batches.map(\.id), drops.map(\.id) + [ClaimID("x")], at: now)
    }
    #expect(try ledger.recovery().ready.count == 7)
    try ledger.markFinished(batches.map(\.id), drops.map(\.id), at: now)
    let totals = try ledger.totals()
    #expect(totals.drops.isEmpty)
    #expect(totals.readyBatches == 0)
    #expect(totals.feeds.map(\.drops).reduce(0, +) == 1_000)
    #expect(try ledger.recovery().unsettled.isEmpty)
  }

  @Test func `adds up in the totals`() throws {
    let ledger = try State().open()
    let feed = try commitFirst(ledger)
    try ledger.record([claim("b"), claim("waiting")])
    let next = batch(feed, 2)
    try ledger.commit(
      GroupCommit(
        batches: [next],
        drops: [converted("b", content: 2, batch: next.id)],
        runs: [run(feed, "run-2", 2...2)]
      )
    )
    let totals = try ledger.totals()
    #expect(totals.feeds.count == 1)
    #expect(totals.feeds[0].drops == 2)
    #expect(totals.feeds[0].batches == 2)
    #expect(totals.feeds[0].counts == RecordCounts(written: 20, duplicates: 4, rejected: 6))
    #expect(totals.rejects == ["row-width": 4, "stray-quote": 2])
    #expect(totals.readyBatches == 2)
    #expect(totals.fingerprints == 20)
    #expect(totals.drops == [.claimed: 1, .converted: 2])
    #expect(try ledger.latestDrops(in: .claimed).map(\.id) == [ClaimID("waiting")])
    #expect(try ledger.latestDrops(of: feed.id, limit: 2).map(\.id.text) == ["waiting", "b"])
  }
}

@Suite struct `A kill` {
  @Test func `at any moment leaves exactly what was committed`() throws {
    let state = try State()
    let ledger = try state.open()
    let feed = try commitFirst(ledger)
    let id = BatchID(feed: feed.id, sequence: 1)
    let steps: [(State) throws -> Void] = [
      { _ in try ledger.record([claim("b")]) },
      { _ in try ledger.markPublished([id], at: now) },
      { _ in try ledger.markSettled([ClaimID("a")], at: now) },
      { _ in try ledger.replaceRuns(["run-1"], with: [run(feed, "merged", 1...1)]) },
      { _ in
        try ledger.refuse([Refusal(claim: ClaimID("b"), outcome: .held, reason: "entity")])
      },
    ]
    for (number, step) in steps.enumerated() {
      try step(state)
      let killed = try state.afterKill()
      #expect(killed.ledger.key == ledger.key)
      #expect(try killed.ledger.totals() == ledger.totals(), "after step \(number)")
      let mine = try ledger.recovery()
      let theirs = try killed.ledger.recovery()
      #expect(theirs.claimed == mine.claimed)
      #expect(theirs.ready == mine.ready)
      #expect(theirs.unsettled == mine.unsettled)
      #expect(theirs.stagedNames == mine.stagedNames)
      #expect(theirs.runs == mine.runs)
    }
  }
}
