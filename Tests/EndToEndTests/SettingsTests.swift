import Foundation
import TestKit
import Testing

@Suite struct `The settings, from outside` {
  @Test func `of a file hold for the drops of their feed alone`() throws {
    let place = try Workplace()
    try place.scratch.write(
      "dropmill.yaml",
      """
      feeds:
        orders:
          files: ["Bestell*"]
          date-order: dmy
          decimal-mark: comma
          names: snake_case
          null-words: ["-"]
      """
    )
    try place.drop("Bestellung.csv", "Order ID;Preis;Tag\n1;1.234;03/04/2026\n2;-;05/06/2026\n")
    try place.drop("other.csv", "Tag\n03/04/2026\n")
    let ending = try place.watchOnce(["--config", "\(place.scratch.path)/dropmill.yaml"])
    #expect(ending.status == 0, "\(ending.errorText)")
    #expect(
      try place.records(of: "orders") == [
        #"{"order_id":1,"preis":1234,"tag":"2026-04-03"}"#,
        #"{"order_id":2,"tag":"2026-06-05"}"#,
      ]
    )
    #expect(try place.records(of: "other") == [#"{"Tag":"03/04/2026"}"#])
    if Verifier.isAvailable {
      let check = try Verifier.check("\(place.scratch.path)/outbox")
      #expect(check.status == 0, "\(check.text)")
    }
  }

  @Test(arguments: [
    ("feeds: {a: {delimeter: x}}", "1:13: settings-unknown-key", "Did you mean “delimiter”?"),
    ("feeds:\n  a: {skip: -1}", "2:13: settings-wrong-value", "a whole number"),
    ("feeds: [", "2:1: settings-not-yaml", "Mend the line"),
  ])
  func `that are wrong end every command that reads them with 78`(
    text: String,
    place: String,
    hint: String
  ) throws {
    let scratch = try ScratchFolder()
    try scratch.write("dropmill.yaml", text)
    try scratch.folder("inbox")
    try scratch.write("a.csv", "a\n1\n")
    for words in [
      ["watch", "--once"], ["settings"], ["convert", "--config", "dropmill.yaml", "a.csv"],
    ] {
      let ending = try Command.run(Places.dropmill, words, in: scratch.path)
      #expect(ending.status == 78)
      #expect(ending.errorText.contains("dropmill.yaml:\(place)"), "\(ending.errorText)")
      #expect(ending.errorText.contains(hint), "\(ending.errorText)")
      #expect(ending.output.isEmpty)
    }
    #expect(scratch.files(under: ".dropmill").isEmpty)
  }

  @Test func `show what is in force and where it comes from`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("dropmill.yaml", "inbox: in\nfeeds:\n  orders:\n    skip: 1\n    header: 2\n")
    let ending = try Command.run(
      Places.dropmill,
      ["settings", "orders", "--set", "quote=none"],
      environment: ["DROPMILL_SKIP": "3"],
      in: scratch.path
    )
    #expect(ending.status == 0)
    let rows = ending.lines.map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["skip", "3", "environment", "DROPMILL_SKIP"]))
    #expect(rows.contains(["header", "2", "dropmill.yaml:5:5"]))
    #expect(rows.contains(["quote", "none", "--set", "quote=none"]))
    #expect(rows.contains(["retention", "400d", "default"]))
    let json = try Command.run(Places.dropmill, ["settings", "--json"], in: scratch.path)
    let object = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
    let feeds = try #require(object?["feeds"] as? [String: Any])
    let orders = try #require(feeds["orders"] as? [String: [String: Any]])
    #expect(orders["skip"]?["origin"] as? String == "dropmill.yaml:4:5")
  }

  @Test func `may be stated on the command line of convert and detect`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("a.csv", "day\n03/04/2026\n")
    let plain = try Command.run(Places.dropmill, ["convert", "a.csv"], in: scratch.path)
    #expect(plain.text == "{\"day\":\"03/04/2026\"}\n")
    #expect(plain.errorText.contains("State `date-order`."))
    let stated = try Command.run(
      Places.dropmill,
      ["convert", "--date-order", "dmy", "a.csv"],
      in: scratch.path
    )
    #expect(stated.text == "{\"day\":\"2026-04-03\"}\n")
    #expect(stated.errorText == "")
    let detected = try Command.run(
      Places.dropmill,
      ["detect", "--header", "none", "a.csv"],
      in: scratch.path
    )
    #expect(detected.text.contains("stated"))
    #expect(detected.text.contains("2 records"))
  }
}
