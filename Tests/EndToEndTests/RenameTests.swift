import Foundation
import TestKit
import Testing

/// A column that goes on under another name is proposed, and never bound by itself.
@Suite struct `A renamed column` {
  private let cities = ["Oslo", "Rome", "Bern", "Kyiv", "Riga"]

  private func table(_ header: String, from first: Int) -> String {
    header + "\n"
      + (first..<first + 60).map { "\($0),n\($0 * 7919 % 1000),\(cities[$0 % 5]),\($0 % 9).5\n" }
      .joined()
  }

  private func renamed() throws -> (place: Workplace, receipt: [String: Any]) {
    let place = try Workplace()
    try place.settle("f/1.csv", table("id,name,city,total", from: 0))
    return (place, try place.settle("f/2.csv", table("id,name,Town of Birth,total", from: 60)))
  }

  private func proposals(_ receipt: [String: Any]) throws -> [[String: Any]] {
    try member("schema", "proposed_renames", of: receipt, as: [[String: Any]].self)
  }

  @Test func `is proposed with its evidence, everywhere, and is a column of its own meanwhile`()
    throws
  {
    let (place, receipt) = try renamed()
    let proposal = try #require(try proposals(receipt).first)
    #expect(proposal["from"] as? String == "city")
    #expect(proposal["to"] as? String == "Town of Birth")
    #expect((proposal["evidence"] as? String)?.contains("100 % of the values known") == true)
    #expect(proposal["to_accept"] as? String == "rename: {Town of Birth: city}")
    #expect(try place.records(of: "f").last?.contains(#""Town of Birth":"Riga""#) == true)
    let manifest = try place.scratch.json("outbox/f/f-00000002.manifest.json")
    let change = try #require((manifest["schema_changes"] as? [[String: Any]])?.first)
    #expect((change["proposed_renames"] as? [[String: Any]])?.count == 1)
    for words in [["schema", "diff", "f"], ["schema", "show", "f"], ["status"]] {
      let told = try Command.run(
        Places.dropmill,
        words + ["--state", "\(place.scratch.path)/state"]
      )
      #expect(told.text.contains("Town of Birth"), "\(words): \(told.text)")
    }
    // A proposal holds up nothing.
    let status = try Command.run(
      Places.dropmill,
      ["status", "--state", "\(place.scratch.path)/state"]
    )
    #expect(status.status == 0)
    #expect(status.text.contains("rename: {Town of Birth: city}"))
  }

  @Test func `is accepted by the line that is proposed, and refused by the other`() throws {
    let (place, _) = try renamed()
    let accepted = ["--set", "rename={Town of Birth: city}"]
    try place.settle("f/3.csv", table("id,name,Town of Birth,total", from: 120), accepted)
    #expect(try place.records(of: "f").last?.contains(#""city":"Riga""#) == true)
    for answer in [accepted, ["--set", "rename={Town of Birth: Town of Birth}"]] {
      let told = try Command.run(
        Places.dropmill,
        ["status", "--state", "\(place.scratch.path)/state"] + answer
      )
      #expect(!told.text.contains("seems to be"))
    }
  }

  @Test func `is forgotten once the column is there again`() throws {
    let (place, _) = try renamed()
    try place.settle("f/3.csv", table("id,name,city,total", from: 120))
    let told = try Command.run(
      Places.dropmill,
      ["status", "--state", "\(place.scratch.path)/state"]
    )
    #expect(!told.text.contains("seems to be"))
  }

  @Test func `is not seen in a new column of other values, nor beside the old one`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", table("id,name,city,total", from: 0))
    let other = try place.settle(
      "f/2.csv",
      "id,name,total,remark\n"
        + (60..<120).map { "\($0),n\($0 * 7919 % 1000),\($0 % 9).5,see order \($0)\n" }.joined()
    )
    #expect(try member("schema", "added", of: other, as: [String].self).count == 1)
    #expect((other["schema"] as? [String: Any])?["proposed_renames"] == nil)
    let beside = try place.settle(
      "g/1.csv",
      table("id,name,city,total", from: 0)
    )
    #expect(beside["result"] as? String == "accepted")
    let both = try place.settle(
      "g/2.csv",
      "id,name,city,total,town\n9,x,Oslo,1,Oslo\n10,y,Rome,2,Rome\n"
    )
    #expect((both["schema"] as? [String: Any])?["proposed_renames"] == nil)
  }

  @Test func `that differs by case alone is told of where both are there`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,name\n1,Ann\n")
    let receipt = try place.settle("f/2.csv", "id,name,Name\n2,Ben,B\n")
    let warnings = try #require(receipt["warnings"] as? [String])
    #expect(
      warnings.contains { $0.contains("rename: {name: Name}") || $0.contains("{Name: name}") }
    )
    let nested = try place.settle(
      "g/1.json",
      #"[{"id":1,"at":{"lat":1}}]"#,
      ["--set", "rename={at.lat: latitude}"]
    )
    #expect((nested["warnings"] as? [String])?.contains { $0.contains("at.lat") } == true)
  }
}
