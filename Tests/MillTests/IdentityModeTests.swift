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

extension SettledDrop {
  /// New records, and those known already.
  fileprivate var counts: [Int64] { [written, duplicates] }
}
