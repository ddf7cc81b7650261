import Mill
import TestKit
import Testing

@Suite struct `A snapshot feed` {
  private func line(maximalDeletes: String = "50%") throws -> Line {
    try Line(["identity": "{key: [id]}", "snapshot": "true", "max-deletes": maximalDeletes])
  }

  @Test func `sends what is new, what changed and what is gone`() throws {
    var line = try line()
    #expect(try line.drop("1,5", "2,6", "3,7").written == 3)
    #expect(try line.drop("1,5", "2,9", "4,8").written == 2)
    #expect(
      try line.lines.suffix(3) == [
        #"{"id":2,"price":9}"#, #"{"id":4,"price":8}"#, #"{"$deleted":true,"id":3}"#,
      ]
    )
    #expect(try line.receipt()["deleted"] as? Int == 1)
    // What was deleted and comes again is new; what is gone is told once.
    #expect(try line.drop("1,5", "2,9", "3,7", "4,8").written == 1)
    #expect(try line.drop("1,5", "2,9", "3,7", "4,8", "4,8").duplicates == 5)
    #expect(try line.lines.count { $0.contains("$deleted") } == 1)
  }

  @Test func `says nothing of the key of somebody who was erased`() throws {
    var line = try line()
    _ = try line.drop("1,5", "2,6", "3,77", "4,8")
    let report = try line.erase("price", "77")
    #expect(report.batches == ["orders-00000001"] && report.originals.count == 1)
    #expect(try line.lines.dropLast() == ["1,5", "2,6", "4,8"].map(Self.record))
    // The next snapshot lacks the person, the one after it has the person again.
    #expect(try line.drop("1,5", "2,6").written == 0)
    #expect(try line.lines.last == #"{"$deleted":true,"id":4}"#)
    let drop = try line.drop("1,5", "2,6", "3,77")
    #expect(drop.duplicates == 2 && drop.rejected == 1 && drop.batch == nil)
    // A person who is told by the key, and a record that was left out, keep no deletion back.
    #expect(try line.erase("id", "2").batches == ["orders-00000001"])
    #expect(try line.drop("1,5", "2,6", "9,9").written == 1)
    #expect(try line.drop("2,6", "3,77", "9,9").rejected == 2)
    #expect(try line.lines.count { $0.contains("$deleted") } == 2)
    #expect(try !line.lines.contains { $0.contains(#""id":2"#) || $0.contains(#""id":3"#) })
    for run in line.scratch.files(under: "state/fingerprints") {
      let text = String(
        decoding: try line.scratch.bytes("state/fingerprints/\(run)"),
        as: UTF8.self
      )
      #expect(!text.contains(#""id":2"#) && !text.contains(#""id":3"#))
    }
  }

  private static func record(_ row: String) -> String {
    let fields = row.split(separator: ",")
    return #"{"id":\#(fields[0]),"price":\#(fields[1])}"#
  }

  @Test func `accounts for each line of a batch`() throws {
    var line = try line()
    _ = try line.drop("1,5", "2,6", "3,7")
    _ = try line.drop("1,5", "2,9")
    let manifest = try line.manifest(2)
    #expect(manifest["records"] as? Int == 2)
    let sources = try #require(manifest["sources"] as? [[String: Any]])
    #expect(sources.map { $0["records_written"] as? Int } == [1, 1])
    #expect(sources.map { $0["records_read"] as? Int } == [2, 1])
    #expect(sources.map { $0["deletions"] as? Bool } == [nil, true])
  }

  @Test func `can bring nothing but deletions`() throws {
    var line = try line()
    _ = try line.drop("1,5", "2,6")
    let drop = try line.drop("1,5")
    #expect(drop.written == 0 && drop.batch == "orders-00000002")
    #expect(try line.lines.last == #"{"$deleted":true,"id":2}"#)
  }

  @Test func `holds a drop that lacks too much, and compares the next with what was there`() throws
  {
    var line = try line(maximalDeletes: "10%")
    let rows = (1...20).map { "\($0),5" }
    _ = try line.drop(rows)
    let held = try line.drop(Array(rows.prefix(17)))
    #expect(held.reason == "too-many-deletes")
    #expect(held.message?.contains("3 of 20") == true)
    #expect(try line.lines.count == 20)
    #expect(try line.drop(Array(rows.prefix(18)), name: "next.csv").duplicates == 18)
    #expect(try line.lines.count == 22)
  }

  @Test func `deletes nothing while records could not be read`() throws {
    var line = try line()
    _ = try line.drop("1,5", "2,6", "3,7")
    let drop = try line.drop("1,5", "2,6,rejected", "4,8")
    #expect(drop.rejected == 1)
    #expect(try line.receipt()["deletions_withheld"] as? Int == 2)
    #expect(try !line.lines.contains { $0.contains("$deleted") })
    _ = try line.drop("1,5", "2,6", "4,8")
    #expect(try line.lines.last == #"{"$deleted":true,"id":3}"#)
  }

  @Test func `takes several drops of one group in their order`() throws {
    var line = try line()
    let head = "id,price\n"
    try line.scratch.write("inbox/orders/a.csv", head + "1,5\n2,6\n")
    try line.scratch.write("inbox/orders/b.csv", head + "1,5\n3,7\n")
    try line.scratch.write("inbox/orders/c.csv", head + "1,6\n3,7\n")
    line.day += 1
    #expect(try line.run().map(\.written) == [2, 1, 1])
    #expect(
      try line.lines == [
        #"{"id":1,"price":5}"#, #"{"id":2,"price":6}"#, #"{"id":3,"price":7}"#,
        #"{"$deleted":true,"id":2}"#, #"{"id":1,"price":6}"#,
      ]
    )
    #expect(line.scratch.files(under: "state/fingerprints").count == 1)
  }
}
