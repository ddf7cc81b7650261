import Foundation
import TestKit
import Testing

@Suite struct `The state, from outside` {
  private func run(_ place: Workplace, _ words: [String]) throws -> Command.Ending {
    try Command.run(
      Places.dropmill,
      words + ["--state", "\(place.scratch.path)/state"],
      in: place.scratch.path
    )
  }

  private func object(_ ending: Command.Ending) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(ending.output)) as? [String: Any])
  }

  @Test func `is told alike by a running watch and without one`() throws {
    let place = try Workplace()
    try place.drop("orders.csv", "id\n1\n2\n2\n")
    _ = try place.watchOnce()
    let asks = [
      ["drops", "--json"], ["batches", "--json"], ["feeds", "--json"], ["drops", "orders"],
    ]
    let alone = try asks.map { try run(place, $0) }
    let watch = try place.watch()
    try watch.waitUntilWatching()
    for (words, before) in zip(asks, alone) {
      let beside = try run(place, words)
      #expect(beside.status == 0, "\(beside.errorText)")
      #expect(!beside.text.isEmpty)
      #expect(beside.text == before.text, "\(words)")
    }
    #expect(try object(run(place, ["status", "--json"]))["is_watching"] as? Bool == true)
    watch.signal(SIGINT)
    _ = try watch.wait()
    #expect(try object(run(place, ["status", "--json"]))["is_watching"] as? Bool == false)
    let feeds = try object(alone[2])
    #expect(feeds["written"] as? Int == 2)
    #expect(feeds["duplicates"] as? Int == 1)
  }

  @Test func `of a folder that was never used is empty, and stays so`() throws {
    let place = try Workplace()
    for words in [["status"], ["drops"], ["batches"], ["feeds"], ["status", "--metrics"]] {
      #expect(try run(place, words).status == 0)
    }
    #expect(!place.scratch.has("state"))
  }

  @Test func `ends with 1 where a drop is held, and says what to do`() throws {
    let place = try Workplace()
    try place.drop("orders.csv", "")
    _ = try place.watchOnce()
    let status = try run(place, ["status"])
    #expect(status.status == 1)
    #expect(status.text.contains("a drop is held"))
    #expect(status.text.contains("orders.csv"))
    let held = try run(place, ["drops", "--in", "held", "--json"])
    #expect(try object(held)["reason"] as? String == "empty-file")
    #expect(try run(place, ["drops", "--in", "done"]).lines.count == 1)
  }

  @Test func `shows what was expected and is not so, also in metrics`() throws {
    let place = try Workplace()
    try place.scratch.write(
      "dropmill.yaml",
      "feeds:\n  orders: {expect: {rows: 10..}}\n  sales: {expect: {by: \"00:00\", zone: UTC}}\n"
    )
    try place.drop("orders.csv", "id\n1\n")
    _ = try place.watchOnce()
    let status = try run(place, ["status"])
    #expect(status.status == 1)
    #expect(status.text.contains("orders: the last drop has 1 records; at least 10 records"))
    #expect(status.text.contains("sales: nothing ever came; a drop was due by"))
    let metrics = try run(place, ["status", "--metrics"])
    #expect(metrics.status == 1)
    #expect(metrics.lines.contains("dropmill_expectations_unmet{source=\"orders\"} 1"))
    #expect(metrics.lines.contains("dropmill_expectations_unmet{source=\"sales\"} 1"))
    #expect(
      metrics.lines.contains("dropmill_records_total{source=\"orders\",result=\"written\"} 1")
    )
    // Every sample belongs to a family that is described.
    for line in metrics.lines where !line.hasPrefix("#") {
      let name = line.prefix { $0 != "{" && $0 != " " }
      #expect(metrics.text.contains("# TYPE \(name) "), "\(line)")
    }
  }

  @Test func `keeps the earlier settings where new ones are wrong, and says why`() throws {
    let place = try Workplace()
    let file = "\(place.scratch.path)/dropmill.yaml"
    try place.scratch.write("dropmill.yaml", "feeds: {orders: {date-order: dmy}}\n")
    let watch = try place.watch(["--config", file])
    try watch.waitUntilWatching()
    try place.scratch.write("dropmill.yaml", "feeds: {orders: {date-ordr: mdy}}\n")
    watch.signal(SIGHUP)
    try watch.waitUntil("the earlier ones hold")
    // What asks may have no wrong settings of its own.
    let none = try place.scratch.write("none.yaml", "")
    let refused = try object(run(place, ["status", "--json", "--config", none]))
    let problem = try #require(refused["settings_problem"] as? String)
    #expect(problem.contains("dropmill.yaml:1:18"))
    #expect(problem.contains("Did you mean “date-order”?"))
    try place.scratch.deliver("inbox/orders.csv", Array("day\n03/04/2026\n".utf8))
    try watch.waitUntil("orders.csv: 1 read")
    #expect(try place.records(of: "orders") == [#"{"day":"2026-04-03"}"#])
    try place.scratch.write("dropmill.yaml", "feeds: {orders: {date-order: mdy}}\n")
    watch.signal(SIGHUP)
    try watch.waitUntil("read again")
    try place.scratch.deliver("inbox/orders-2.csv", Array("day\n05/06/2026\n".utf8))
    try watch.waitUntil("orders-2.csv: 1 read")
    #expect(try place.records(of: "orders").last == #"{"day":"2026-05-06"}"#)
    watch.signal(SIGTERM)
    _ = try watch.wait()
  }

  @Test(arguments: [
    (["staus"], 64, "Did you mean “dropmill status”?"), (["sniff"], 64, "dropmill detect"),
    (["drops", "ordrs"], 64, "Did you mean “orders”?"), (["drops", "--in", "lost"], 64, "held"),
    (["drops", "--limt", "3"], 64, "--limit"),
  ])
  func `names what was meant by a mistyped word`(
    words: [String],
    status: Int32,
    hint: String
  ) throws {
    let place = try Workplace()
    try place.drop("orders.csv", "id\n1\n")
    _ = try place.watchOnce()
    let ending = try run(place, words)
    #expect(ending.status == status)
    #expect(ending.errorText.contains(hint), "\(ending.errorText)")
  }
}

extension Command {
  /// Waits until the process has said something.
  func waitUntil(_ words: String) throws {
    try #require(waitUntilSaid(words), "it has ended: \(errorsSoFar)")
  }
}
