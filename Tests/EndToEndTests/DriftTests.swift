import Foundation
import TestKit
import Testing

/// What happens to a feed when its drops change: the table of drifts, row by row.
@Suite struct `A drop that has` {
  @Test(arguments: [1, 50, 200], [0, 1, 2])
  func `added columns flows at once, and older readers may ignore them`(
    count: Int,
    place position: Int
  ) throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,name,city\n1,Ann,Oslo\n")
    let added = (0..<count).map { "new\($0)" }
    var names = ["id", "name", "city"]
    var values = ["2", "Ben", "Rome"]
    let at = [0, 1, 3][position]
    names.insert(contentsOf: added, at: at)
    values.insert(contentsOf: added.indices.map(String.init), at: at)
    let receipt = try place.settle(
      "f/2.csv",
      names.joined(separator: ",") + "\n" + values.joined(separator: ",") + "\n"
    )
    #expect(receipt["result"] as? String == "accepted")
    #expect(try member("schema", "added", of: receipt, as: [String].self).count == count)
    #expect(
      try member("x-dropmill", "change", of: try place.schema("f", 2), as: String.self)
        == "compatible"
    )
    let record = try #require(try place.records(of: "f").last)
    for (index, name) in added.enumerated() { #expect(record.contains("\"\(name)\":\(index)")) }
    #expect(record.contains(#""city":"Rome""#) && record.contains(#""name":"Ben""#))
  }

  @Test func `a column less lacks the member, and the column stays in the schema`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,name\n1,Ann\n")
    let receipt = try place.settle("f/2.csv", "id\n2\n")
    #expect(try member("schema", "missing", of: receipt, as: [String].self) == ["name"])
    #expect(try member("schema", "version", of: receipt, as: Int.self) == 1)
    #expect(try place.records(of: "f").last == #"{"id":2}"#)
    #expect(!place.scratch.has("outbox/f/schema/v2.schema.json"))
  }

  @Test func `the same columns in any of 720 orders gives the same bytes`() throws {
    let place = try Workplace()
    let columns = [
      ("id", "7"), ("a b", "x,y"), ("é", "1.50"), ("z", "2026-11-24"), ("B", ""), ("n", "t"),
    ]
    for (number, order) in orders(of: 6).enumerated() {
      let names = order.map { columns[$0].0 }.joined(separator: ",")
      let values = order.map { "\"\(columns[$0].1)\"" }.joined(separator: ",")
      try place.drop("f/\(number).csv", "\(names)\n\(values)\n")
    }
    #expect(try place.watchOnce().status == 0)
    // One record, 719 duplicates of it: nothing told the orders apart.
    #expect(try place.records(of: "f").count == 1)
    #expect(place.receiptPaths.count == 720)
    #expect(!place.scratch.has("outbox/f/schema/v2.schema.json"))
  }

  @Test func `a wider type widens the column, and everything says so`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,total\n1,5\n")
    let receipt = try place.settle("f/2.csv", "id,total\n2,5.5\n3,many\n")
    #expect(
      try member("schema", "widened", of: receipt, as: [String].self) == [
        "total: integer to string"
      ]
    )
    let step = try #require(try place.schema("f", 2)["x-dropmill"] as? [String: Any])
    #expect(step["change"] as? String == "widening")
    #expect(step["proved_by"] as? String == receipt["drop"] as? String)
    #expect(step["made"] is String)
    let changes = try #require(step["changes"] as? [[String: String]])
    #expect(
      changes == [["column": "total", "change": "widened", "from": "integer", "to": "string"]]
    )
    let manifest = try place.scratch.json("outbox/f/f-00000002.manifest.json")
    let told = try #require((manifest["schema_changes"] as? [[String: Any]])?.first)
    #expect(told["change"] as? String == "widening")
    let first = try place.scratch.json("outbox/f/f-00000001.manifest.json")
    #expect(first["schema_changes"] == nil)
  }

  @Test func `a value that a pinned type cannot hold loses that row alone`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,total\n1,5\n")
    #expect(try place.run(["schema", "pin", "f"]).status == 0)
    let rows = (2..<22).map { "\($0),\($0 == 9 ? "many" : "6")\n" }.joined()
    let receipt = try place.settle("f/2.csv", "id,total\n" + rows)
    #expect(receipt["result"] as? String == "accepted")
    #expect(receipt["rejected"] as? Int == 1)
    #expect(try member("rejected_by_reason", "does-not-fit", of: receipt, as: Int.self) == 1)
    #expect(try place.records(of: "f").count == 20)
    let table = try place.scratch.text("inbox/_rejected/f/2.csv")
    #expect(table.contains("9,many,9,2,\"does-not-fit: “total” is pinned to integer"))
    #expect(!place.scratch.has("outbox/f/schema/v2.schema.json"))
  }

  @Test func `a pinned type is read in any notation that is proven, and in no other`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,total,day\n1,5.5,2026-11-24\n")
    try place.run(["schema", "pin", "f"])
    try place.settle("f/2.csv", "id;total;day\n2;1.234,5;24.12.2026\n3;7,25;01.02.2026\n")
    #expect(
      try place.records(of: "f").suffix(2) == [
        #"{"day":"2026-12-24","id":2,"total":1234.5}"#,
        #"{"day":"2026-02-01","id":3,"total":7.25}"#,
      ]
    )
    try place.settle("g/1.csv", "id,total,day\n1,5.5,2026-11-24\n")
    try place.run(["schema", "pin", "g"])
    let doubtful = try place.settle("g/2.csv", "id,total,day\n4,1.5,03/04/2026\n5,1.5,04/05/2026\n")
    #expect(doubtful["result"] as? String == "held")
    #expect(doubtful["reason"] as? String == "over-budget")
  }

  @Test func `a scalar where objects were, or back, rejects that row, and many hold the drop`()
    throws
  {
    let place = try Workplace()
    try place.settle("f/1.json", #"[{"id":1,"at":{"lat":1}},{"id":2,"at":{"lat":2}}]"#)
    let good = (3..<23).map { #"{"id":\#($0),"at":{"lat":\#($0)}}"# }
    let one = try place.settle(
      "f/2.json",
      "[\(good.joined(separator: ",")),{\"id\":99,\"at\":\"x\"}]"
    )
    #expect(one["rejected"] as? Int == 1)
    #expect(try member("rejected_by_reason", "contradicts-schema", of: one, as: Int.self) == 1)
    let all = try place.settle("f/3.json", #"[{"id":50,"at":"x"},{"id":51,"at":"y"}]"#)
    #expect(all["result"] as? String == "held")
    #expect(all["reason"] as? String == "over-budget")
    #expect(try place.records(of: "f").count == 22)
    #expect(place.scratch.has("inbox/_held/f/3.json"))
  }

  @Test func `two kinds in a new column keeps the kind of most values, whichever came first`()
    throws
  {
    let objects = (0..<20).map { #"{"id":\#($0),"a":{"x":1}}"# }
    let odd = #"{"id":99,"a":"none"}"#
    for (number, order) in [[odd] + objects, objects + [odd]].enumerated() {
      let place = try Workplace()
      let receipt = try place.settle("f/\(number).json", "[\(order.joined(separator: ","))]")
      #expect(receipt["rejected"] as? Int == 1, "\(receipt)")
      #expect(Set(try place.records(of: "f")).count == 20)
      let properties = try #require(
        try place.schema("f", 1)["properties"] as? [String: [String: String]]
      )
      #expect(properties["a"]?["type"] == "object")
    }
  }

  @Test func `no column of the key, or many records without one, is held`() throws {
    let place = try Workplace()
    let key = ["--set", "identity={key: [id]}"]
    let rows = (1...50).map { "\($0),x\($0)\n" }.joined()
    let first = try place.settle("f/1.csv", "id,name\n" + rows, key)
    #expect(first["result"] as? String == "accepted")
    let gone = try place.settle("f/2.csv", "number,name\n7,Ann\n", key)
    #expect(gone["reason"] as? String == "key-incomplete")
    let nulls = (51...60).map { "\($0 < 58 ? "\($0)" : ""),y\($0)\n" }.joined()
    let risen = try place.settle("f/3.csv", "id,name\n" + nulls, key)
    #expect(risen["reason"] as? String == "key-incomplete")
    #expect(try place.records(of: "f").count == 50)
  }

  @Test func `keys that repeat is told of where it is the first of its feed`() throws {
    let place = try Workplace()
    let rows = (0..<40).map { "\($0 / 2),x\($0)\n" }.joined()
    let first = try place.settle("f/1.csv", "id,name\n" + rows, ["--set", "identity={key: [id]}"])
    #expect(first["result"] as? String == "accepted")
    let warnings = try #require(first["warnings"] as? [String])
    #expect(
      warnings.contains { $0.contains(" % of the records have a key") && $0.contains("`identity`") }
    )
    // What was usual from the start is no news.
    let again = (40..<80).map { "\($0 / 2),x\($0)\n" }.joined()
    let next = try place.settle("f/2.csv", "id,name\n" + again, ["--set", "identity={key: [id]}"])
    #expect(next["result"] as? String == "accepted")
    #expect(next["warnings"] == nil)
  }

  @Test(arguments: [#"[{"id":1}]"#, "nr;who", "\u{1}\u{2} garbage"])
  func `one line, and no column of the feed, is held and can be released`(text: String) throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,name\n1,Ann\n")
    let format = ["--set", "format=csv", "--set", "header=1"]
    let receipt = try place.settle("f/2.csv", text + "\n", format)
    #expect(receipt["reason"] as? String == "unlike-feed")
    let message = try #require(receipt["message"] as? String)
    #expect(!message.contains(text))
    #expect(try place.run(["release", "2.csv"] + format).status == 0)
    #expect(try place.fullReceipt(of: "2.csv")["result"] as? String == "accepted")
    #expect(try place.records(of: "f").count == 1)
    #expect(!place.scratch.has("outbox/f/schema/v2.schema.json"))
  }

  @Test func `no rows at all keeps the schema as it is`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,name\n1,Ann\n")
    let receipt = try place.settle("f/2.csv", "id,name,more\n")
    #expect(receipt["result"] as? String == "accepted")
    #expect(!place.scratch.has("outbox/f/schema/v2.schema.json"))
    try place.settle("f/3.csv", "id,name\n2,Ben\n")
    #expect(try place.records(of: "f").last == #"{"id":2,"name":"Ben"}"#)
  }
}

/// A member of a member.
func member<Value>(
  _ outer: String,
  _ inner: String,
  of object: [String: Any],
  as type: Value.Type
) throws -> Value {
  let members = try #require(object[outer] as? [String: Any], "no “\(outer)” in \(object)")
  return try #require(members[inner] as? Value, "no “\(inner)” in \(members)")
}

/// All orders of the numbers below `count`.
private func orders(of count: Int) -> [[Int]] {
  (0..<count).reduce(into: [[]]) { orders, _ in
    orders = orders.flatMap { order in
      (0..<count).filter { !order.contains($0) }.map { order + [$0] }
    }
  }
}
