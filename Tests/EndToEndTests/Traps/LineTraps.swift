import Foundation
import TestKit
import Testing

/// What other systems did to files on their way: `docs/traps.md` has the list.
@Suite struct `Of the line` {
  private let orders = "id,name\n1,Ann\n2,Ben\n"

  @Test func `a rejected record shows in exit code, receipt, status and metrics`() throws {
    let place = try Workplace()
    let receipt = try place.settle(
      "people/p.csv",
      "id,name,city\n1,Ann,Oslo\n2,Ben,1,2,3,4,5,6,7,8\n3,Cas,Rome\n"
    )
    #expect(receipt["rejected"] as? Int == 1)
    #expect(receipt["rejected_by_reason"] as? [String: Int] == ["row-width": 1])
    try place.drop("people/q.csv", "id,name,city\n4,Dan,Rome\n5,Eve,1,2,3,4,5,6,7,8\n6,Fay,Bern\n")
    let ending = try place.watchOnce()
    #expect(ending.status == 1 && ending.errorText.contains("1 rejected"), "\(ending.errorText)")
    let state = ["--state", "\(place.scratch.path)/state"]
    let status = try Command.run(Places.dropmill, ["status"] + state)
    #expect(status.text.contains("2"), "\(status.text)")
    let metrics = try Command.run(Places.dropmill, ["status", "--metrics"] + state)
    #expect(metrics.text.contains(/people.*rejected.* 2\b/), "\(metrics.text)")
  }

  @Test(arguments: [-40 * 365, 40 * 365])
  func `the time a copy preserves neither hides a file nor orders it`(days: Int) throws {
    let place = try Workplace()
    try place.settle("orders/new.csv", orders)
    let path = try place.scratch.write("inbox/orders/old.csv", "id,name\n3,Cas\n")
    let moment = Date(timeIntervalSinceNow: Double(days) * 86_400)
    try FileManager.default.setAttributes([.modificationDate: moment], ofItemAtPath: path)
    #expect(try place.watchOnce().status == 0)
    #expect(try place.records(of: "orders").last == #"{"id":3,"name":"Cas"}"#)
  }

  @Test func `the same name with other content is another drop, read from its start`() throws {
    let place = try Workplace()
    try place.settle("orders/daily.csv", orders)
    // As long as the first, to the byte.
    try place.settle("orders/daily.csv", "id,name\n8,Eve\n9,Fay\n")
    #expect(
      try place.records(of: "orders") == [
        #"{"id":1,"name":"Ann"}"#, #"{"id":2,"name":"Ben"}"#, #"{"id":8,"name":"Eve"}"#,
        #"{"id":9,"name":"Fay"}"#,
      ]
    )
  }

  @Test func `a file that gets the inode of an earlier one is a drop of its own`() throws {
    let place = try Workplace()
    var inodes: [Int] = []
    for number in 0..<4 {
      let path = try place.scratch.write("inbox/orders/\(number).csv", "id,name\n\(number),Ann\n")
      let facts = try FileManager.default.attributesOfItem(atPath: path)
      inodes.append((facts[.systemFileNumber] as? Int) ?? 0)
      #expect(try place.watchOnce().status == 0)
      for done in place.scratch.files(under: "inbox/_done") {
        try FileManager.default.removeItem(atPath: "\(place.scratch.path)/inbox/_done/\(done)")
      }
    }
    #expect(try place.records(of: "orders").count == 4, "inodes \(inodes)")
  }

  @Test func `a replay goes through all of the line as it is now, once`() throws {
    let place = try Workplace()
    try place.scratch.write(
      "dropmill.yaml",
      "feeds:\n  orders: {delimiter: \";\", max-rejects: 0%}\n"
    )
    let held = try place.settle("orders/a.csv", "id;when\n1;01.02.2026\n2;x;y;z\n")
    #expect(held["result"] as? String == "held")
    let drop = try #require(held["drop"] as? String)
    try place.scratch.write(
      "dropmill.yaml",
      "feeds:\n  orders: {delimiter: \";\", date-order: dmy, max-rejects: 50%, rename: {when: day}}\n"
    )
    let config = ["--config", "\(place.scratch.path)/dropmill.yaml"]
    try place.run(["retry", drop] + config)
    #expect(try place.records(of: "orders") == [#"{"day":"2026-02-01","id":1}"#])
    try place.run(["retry", drop] + config)
    #expect(try place.records(of: "orders").count == 1)
  }

  @Test func `no value of a drop is ever said on the way, not even a bad one`() throws {
    let place = try Workplace()
    let canary = "c4n4ry"
    let drops = [
      "people/a.csv": "id,name\n1,\(canary)\n2,\(canary),x,y,z,\(canary)\n3,\"\(canary)\n",
      "people/b.json":
        #"[{"id":1,"name":"\#(canary)"},{"id":2,"name":{"\#(canary)":1}},"\#(canary)"]"#,
      "people/c.ndjson": "{\"name\":\"\(canary)\"}\n{\"name\":\"\(canary)\n",
      "people/d.json": #"{"a":[{"name":"\#(canary)"},{"name":\#(canary)}]}"#,
      "people/e.xml": "<r><p><n>\(canary)</n></p><p><n>\(canary)</m></p></r>",
    ]
    for (name, text) in drops { try place.drop(name, text) }
    let ending = try place.watchOnce(["--set", "max-rejects=100%"])
    #expect(ending.status == 1)
    #expect(!ending.errorText.isEmpty && !ending.errorText.contains(canary), "\(ending.errorText)")
    let state = ["--state", "\(place.scratch.path)/state"]
    for words in [["status"], ["status", "--metrics"], ["drops"], ["batches"], ["feeds"]] {
      let told = try Command.run(Places.dropmill, words + state)
      #expect(!told.text.contains(canary) && !told.errorText.contains(canary), "\(words)")
    }
  }
}
