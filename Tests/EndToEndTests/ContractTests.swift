import Foundation
import TestKit
import Testing

@Suite struct `A held drop` {
  /// A feed whose schema is pinned, and a drop that breaks it.
  private func held() throws -> (place: Workplace, receipt: [String: Any]) {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,total\n1,5\n")
    try #require(try place.run(["schema", "pin", "f"]).status == 0)
    let receipt = try place.settle("f/2.csv", "id,total\n2,6\n3,many\n4,more\n")
    try #require(receipt["result"] as? String == "held")
    return (place, receipt)
  }

  @Test func `says in its receipt which commands settle it, and they do`() throws {
    let (place, receipt) = try held()
    let commands = try #require(receipt["commands"] as? [[String: String]])
    let lines = commands.compactMap { $0["command"] }
    #expect(lines.map { $0.split(separator: " ")[1] } == ["schema", "release", "retry", "discard"])
    let accept = try #require(lines.first).split(separator: " ").map(String.init)
    #expect(try Command.run(Places.dropmill, Array(accept.dropFirst())).status == 0)
    #expect(try place.records(of: "f").count == 4)
    #expect(place.scratch.files(under: "inbox/_held") == [])
  }

  @Test func `is released: what fits is delivered, the rest is rejected`() throws {
    let (place, _) = try held()
    #expect(try place.run(["release", "inbox/_held/f/2.csv"]).status == 1)
    #expect(try place.records(of: "f") == [#"{"id":1,"total":5}"#, #"{"id":2,"total":6}"#])
    let receipt = try place.fullReceipt(of: "2.csv")
    #expect(receipt["result"] as? String == "accepted")
    #expect(receipt["rejected"] as? Int == 2)
    #expect(place.scratch.files(under: "inbox/_held") == [])
    #expect(place.scratch.has("inbox/_rejected/f/2.csv"))
  }

  @Test func `is discarded: nothing is delivered, and it is kept`() throws {
    let (place, _) = try held()
    #expect(try place.run(["discard", "2.csv"]).status == 0)
    #expect(try place.records(of: "f").count == 1)
    let receipt = try place.fullReceipt(of: "2.csv")
    #expect(receipt["result"] as? String == "discarded")
    #expect(receipt["decided_by"] as? String == "ann")
    #expect(place.scratch.files(under: "inbox/_held") == [])
    #expect(place.scratch.files(under: "inbox/_done").count { $0.hasSuffix("/2.csv") } == 1)
    // What was let go is not known: dropped again it is looked at again.
    let again = try place.settle("f/2.csv", "id,total\n2,6\n3,many\n4,more\n")
    #expect(again["result"] as? String == "held")
  }

  @Test func `is accepted: the schema becomes what it needs, and says who let it`() throws {
    let (place, receipt) = try held()
    #expect(try place.run(["schema", "accept", "f"]).status == 0)
    #expect(try place.records(of: "f").count == 4)
    let step = try #require(try place.schema("f", 2)["x-dropmill"] as? [String: Any])
    #expect(step["decided_by"] as? String == "ann")
    #expect(step["proved_by"] as? String == receipt["drop"] as? String)
    #expect(step["change"] as? String == "widening")
    // The contract holds on, under the type that was accepted.
    let next = try place.settle("f/3.csv", "id,total\n5,x\n6,y\nA,z\n")
    #expect(next["rejected"] as? Int == 1)
  }

  @Test func `of another kind is accepted as what breaks older readers`() throws {
    let place = try Workplace()
    try place.settle("f/1.json", #"[{"id":1,"at":"home"}]"#)
    let held = try place.settle("f/2.json", #"[{"id":2,"at":{"x":1}},{"id":3,"at":{"x":2}}]"#)
    #expect(held["result"] as? String == "held")
    #expect(try place.run(["schema", "accept", "f"]).status == 0)
    #expect(
      try member("x-dropmill", "change", of: try place.schema("f", 2), as: String.self)
        == "breaking"
    )
    #expect(try place.records(of: "f").last == #"{"at":{"x":2},"id":3}"#)
  }

  @Test func `is tried again once the contract is loosened`() throws {
    let (place, _) = try held()
    #expect(try place.run(["retry", "2.csv"]).status == 1)
    #expect(try place.fullReceipt(of: "2.csv")["result"] as? String == "held")
    #expect(try place.run(["schema", "unpin", "f", "total"]).status == 0)
    #expect(try place.run(["retry", "2.csv"]).status == 0)
    #expect(try place.records(of: "f").count == 4)
  }

  @Test func `is named exactly, or nothing happens`() throws {
    let (place, _) = try held()
    let unknown = try place.run(["release", "nobody.csv"])
    #expect(unknown.status == 64)
    #expect(unknown.errorText.contains("nobody.csv"))
    #expect(place.scratch.has("inbox/_held/f/2.csv"))
    #expect(try place.run(["schema", "show", "nothing"]).status == 64)
  }

  @Test(arguments: ["release", "discard", "accept", "retry"])
  func `is settled by the watch that runs, as it is without one`(action: String) throws {
    let words = action == "accept" ? ["schema", "accept", "f"] : [action, "2.csv"]
    let (alone, _) = try held()
    let wanted = try alone.run(words)
    let (place, _) = try held()
    let watch = try place.watch()
    try watch.waitUntilWatching()
    let found = try place.run(words)
    #expect(found.status == wanted.status, "\(found.errorText)")
    #expect(try place.records(of: "f") == alone.records(of: "f"))
    #expect(names(place) == names(alone))
    let receipt = try place.fullReceipt(of: "2.csv")
    #expect(receipt["decided_by"] as? String == (action == "discard" ? "ann" : nil))
    // What was decided is there for all who ask, and the watch goes on.
    #expect(try place.run(["schema", "show", "f"]).text.contains("ann"))
    #expect(try place.run([action == "accept" ? "release" : action, "nobody.csv"]).status == 64)
    #expect(try place.run(["schema", "unpin", "f"]).status == 0)
    try place.scratch.deliver("inbox/f/3.csv", Array("id,total\n9,so\n".utf8))
    try watch.waitUntil("3.csv: 1 read, 1 new")
    watch.signal(15)
    _ = try watch.wait()
  }

  @Test(arguments: ["release", "discard", "accept", "retry"])
  func `comes to the same end when the command is killed at any step`(action: String) throws {
    let points = [
      "request-recorded", "held-renamed", "claim-recorded", "convert-started", "convert-ended",
      "stage-written", "stage-synced", "commit-ready", "committed", "schema-published",
      "data-published", "manifest-published", "publish-synced", "publish-recorded",
      "receipt-written", "archive-renamed", "archive-synced", "archive-recorded",
    ]
    // Each action is killed at a third of the points, so that together they meet each of them.
    let actions = ["release", "discard", "accept", "retry"]
    let turn = actions.firstIndex(of: action) ?? 0
    let words = action == "accept" ? ["schema", "accept", "f"] : [action, "2.csv"]
    let (wanted, _) = try held()
    _ = try wanted.run(words)
    var reached = 0
    for (index, point) in points.enumerated() where index % 3 == turn % 3 {
      let (place, _) = try held()
      if try place.run(words, crashingAt: point).status == 128 + 9 { reached += 1 }
      #expect([0, 1].contains(try place.watchOnce().status))
      #expect(try place.records(of: "f") == wanted.records(of: "f"), "\(action) at \(point)")
      #expect(names(place) == names(wanted), "\(action) at \(point)")
      #expect(
        try place.fullReceipt(of: "2.csv")["result"] as? String
          == wanted.fullReceipt(of: "2.csv")["result"] as? String
      )
      #expect(try place.run(["schema", "show", "f"]).status == 0)
    }
    #expect(reached >= 2)
  }

  private func names(_ place: Workplace) -> [String] {
    (place.scratch.files(under: "inbox") + place.scratch.files(under: "outbox")).sorted()
  }
}

@Suite struct `A contract` {
  @Test func `is shown with who decided what, and when`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,zip\n1,5\n")
    #expect(try place.run(["schema", "pin", "f", "zip=string", "id"]).status == 0)
    let shown = try place.run(["schema", "show", "f", "--json"])
    let page = try #require(
      try JSONSerialization.jsonObject(with: Data(shown.output)) as? [String: Any]
    )
    #expect(page["version"] as? Int == 2)
    let columns = try #require(page["columns"] as? [[String: Any]])
    #expect(columns.map { $0["type"] as? String } == ["integer", "string"])
    #expect(columns.allSatisfy { $0["pinned"] as? Bool == true })
    let decision = try #require((page["decisions"] as? [[String: Any]])?.first)
    #expect(decision["by"] as? String == "ann")
    #expect(decision["detail"] as? String == "zip=string, id")
    #expect(try place.run(["schema", "show", "f"]).text.contains("zip=string"))
    #expect(try place.run(["schema", "show"]).text == "f\n")
  }

  @Test func `holds from the first drop on where the settings state types`() throws {
    let place = try Workplace()
    let stated = ["--set", "contract=pin", "--set", "types={total: integer}"]
    let rows = (1...20).map { "\($0),\($0 == 9 ? "many" : "6"),x\n" }.joined()
    let receipt = try place.settle("f/1.csv", "id,total,note\n" + rows, stated)
    #expect(receipt["rejected"] as? Int == 1)
    #expect(try place.records(of: "f").first == #"{"id":1,"note":"x","total":6}"#)
    let all = try place.settle("g/1.csv", "id,total\n1,many\n2,more\n", stated)
    #expect(all["reason"] as? String == "over-budget")
  }

  @Test func `says who decided also where the environment does not`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id\n1\n")
    let folders = ["inbox", "outbox", "state"].flatMap {
      ["--\($0)", "\(place.scratch.path)/\($0)"]
    }
    let ending = try Command.run(
      Places.dropmill,
      ["schema", "pin", "f"] + folders,
      environment: ["SUDO_USER": "", "USER": "", "LOGNAME": ""]
    )
    #expect(ending.status == 0)
    let shown = try place.run(["schema", "show", "f", "--json"])
    let page = try #require(
      try JSONSerialization.jsonObject(with: Data(shown.output)) as? [String: Any]
    )
    let decision = try #require((page["decisions"] as? [[String: Any]])?.first)
    #expect(decision["by"] as? String == NSUserName())
  }

  @Test func `states a type as a version of its own, which the next batch brings along`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,zip\n1,5\n")
    try place.run(["schema", "pin", "f", "zip=string"])
    let difference = try place.run(["schema", "diff", "f"])
    #expect(difference.status == 1)
    #expect(difference.text == "widened\tzip: integer to string\n")
    try place.settle("f/2.csv", "id,zip,more\n2,7,8\n")
    #expect(try place.records(of: "f").last == #"{"id":2,"more":8,"zip":"7"}"#)
    let step = try #require(try place.schema("f", 2)["x-dropmill"] as? [String: Any])
    #expect(step["decided_by"] as? String == "ann")
    #expect(step["proved_by"] == nil)
    let manifest = try place.scratch.json("outbox/f/f-00000002.manifest.json")
    #expect(
      (manifest["schema_changes"] as? [[String: Any]])?.map { $0["version"] as? Int } == [2, 3]
    )
  }

  @Test func `pins what it names, and what was pinned can widen again`() throws {
    let place = try Workplace()
    try place.settle("f/1.csv", "id,a,b\n1,1,1\n")
    try place.run(["schema", "pin", "f", "a"])
    let mixed = try place.settle("f/2.csv", "id,a,b\n2,x,y\n3,4,z\n")
    #expect(mixed["rejected"] as? Int == 1)
    #expect(try place.records(of: "f").last == #"{"a":4,"b":"z","id":3}"#)
    try place.run(["schema", "unpin", "f"])
    try place.settle("f/3.csv", "id,a,b\n5,x,y\n")
    #expect(try place.records(of: "f").last == #"{"a":"x","b":"y","id":5}"#)
  }

  @Test func `of the settings file holds for its feed alone, with the rejects it puts up with`()
    throws
  {
    let place = try Workplace()
    try place.scratch.write(
      "dropmill.yaml",
      "feeds:\n  pinned: {contract: pin, max-rejects: 60%}\n  strict: {contract: pin, max-rejects: 0%}\n"
    )
    for feed in ["pinned", "strict", "free"] { try place.settle("\(feed)/1.csv", "id\n1\n2\n") }
    let text = "id\nx\n3\n"
    #expect(try place.settle("pinned/p.csv", text)["rejected"] as? Int == 1)
    #expect(try place.settle("strict/s.csv", text)["reason"] as? String == "over-budget")
    #expect(try place.settle("free/f.csv", text)["records_written"] as? Int == 2)
    #expect(try place.records(of: "pinned").last == #"{"id":3}"#)
    #expect(try place.records(of: "free").last == #"{"id":"3"}"#)
  }

  @Test func `of the settings holds without a command`() throws {
    let place = try Workplace()
    let pin = ["--set", "contract=pin", "--set", "max-rejects=60%"]
    try place.settle("f/1.csv", "id\n1\n", pin)
    let receipt = try place.settle("f/2.csv", "id\nx\n2\n", pin)
    #expect(receipt["rejected"] as? Int == 1)
    #expect(try place.settle("f/3.csv", "id\nx\n", pin)["reason"] as? String == "over-budget")
  }
}
