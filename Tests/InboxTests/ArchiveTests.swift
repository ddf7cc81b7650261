import Files
import Inbox
import TestKit
import Testing

struct ArchiveTests {
  let scratch: ScratchFolder
  let later = WallClock { Timestamp(seconds: WallClock.system.now.seconds + 3_600) }
  let now = ContinuousClock.now

  init() throws { scratch = try ScratchFolder() }

  func claim(_ name: String, _ text: String) throws -> (Inbox, ClaimedDrop) {
    try scratch.write(name, text)
    let inbox = try Inbox(path: Array(scratch.path.utf8), clock: later)
    try inbox.refresh(at: now)
    return (inbox, try #require(try inbox.claim(upTo: 1, at: now).first))
  }

  func archive(of inbox: Inbox) throws -> Archive {
    Archive(in: try inbox.openRoot(), of: inbox.claims.directories)
  }

  @Test func `a drop is placed with its receipt beside it`() throws {
    let (inbox, claim) = try claim("a.csv.gz", "a")
    let archive = try archive(of: inbox)
    try archive.place(claim, in: .done(day: "2026-11-23"), feed: "a", receipt: Array("{}".utf8))
    try archive.sync()
    #expect(try scratch.text("_done/2026-11-23/a/a.csv.gz") == "a")
    #expect(try scratch.text("_done/2026-11-23/a/a.csv.gz.receipt.json") == "{}")
    #expect(try inbox.claims.leftovers().moved.contains(claim.id))
  }

  @Test func `the same name twice gets a number`() throws {
    for text in ["1", "2", "3"] {
      let (inbox, claim) = try claim("a.csv.gz", text)
      try archive(of: inbox).place(claim, in: .held, feed: "a", receipt: Array(claim.id.utf8))
      try inbox.claims.recycleEmpty()
    }
    #expect(try scratch.text("_held/a/a.csv.gz") == "1")
    #expect(try scratch.text("_held/a/a~2.csv.gz") == "2")
    #expect(try scratch.text("_held/a/a~3.csv.gz") == "3")
    #expect(scratch.has("_held/a/a~3.csv.gz.receipt.json"))
  }

  @Test func `a receipt written before a crash is taken up again`() throws {
    let (inbox, claim) = try claim("a.csv", "a")
    try scratch.write("_done/d/f/a.csv.receipt.json", "{\"drop\":\"\(claim.id)\",\"old\":1}")
    let receipt = Array("{\"drop\":\"\(claim.id)\"}".utf8)
    let name = try archive(of: inbox).place(claim, in: .done(day: "d"), feed: "f", receipt: receipt)
    #expect(name == Array("a.csv".utf8))
    #expect(try scratch.bytes("_done/d/f/a.csv.receipt.json") == receipt)
  }

  @Test(arguments: ["", "{\"drop\":\"ot", "\0\0\0\0"])
  func `what a power cut left of a receipt gives its name to the drop that it was of`(
    left: String
  ) throws {
    let (inbox, claim) = try claim("a.csv", "a")
    try scratch.write("_done/d/f/a.csv.receipt.json", left)
    let receipt = Array("{\"drop\":\"\(claim.id)\"}".utf8)
    let name = try archive(of: inbox).place(claim, in: .done(day: "d"), feed: "f", receipt: receipt)
    #expect(name == Array("a.csv".utf8))
    #expect(try scratch.bytes("_done/d/f/a.csv.receipt.json") == receipt)
  }

  @Test func `somebody else's receipt is never overwritten`() throws {
    let (inbox, claim) = try claim("a.csv", "a")
    try scratch.write("_done/d/f/a.csv.receipt.json", "{\"drop\":\"other\"}")
    let name = try archive(of: inbox).place(claim, in: .done(day: "d"), feed: "f", receipt: [])
    #expect(name == Array("a~2.csv".utf8))
    #expect(try scratch.text("_done/d/f/a.csv.receipt.json") == "{\"drop\":\"other\"}")
  }

  @Test func `the longest of names still gets a receipt and a number`() throws {
    let long = String(repeating: "n", count: 240) + ".csv.gz.longer"
    for _ in 0..<2 {
      let (inbox, claim) = try claim(String(long.prefix(255)), "a")
      try archive(of: inbox).place(claim, in: .held, feed: "f", receipt: Array(claim.id.utf8))
    }
    #expect(scratch.files(under: "_held/f").count == 4)
  }

  @Test func `rejects are seen once their drop is settled, each table under its own name`() throws {
    for text in ["x", "y"] {
      let (inbox, claim) = try claim("a.json.gz", text)
      let archive = try archive(of: inbox)
      let path = try archive.prepareRejects(of: claim, feed: "f", Array(text.utf8))
      #expect(!scratch.has(path))
      try archive.showRejects(of: claim, feed: "f")
      try archive.showRejects(of: claim, feed: "f")
      #expect(try scratch.text(path) == text)
      try archive.place(claim, in: .held, feed: "f", receipt: [])
    }
    #expect(scratch.files(under: "_rejected/f") == ["a.csv", "a~2.csv"])
  }
}
