import Files
import Glibc
import Mill
import TestKit
import Testing

/// Each drop is a life of the mill of its own: what is known must have been kept.
@Suite struct `Identity` {
  @Test func `by content drops what was written before, across restarts`() throws {
    var line = try Line()
    #expect(try line.drop("1,5", "2,6", "2,6").counts == [2, 1])
    #expect(try line.drop("2,6", "3,7").counts == [1, 1])
    #expect(try line.drop("3,7", "2,6", "1,5", name: "again.csv").counts == [0, 3])
    #expect(try line.lines.count == 3)
    #expect(try line.manifest(1)["identity"] as? String == "content")
    #expect(try line.receipt()["identity"] as? String == "content")
  }

  @Test func `by occurrence keeps equal rows of a drop and drops a resend`() throws {
    var line = try Line(["identity": "occurrence"])
    #expect(try line.drop("1,5", "1,5", "1,5", "2,6").counts == [4, 0])
    #expect(try line.drop("2,6", "1,5", "1,5", "1,5", name: "again.csv").counts == [0, 4])
    // A fourth of them is an event more; so is a second of the other.
    #expect(try line.drop("1,5", "1,5", "1,5", "1,5", "2,6", "2,6").counts == [2, 4])
    #expect(try line.drop("1,5", "1,5", "1,5", "1,5", "1,5").counts == [1, 4])
    #expect(try line.lines.count { $0 == #"{"id":1,"price":5}"# } == 5)
    #expect(try line.manifest(1)["identity"] as? String == "occurrence")
  }

  @Test func `by key sends a change, and a change back`() throws {
    var line = try Line(["identity": "{key: [id]}"])
    #expect(try line.drop("1,5", "2,6").counts == [2, 0])
    #expect(try line.drop("1,5", "2,7").counts == [1, 1])
    #expect(try line.drop("1,5", "2,6").counts == [1, 1])
    #expect(try line.drop("2,6", "2,7", "2,6", "2,6").counts == [2, 2])
    #expect(try line.lines.filter { $0.contains(#""id":2"#) }.count == 5)
    #expect(try line.manifest(1)["identity"] as? String == "key")
    #expect(try line.manifest(1)["key"] as? [String] == ["id"])
  }

  @Test func `of a date lasts: a drop without proof is read in the feed's order`() throws {
    var line = try Line()
    #expect(try line.drop("1,13/04/2026").counts == [1, 0])
    #expect(try line.drop("1,13/04/2026", "2,03/04/2026").counts == [1, 1])
    #expect(try line.lines.contains(#"{"id":2,"price":"2026-04-03"}"#))
  }

  @Test func `is kept in few runs, however many drops brought it`() throws {
    var line = try Line()
    for number in 0..<12 { #expect(try line.drop("\(number),1").counts == [1, 0]) }
    let runs = line.scratch.files(under: "state/fingerprints")
    #expect((1...8).contains(runs.count))
    #expect(try line.drop((0..<12).map { "\($0),1" }, name: "again.csv").counts == [0, 12])
  }

  @Test func `by none drops nothing`() throws {
    var line = try Line(["identity": "none"])
    #expect(try line.drop("1,5", "1,5").counts == [2, 0])
    #expect(try line.drop("1,5", "1,5").counts == [2, 0])
    #expect(try line.lines.count == 4)
  }

  @Test func `by key holds a drop whose records lack the key`() throws {
    var line = try Line(["identity": "{key: [id]}"])
    let held = try line.drop("1,5", ",6")
    #expect(held.reason == "key-incomplete")
    #expect(held.message?.contains("line 3") == true)
    #expect(try line.lines.isEmpty)
    #expect(try line.drop("1,5", name: "whole.csv").counts == [1, 0])
  }

  @Test func `by key holds a drop in which far more records share keys than ever`() throws {
    var line = try Line(["identity": "{key: [id]}"])
    let few = (0..<100).map { "\($0 == 7 ? 8 : $0),\($0)" }
    #expect(try line.drop(few).counts == [100, 0])
    let broken = (0..<100).map { "\($0 / 10),9\($0)" }
    let held = try line.drop(broken, name: "broken.csv")
    #expect(held.reason == "key-repeats")
    #expect(held.commands.contains { $0.text.hasPrefix("dropmill release") })
    #expect(try line.lines.count == 100)
    #expect(try line.drop(few.map { $0 + "0" }, name: "good.csv").outcome == .accepted)
    // Where keys repeat from the beginning, that is how the feed is.
    var log = try Line(["identity": "{key: [id]}"])
    #expect(try log.drop(broken).outcome == .accepted)
    #expect(try log.drop(broken.map { $0 + "1" }, name: "2.csv").outcome == .accepted)
  }

  @Test(arguments: ["{key: [id]}", "content"])
  func `an older state that comes after a newer one is held, not put over it`(identity: String)
    throws
  {
    var line = try Line(["identity": identity, "order": "price"])
    #expect(try line.drop("1,100", "2,105").counts == [2, 0])
    let older = try line.drop("1,99", "2,104", name: "older.csv")
    #expect(older.reason == "older-than-before")
    #expect(older.commands.contains { $0.text.hasPrefix("dropmill release") })
    #expect(try line.lines.count == 2)
    // The same moment again, and an old record beside a new one, are no older state.
    #expect(try line.drop("3,105", name: "same.csv").counts == [1, 0])
    #expect(try line.drop("4,7", "5,1000", name: "mixed.csv").counts == [2, 0])
    #expect(try line.drop("6,105", name: "older-too.csv").reason == "older-than-before")
    let without = try line.drop("7,", name: "without.csv")
    #expect(without.reason == "order-incomplete")
    #expect(without.message?.contains("line 2") == true)
  }

  @Test func `keeps originals as long as is stated, and what else lies there`() throws {
    var line = try Line(["keep-originals": "10d"])
    _ = try line.drop(["1,5"], name: "old.csv")
    _ = try line.drop(["2,5"], name: "new.csv")
    let day = try #require(
      line.scratch.files(under: "inbox/_done").first?.split(separator: "/").first
    )
    try line.scratch.write("inbox/_done/\(day)/notes/mine.txt", "mine")
    try line.scratch.write("inbox/_done/\(day)/orders/sub/mine.txt", "mine")
    // The day after the tenth since the older one was first seen.
    line.day += 10
    try line.run()
    let kept = line.scratch.files(under: "inbox/_done")
    #expect(!kept.contains { $0.hasSuffix("old.csv") || $0.hasSuffix("old.csv.receipt.json") })
    #expect(kept.contains { $0.hasSuffix("orders/new.csv") })
    #expect(kept.count { $0.hasSuffix("mine.txt") } == 2)
    line.day += 10
    try line.run()
    #expect(line.scratch.files(under: "inbox/_done").count { !$0.hasSuffix("mine.txt") } == 0)
    // What was delivered is known as long as ever.
    #expect(try line.drop(["1,5"], name: "again.csv").counts == [0, 1])
  }

  @Test func `knows a whole drop by its content, whatever its name and packing`() throws {
    var line = try Line()
    #expect(try line.drop("1,5", "2,6").counts == [2, 0])
    let again = try line.drop("1,5", "2,6", name: "copy.csv")
    #expect(again.counts == [0, 2] && again.known?.batch == "orders-00000001")
    #expect(try line.receipt("copy.csv")["same_content_as"] as? String == "orders.csv")
    try line.scratch.write(
      "inbox/orders/packed.csv.gz",
      try Gzip.member("id,price\n1,5\n2,6\n".utf8)
    )
    line.day += 1
    let packed = try #require(try line.run().first)
    #expect(packed.counts == [0, 2] && packed.known?.name == Array("orders.csv".utf8))
    // The same name with other content of the same size is another drop.
    #expect(try line.drop("1,5", "2,7").counts == [1, 1])
    // Past the retention it is as if it had never been there.
    line.day += 500
    #expect(try line.drop("1,5", "2,6").counts == [2, 0])
  }

  @Test func `by key takes a drop again whose content is not the latest`() throws {
    var line = try Line(["identity": "{key: [id]}"])
    _ = try line.drop("1,5")
    _ = try line.drop("1,6")
    let again = try line.drop("1,5")
    #expect(again.counts == [1, 0] && again.known == nil)
  }

  /// Killed at a step of the second drop and started again, everything comes out as without the kill.
  @Test(arguments: ["content", "occurrence", "{key: [id]}", "none", "snapshot"])
  func `is what it was after a kill at any step`(identity: String) async throws {
    var stated = ["identity": identity]
    if identity == "snapshot" {
      stated = ["identity": "{key: [id]}", "snapshot": "true", "max-deletes": "100%"]
    }
    let points = ["convert-ended", "run-written", "stage-synced", "committed", "archive-recorded"]
    var unharmed = try Line(stated)
    try unharmed.dropThree()
    let expected = try unharmed.lines
    #expect(expected.count >= 3)
    for point in points where !(identity == "none" && point == "run-written") {
      var line = try Line(stated)
      _ = try line.drop("1,5", "2,6", "2,6")
      try line.scratch.write("inbox/orders/second.csv", Line.second)
      line.day += 1
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [
          path = line.scratch.path as String,
          stated = line.stated as [String: String],
          day = line.day as Int64,
          point = point as String
        ] in
        unsafe setenv(CrashPoint.variable, point, 1)
        try Line.run(at: path, stated, day: day)
      }
      try line.run()
      _ = try line.drop(Line.third, name: "third.csv")
      #expect(try line.lines == expected, "killed at \(point)")
    }
  }

  @Test func `by another rule than before starts with what that rule can know`() throws {
    var line = try Line()
    #expect(try line.drop("1,5", "2,6").counts == [2, 0])
    line.stated["identity"] = "{key: [id]}"
    #expect(try line.drop("1,5", "2,7").counts == [2, 0])
    line.stated["identity"] = "occurrence"
    // Under a key nothing was noted of whole records, so 2,7 comes again: rather twice than never.
    #expect(try line.drop("1,5", "2,6", "2,7").counts == [1, 2])
    line.stated["identity"] = "{key: [id]}"
    // What was the latest under the key is outdated by now, and must not hide a change.
    #expect(try line.drop("1,5", "2,7").counts == [2, 0])
    #expect(try line.drop("1,5", "2,7").counts == [0, 2])
  }

  @Test func `forgets what is past its retention, and counts it`() throws {
    var line = try Line()
    line.stated["retention"] = "10d"
    #expect(try line.drop("1,5").counts == [1, 0])
    line.day += 5
    #expect(try line.drop("1,5", "2,6").counts == [1, 1])
    line.day += 7
    // The first batch is 13 days old, the second 8.
    #expect(try line.drop("1,5", "2,6", "3,7").counts == [2, 1])
    line.stated["retention"] = "forever"
    line.day += 10_000
    #expect(try line.drop("3,7", "1,5").counts == [0, 2])
  }
}

extension Line {
  /// A change, two equal rows, and a row that is gone.
  fileprivate static let second = "id,price\n1,9\n2,6\n3,7\n3,7\n"
  /// A change back, and what was there.
  fileprivate static let third = ["1,5", "2,6", "3,7"]

  /// The drops of the test with a kill, without one.
  fileprivate mutating func dropThree() throws {
    _ = try drop("1,5", "2,6", "2,6")
    try scratch.write("inbox/orders/second.csv", Line.second)
    day += 1
    try run()
    _ = try drop(Line.third, name: "third.csv")
  }
}

extension SettledDrop {
  /// New records, and those known already.
  fileprivate var counts: [Int64] { [written, duplicates] }
}
