import Foundation
import TestKit
import Testing

@Suite struct `A rebuild` {
  /// A place whose ledger is about to be lost: several forms, a wider schema, duplicates, rejects, two feeds.
  private func made() throws -> Workplace {
    let place = try Workplace()
    try place.drop("orders/a.csv", "id,name\n1,Ann\n2,Ben\n3,Cas\n")
    try place.drop("orders/b.csv", "id,name\n3,Cas\n4,Dan\n")
    #expect(try place.watchOnce().status == 0)
    try place.settle(
      "orders/c.json",
      #"[{"id":5.5,"name":"Eve","city":"Oslo"},{"id":1,"name":"Ann"}]"#
    )
    try place.settle("orders/again.csv", "id,name\n1,Ann\n2,Ben\n")
    try place.settle("orders-2026-11-24.csv", "id,name\n6,Fay\n7,Gus,x,y,z,1,2,3\n8,Hal\n")
    try place.settle("people/x.xml", "<r><p><n>Ann</n></p><p><n>Ben</n></p></r>")
    return place
  }

  private func rebuild(_ place: Workplace) throws -> Command.Ending {
    let path = place.scratch.path
    return try Command.run(
      Places.dropmill,
      [
        "rebuild", "\(path)/new", "--inbox", "\(path)/inbox", "--outbox", "\(path)/outbox",
        "--state", "\(path)/state",
      ]
    )
  }

  /// How many fingerprints a state has, and its batches, as SQLite tells.
  private func facts(_ place: Workplace, _ state: String) throws -> [String] {
    let script = """
      import sqlite3, sys
      base = sqlite3.connect(sys.argv[1])
      print(base.execute("SELECT sum(count) FROM runs").fetchone())
      for row in base.execute("SELECT name, records, hex(sha256), schema_version FROM batches ORDER BY name"): print(row)
      for row in base.execute("SELECT slug, name, next_sequence, schema_version, written, duplicates, rejected FROM feeds ORDER BY slug"): print(row)
      for row in base.execute("SELECT claim, written, duplicates, rejected, hex(content) FROM drops ORDER BY claim"): print(row)
      """
    let path = "\(place.scratch.path)/\(state)/ledger.sqlite"
    let ending = try Command.run("python3", ["-c", script, path])
    try #require(ending.status == 0, "\(ending.errorText)")
    return ending.lines
  }

  /// The new state takes the place of the old one.
  private func install(_ place: Workplace) throws {
    let path = place.scratch.path
    try FileManager.default.moveItem(atPath: "\(path)/state", toPath: "\(path)/old")
    try FileManager.default.moveItem(atPath: "\(path)/new", toPath: "\(path)/state")
  }

  /// Everything that was ever dropped is dropped once more: nothing of it may be new.
  private func expectAllKnown(_ place: Workplace) throws {
    let before = try place.records(of: "orders") + place.records(of: "people")
    try place.drop("orders/all.csv", "id,name\n1,Ann\n2,Ben\n3,Cas\n4,Dan\n6,Fay\n8,Hal\n")
    try place.drop("orders/one.json", #"[{"id":5.5,"name":"Eve","city":"Oslo"}]"#)
    try place.drop("people/y.csv", "n\nBen\nAnn\n")
    #expect(try place.watchOnce().status == 0)
    #expect(try place.records(of: "orders") + place.records(of: "people") == before)
  }

  @Test func `of a lost ledger has the same batches, drops and fingerprints`() throws {
    let place = try made()
    let before = try facts(place, "state")
    try FileManager.default.removeItem(atPath: "\(place.scratch.path)/state/ledger.sqlite")
    let ending = try rebuild(place)
    #expect(ending.status == 0, "\(ending.errorText)")
    #expect(try facts(place, "new") == before)
    try install(place)
    let verified = try Command.run(
      Places.dropmill,
      ["verify", "\(place.scratch.path)/outbox", "--state", "\(place.scratch.path)/state"]
    )
    #expect(verified.status == 0, "\(verified.text)\(verified.errorText)")
    try expectAllKnown(place)
  }

  @Test func `knows what a target took, from the originals`() throws {
    let place = try made()
    for name in place.scratch.files(under: "outbox/orders") where name.hasPrefix("orders-") {
      try FileManager.default.removeItem(atPath: "\(place.scratch.path)/outbox/orders/\(name)")
    }
    #expect(try rebuild(place).status == 0)
    try install(place)
    try expectAllKnown(place)
  }

  @Test func `knows what has no original any more, from the outbox`() throws {
    let place = try made()
    try FileManager.default.removeItem(atPath: "\(place.scratch.path)/inbox/_done")
    let ending = try rebuild(place)
    #expect(ending.status == 0, "\(ending.errorText)")
    #expect(ending.errorText.contains("0 batches from originals"), "\(ending.errorText)")
    try install(place)
    try expectAllKnown(place)
  }

  @Test func `says which batches are lost, and goes on behind them`() throws {
    let place = try made()
    let path = place.scratch.path
    try FileManager.default.removeItem(atPath: "\(path)/inbox/_done")
    for ending in ["ndjson", "manifest.json"] {
      try FileManager.default.removeItem(atPath: "\(path)/outbox/orders/orders-00000001.\(ending)")
    }
    let ending = try rebuild(place)
    #expect(ending.status == 1)
    #expect(ending.errorText.contains("orders-00000001: lost"), "\(ending.errorText)")
    try install(place)
    let receipt = try place.settle("orders/new.csv", "id,name\n99,Zoe\n")
    #expect(receipt["batch"] as? String == "orders-00000004")
  }

  @Test func `is made where nothing is, and changes nothing else`() throws {
    let place = try made()
    let before = place.scratch.files()
    let path = place.scratch.path
    let ending = try Command.run(
      Places.dropmill,
      [
        "rebuild", "\(path)/state", "--inbox", "\(path)/inbox", "--outbox", "\(path)/outbox",
        "--state", "\(path)/state",
      ]
    )
    #expect(
      ending.status == 73 && ending.errorText.contains("something is there"),
      "\(ending.errorText)"
    )
    #expect(place.scratch.files() == before)
    #expect(try rebuild(place).status == 0)
    #expect(place.scratch.files().filter { !$0.hasPrefix("new/") } == before)
  }
}
