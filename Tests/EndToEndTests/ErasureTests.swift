import Files
import Foundation
import Glibc
import TestKit
import Testing

/// A person is taken out of all that is kept, and no kill on the way leaves a byte behind.
@Suite struct `An erasure` {
  private static let points = CrashPoint.allCases.filter {
    $0.rawValue.hasPrefix("erase-") && $0 != .eraseForgotten
  }

  @Test func `leaves no byte of the person, and everybody else`() throws {
    let place = try ErasurePlaces.next()
    #expect(try place.traces() != [], "the search for the person finds nothing before")
    let before = try place.lines()
    let planned = try place.erase(["--dry-run", "--json"])
    #expect(planned.status == 1)
    #expect(try place.lines() == before, "a plan changes nothing")
    let ending = try place.erase(["--json"])
    // One held drop is cut short: nobody can look into it.
    #expect(ending.status == 1, "\(ending.errorText)")
    for text in [ending.text, ending.errorText] { #expect(!ErasurePlaces.names(text)) }
    let plan = try place.object(planned.output)
    let report = try place.object(ending.output)
    for member in ["batches", "originals", "held", "rejects", "unread"] {
      #expect(plan[member] as? [String] == report[member] as? [String], "\(member)")
    }
    #expect((report["batches"] as? [String])?.count == 3)
    #expect((report["originals"] as? [String])?.count == 5)
    #expect((report["held"] as? [String])?.count == 1)
    #expect((report["rejects"] as? [String])?.count == 1)
    #expect(report["unread"] as? [String] == ["_held/people/cut.csv.gz"])
    try place.expectErased()
  }

  @Test(arguments: points, [1, 2])
  func `that is killed at any step is finished by the next start`(
    point: CrashPoint,
    visit: Int
  ) throws {
    let place = try ErasurePlaces.next()
    let ending = try place.erase(crashingAt: "\(point.rawValue):\(visit)")
    #expect(ending.status == 128 + SIGKILL || visit == 2, "\(point) was not reached")
    // The start that finishes it is killed as well.
    _ = try place.watchOnce(crashingAt: point.rawValue)
    #expect([0, 1].contains(try place.watchOnce().status))
    try place.expectErased()
  }

  @Test func `is asked of the process that watches, which is kept to its folders`() throws {
    let place = try ErasurePlaces.next()
    let watch = try place.watch()
    try watch.waitUntilWatching()
    let status = try place.object(try place.status().output)
    #expect((status["confinement"] as? String)?.contains("by seccomp") == true)
    #expect(try place.erase().status == 1)
    watch.signal(SIGINT)
    _ = try watch.wait()
    try place.expectErased()
  }

  @Test func `works on a ledger that knew of no erasures`() throws {
    let place = try ErasurePlaces.next()
    try place.makeOlder()
    #expect(try place.erase().status == 1)
    try place.expectErased()
  }

  @Test func `is told to targets so that they can do it`() throws {
    let place = try ErasurePlaces.next()
    #expect(try place.consume() > 0)
    #expect(ErasurePlaces.names(String(decoding: try place.bytes("taken"), as: UTF8.self)))
    let others = try place.lines().filter { !ErasurePlaces.names($0) }
    #expect(try place.erase().status == 1)
    #expect(try place.consume() == 1, "the tombstone, and no batch twice")
    #expect(try place.taken().sorted() == others.sorted())
  }

  @Test(arguments: ["", "erase-recorded", "erase-cut-written", "erase-cut-done", "erase-committed"])
  func `finds somebody in a field that a repair put together`(killedAt point: String) throws {
    let place = ErasurePlace(scratch: try ScratchFolder(), number: 0)
    try place.scratch.folder("0/inbox")
    let names = ["Ann Lee", "Ben Ray", "Cas Fox", "Dan Oak", "Eve Ash", "Fay Elm", "Gus Yew"]
    let others = (1...29).map {
      "\($0),f\($0)@example.org,\(names[$0 % 7]),\(["Oslo", "Rome", "Bern"][$0 % 3])"
    }
    let mended = "78,\(ErasurePlaces.email), at work,\(ErasurePlaces.name),Oslo"
    let quoted = "79,\"\(ErasurePlaces.email), at work\",\(ErasurePlaces.name),Oslo"
    let other = "80,x@example.org,Cas Fox,Rome"
    func drop(_ name: String, _ rows: [String]) throws {
      let lines = ["id,email,name,city"] + rows
      try place.drop(name, Array((lines.joined(separator: "\n") + "\n").utf8))
    }
    // One as the repair would make it stands in an earlier drop, where nothing was repaired.
    for (name, row) in [("a.csv", quoted), ("b.csv", mended), ("c.csv", other)] {
      try drop(name, others[..<9] + [row] + others[9...])
      _ = try place.watchOnce()
    }
    #expect(try place.lines().contains { $0.contains("at work") && $0.contains(#""id":78"#) })
    let plan = try place.object(try place.erase(["--dry-run", "--json"]).output)
    #expect((plan["originals"] as? [String])?.count == 2)
    #expect((plan["batches"] as? [String])?.count == 2)
    if !point.isEmpty {
      #expect(try place.erase(crashingAt: "\(point):1").status == 128 + SIGKILL)
      #expect(try place.watchOnce().status == 0)
    } else {
      #expect(try place.erase().status == 0)
    }
    #expect(try place.traces() == [])
    #expect(try place.lines().count == 31, "the others, and what tells targets")
    let later = [mended.replacing("78", with: "81"), quoted, "82,y@z.org,Dan Oak,Bern"]
    try drop("again.csv", others + later)
    #expect(try place.watchOnce().status == 1)
    #expect(try place.traces() == [])
    let last = #"{"city":"Bern","email":"y@z.org","id":82,"name":"Dan Oak"}"#
    #expect(try place.lines().last == last)
  }

  @Test func `of somebody who is not there says so, and of what is not there`() throws {
    let place = try ErasurePlaces.next()
    let before = try place.lines()
    let nobody = try place.run(["erase", "--feed", "people", "--key", "email=nobody@example.org"])
    #expect(nobody.status == 1)
    #expect(try place.lines().filter { !$0.contains("$erased") } == before)
    #expect(try place.run(["erase", "--feed", "nowhere", "--key", "email=x"]).status == 64)
    let column = try place.run(["erase", "--feed", "people", "--key", "mail=x"])
    #expect(column.status == 64)
    #expect(column.errorText.contains("email"))
    #expect(try place.run(["erase", "--feed", "people", "--key", "email="]).status == 64)
  }
}

/// Folders in which a person has left traces everywhere, all alike.
enum ErasurePlaces {
  static let email = "jana.k+old@example.org"
  static let name = "Jana Kowalska"

  private static let made = Result { try Stock() }

  static func next() throws -> ErasurePlace { try made.get().next() }

  static func names(_ text: String) -> Bool { text.contains(email) || text.contains(name) }

  /// Records of those ids, and between them two that are torn: one of the person and one of somebody else.
  static func torn(_ ids: [Int]) -> String {
    var lines = ids.map { #"{"id":\#($0),"email":"f\#($0)@example.org"}"# }
    lines.insert(#"{"id":78 "email":"\#(email)","name":"\#(name)"}"#, at: 2)
    lines.insert(#"{"id":7 "email":"cas@example.org"}"#, at: 3)
    return lines.joined(separator: "\n") + "\n"
  }

  private final class Stock: Sendable {
    let scratch: ScratchFolder
    let used = Counter()

    init() throws {
      scratch = try ScratchFolder()
      try scratch.folder("0/inbox")
      let place = ErasurePlace(scratch: scratch, number: 0)
      let jana = "\(email),\(name)"
      // Packed, with a row that is mended.
      let first = """
        id,email,name
        1,ann@example.org,Ann
        77,\(jana)
        2,ben@example.org,Ben
        79,\(jana),

        """
      try place.drop("a.csv.gz", Gzip.member(Array(first.utf8)))
      _ = try place.watchOnce()
      let json = """
        [{"id":77,"email":"\(email)","name":"\(name)","city":"Łódź"},{"id":4,"email":"d@example.org"}]
        """
      try place.drop("b.json", Array(json.utf8))
      _ = try place.watchOnce()
      // All of it is known, so it has no batch, and its original has the person nonetheless.
      try place.drop("c.csv", Array("id,email,name\n77,\(jana)\n1,ann@example.org,Ann\n".utf8))
      // Alone in its original.
      try place.drop("d.csv", Array("id,email,name\n80,\(jana)\n".utf8))
      try place.drop("r.ndjson", Array(torn([6, 10, 11, 12]).utf8))
      _ = try place.watchOnce()
      _ = try place.run(["schema", "pin", "people"])
      // Held: too much does not fit what is pinned.
      let many = "id,email,name\n5,eve@example.org,Eve\nfive,\(jana)\nsix,\(jana)\nx,a@b.c,X\n"
      try place.drop("held.csv", Array(many.utf8))
      try place.drop("cut.csv.gz", Gzip.member(Array(first.utf8)).dropLast(6))
      _ = try place.watchOnce()
      // A socket cannot be copied.
      try FileManager.default.removeItem(atPath: "\(scratch.path)/0/state/control")
      for number in 1...40 {
        try FileManager.default.copyItem(
          atPath: "\(scratch.path)/0",
          toPath: "\(scratch.path)/\(number)"
        )
      }
    }

    func next() -> ErasurePlace { ErasurePlace(scratch: scratch, number: used.next()) }
  }
}

/// One set of folders with traces of a person.
struct ErasurePlace {
  let scratch: ScratchFolder
  let number: Int

  private var path: String { "\(scratch.path)/\(number)" }

  func drop(_ name: String, _ bytes: some Sequence<UInt8>) throws {
    try scratch.write("\(number)/inbox/people/\(name)", Array(bytes))
  }

  func bytes(_ name: String) throws -> [UInt8] { try scratch.bytes("\(number)/\(name)") }

  func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  func watchOnce(crashingAt point: String? = nil) throws -> Command.Ending {
    try Command.run(
      Places.dropmill,
      ["watch", "inbox", "outbox", "--state", "state", "--once"],
      environment: point.map { [CrashPoint.variable: $0] } ?? [:],
      in: path
    )
  }

  func status() throws -> Command.Ending {
    try Command.run(Places.dropmill, ["status", "--state", "state", "--json"], in: path)
  }

  func watch() throws -> Command {
    try Command(Places.dropmill, ["watch", "inbox", "outbox", "--state", "state"], in: path)
  }

  func run(_ words: [String], crashingAt point: String? = nil) throws -> Command.Ending {
    try Command.run(
      Places.dropmill,
      words + ["--inbox", "inbox", "--outbox", "outbox", "--state", "state"],
      environment: point.map { [CrashPoint.variable: $0] } ?? [:],
      in: path
    )
  }

  func erase(
    _ options: [String] = [],
    crashingAt point: String? = nil
  ) throws -> Command.Ending {
    try run(
      ["erase", "--feed", "people", "--key", "email=\(ErasurePlaces.email)"] + options,
      crashingAt: point
    )
  }

  /// The lines of all batches, in sequence.
  func lines() throws -> [String] {
    try scratch.files(under: "\(number)/outbox/people").filter { $0.hasSuffix(".ndjson") }.sorted()
      .flatMap { batch in
        try scratch.text("\(number)/outbox/people/\(batch)").split(separator: "\n").map(String.init)
      }
  }

  /// The files that hold something of the person, packed or not, or whose names do.
  func traces() throws -> [String] {
    let script = """
      import os, sys, zlib
      needles = [word.encode(code) for word in sys.argv[2:] for code in ("utf-8", "utf-16-le")]
      for folder, _, names in os.walk(sys.argv[1]):
          for name in names:
              path = os.path.join(folder, name)
              if not os.path.isfile(path): continue
              data = open(path, "rb").read()
              if data[:2] == b"\\x1f\\x8b": data += zlib.decompressobj(31).decompress(data)
              if any(needle in data for needle in needles): print(os.path.relpath(path, sys.argv[1]))
      """
    let words = [
      ErasurePlaces.email, "Kowalska", "\\u0141\\u00f3d\\u017a", "Łódź",
    ]
    let ending = try Command.run("python3", ["-c", script, path] + words)
    try #require(ending.status == 0, "\(ending.errorText)")
    return ending.lines.sorted()
  }

  /// Lets the reference consumer take what is there; gives how many lines it took.
  func consume() throws -> Int {
    let script = """
      import sys
      sys.path.insert(0, sys.argv[1])
      import consumer
      count, troubles = consumer.take("outbox", "taken")
      print(count)
      for trouble in troubles: print(trouble, file=sys.stderr)
      """
    let ending = try Command.run(
      "python3",
      ["-c", script, "\(Places.package)/Examples/consumer"],
      in: path
    )
    #expect(ending.errorText == "")
    return Int(ending.lines.first ?? "") ?? -1
  }

  /// The records that the reference consumer has.
  func taken() throws -> [String] {
    let script = """
      import sqlite3
      for row in sqlite3.connect("taken").execute("SELECT line FROM records"): print(row[0])
      """
    return try Command.run("python3", ["-c", script], in: path).lines
  }

  /// Gives the ledger the tables that it had before there were erasures.
  func makeOlder() throws {
    let script = """
      import sqlite3
      ledger = sqlite3.connect("state/ledger.sqlite")
      for table in ("cuts", "erased", "erasures", "subjects"): ledger.execute(f"DROP TABLE {table}")
      ledger.execute("ALTER TABLE batches DROP COLUMN told")
      gone = ledger.execute(
          "DELETE FROM grdb_migrations WHERE identifier LIKE 'erasures%' OR identifier LIKE '% tell %'")
      ledger.commit()
      assert gone.rowcount == 2
      """
    let ending = try Command.run("python3", ["-c", script], in: path)
    try #require(ending.status == 0, "\(ending.errorText)")
  }

  /// Nothing of the person is left but what could not be looked into; the others are all there, sums close,
  /// and drops that come later bring nothing back.
  func expectErased() throws {
    #expect(try traces() == ["inbox/_held/people/cut.csv.gz"])
    try expectOthers()
    let person = #"{"id":77,"email":"\#(ErasurePlaces.email)"}"# + "\n"
    try drop("again.ndjson", Array((person + ErasurePlaces.torn([9, 20, 21, 22])).utf8))
    // The very content that was there before.
    try drop(
      "c.csv",
      Array(
        "id,email,name\n77,\(ErasurePlaces.email),\(ErasurePlaces.name)\n1,ann@example.org,Ann\n"
          .utf8
      )
    )
    #expect(try watchOnce().status == 1)
    #expect(try traces() == ["inbox/_held/people/cut.csv.gz"])
    #expect(try lines().contains(#"{"email":"f9@example.org","id":9}"#))
    let receipt = scratch.files(under: "\(number)/inbox/_done").first {
      $0.hasSuffix("/again.ndjson.receipt.json")
    }
    let told = try scratch.json("\(number)/inbox/_done/\(try #require(receipt))")
    #expect(told["records_written"] as? Int == 4)
    #expect(told["rejected"] as? Int == 3)
    #expect(told["rejected_by_reason"] as? [String: Int] == ["suppressed": 2, "invalid-json": 1])
    try expectVerified()
  }

  private func expectOthers() throws {
    let lines = try lines()
    let others =
      [
        #"{"email":"ann@example.org","id":1,"name":"Ann"}"#,
        #"{"email":"ben@example.org","id":2,"name":"Ben"}"#,
        #"{"email":"d@example.org","id":4}"#,
      ] + [6, 10, 11, 12].map { #"{"email":"f\#($0)@example.org","id":\#($0)}"# }
    for line in others { #expect(lines.count { $0 == line } == 1, "\(line)") }
    #expect(lines.count == others.count + 1)
    #expect(lines.last?.hasPrefix(#"{"$erased":{"column":"email","salt":""#) == true)
    let kept = try scratch.files(under: "\(number)/inbox/_done").filter {
      $0.hasSuffix(".erased.ndjson")
    }.flatMap { try scratch.text("\(number)/inbox/_done/\($0)").split(separator: "\n") }
    #expect(kept.count { $0.contains("ann@example.org") } == 2)
    let rejects = scratch.files(under: "\(number)/inbox/_rejected/people")
    #expect(rejects == ["r.csv"])
    #expect(try scratch.text("\(number)/inbox/_rejected/people/r.csv").contains("cas@example.org"))
    try expectVerified()
  }

  private func expectVerified() throws {
    let ending = try Command.run(
      Places.dropmill,
      ["verify", "outbox", "--state", "state"],
      in: path
    )
    #expect(ending.status == 0, "\(ending.text)\(ending.errorText)")
    #expect(scratch.files(under: "\(number)/outbox/.staging") == ["owner"])
  }
}
