import TestKit
import Testing

@Suite struct `A feed` {
  @Test func `takes new columns and wider types as they come, a schema version each`() throws {
    let place = try Workplace()
    let drops = [
      "id,name\n1,Ann\n",
      "city,id,name\nOslo,2,Ben\n",
      "id,name,city\nA7,Cas,Rome\n",
    ]
    for (number, text) in drops.enumerated() {
      try place.drop("people/\(number).csv", text)
      #expect(try place.watchOnce().status == 0)
    }
    #expect(
      try place.records(of: "people") == [
        #"{"id":1,"name":"Ann"}"#,
        #"{"city":"Oslo","id":2,"name":"Ben"}"#,
        #"{"city":"Rome","id":"A7","name":"Cas"}"#,
      ]
    )
    for version in 1...3 {
      #expect(place.scratch.has("outbox/people/schema/v\(version).schema.json"))
    }
    try expectNoBreach(place)
  }

  @Test func `reads a drop anew that comes again under other settings`() throws {
    let place = try Workplace()
    let text = "Name,day\nAnn,03/04/2026\nBen,05/06/2026\n"
    let rename = ["--set", "rename={Name: name}"]
    try place.settle("f/1.csv", text)
    let changed = try place.settle("f/2.csv", text, rename + ["--set", "date-order=dmy"])
    #expect(changed["records_written"] as? Int == 2)
    #expect(changed["same_content_as"] as? String == "1.csv")
    #expect(
      try place.records(of: "f").suffix(2) == [
        #"{"day":"03/04/2026","name":"Ann"}"#, #"{"day":"05/06/2026","name":"Ben"}"#,
      ]
    )
    // Under the same settings it is known at once, by its content alone.
    let again = try place.settle("f/3.csv", text, rename + ["--set", "date-order=dmy"])
    #expect(again["first_processed"] is String)
    #expect(again["same_content_as"] as? String == "2.csv")
    // What does not bear on the records is no other reading.
    let expected = try place.settle("f/4.csv", text, ["--set", "expect.rows=9.."])
    #expect(expected["first_processed"] is String)
    #expect(expected["same_content_as"] as? String == "1.csv")
  }

  @Test func `does not let a name out of its folder`() throws {
    let place = try Workplace()
    let names = [
      "two words.csv", "-rf.csv", "$(touch x).csv", "semi;colon.csv", "new\nline.csv",
      "<img onerror>.csv", "..hidden.csv", "e\u{301}.csv", "\u{e9}.csv", "CON.csv", "%2e%2e%2f.csv",
    ]
    for (number, name) in names.enumerated() {
      try place.drop("in/\(name)", "id,n\n\(number),1\n")
    }
    let before = place.scratch.files().filter { $0.hasPrefix("inbox/in/..hidden") }.count
    #expect(try place.watchOnce().status == 0)
    // A name that starts with a dot is somebody's unfinished file.
    #expect(before == 1)
    #expect(place.receiptPaths.count == names.count - 1)
    #expect(try place.records(of: "in").count == names.count - 1)
    let allowed = /[A-Za-z0-9._\/-]+/
    for path in place.scratch.files(under: "outbox") {
      #expect(path.wholeMatch(of: allowed) != nil, "\(path)")
    }
    let places = Set(place.scratch.files().compactMap { $0.split(separator: "/").first })
    #expect(places == ["inbox", "outbox", "state"])
    try expectNoBreach(place)
  }

  @Test func `counts a record once, within a drop and across drops`() throws {
    let place = try Workplace()
    try place.drop("log/1.csv", "id,what\n1,on\n2,off\n1,on\n")
    #expect(try place.watchOnce().status == 0)
    try place.drop("log/2.json", #"[{"what":"off","id":2},{"what":"on","id":3}]"#)
    #expect(try place.watchOnce().status == 0)
    #expect(
      try place.records(of: "log") == [
        #"{"id":1,"what":"on"}"#, #"{"id":2,"what":"off"}"#, #"{"id":3,"what":"on"}"#,
      ]
    )
    let first = try #require(try place.receipts(of: "1.csv").first)
    #expect((first.recordsRead, first.recordsWritten, first.duplicates) == (3, 2, 1))
    let second = try #require(try place.receipts(of: "2.json").first)
    #expect((second.recordsRead, second.recordsWritten, second.duplicates) == (2, 1, 1))
    try expectNoBreach(place)
  }

  private func expectNoBreach(_ place: Workplace) throws {
    guard Verifier.isAvailable else { return }
    let verdict = try Verifier.check("\(place.scratch.path)/outbox")
    #expect(verdict.status == 0, "\(verdict.text)")
  }

  @Test func `an element below the first level that was an array once stays one`() throws {
    let place = try Workplace()
    func order(_ id: Int, _ lines: String) -> String {
      "<o><id>\(id)</id><box><kind>a</kind>\(lines)</box></o>"
    }
    let one = "<line>x</line>"
    try place.drop("orders-1.xml", "<r>\(order(1, one + one))\(order(2, one))</r>")
    _ = try place.watchOnce()
    try place.drop("orders-2.xml", "<r>\(order(3, one))\(order(4, one))</r>")
    _ = try place.watchOnce()
    #expect(
      try place.records(of: "orders") == [
        #"{"box":{"kind":"a","line":["x","x"]},"id":1}"#,
        #"{"box":{"kind":"a","line":["x"]},"id":2}"#,
        #"{"box":{"kind":"a","line":["x"]},"id":3}"#,
        #"{"box":{"kind":"a","line":["x"]},"id":4}"#,
      ]
    )
  }
}
