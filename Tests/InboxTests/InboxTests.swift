import Files
import Glibc
import Inbox
import TestKit
import Testing

struct InboxTests {
  let scratch: ScratchFolder
  /// A wall clock an hour ahead: whatever is there has been quiet for long.
  let later = WallClock { Timestamp(seconds: WallClock.system.now.seconds + 3_600) }
  let now = ContinuousClock.now

  init() throws { scratch = try ScratchFolder() }

  func open(clock: WallClock? = nil) throws -> Inbox {
    try Inbox(path: Array(scratch.path.utf8), clock: clock ?? later)
  }

  func names(_ claims: [ClaimedDrop]) -> [String] {
    claims.map { String(decoding: $0.path, as: UTF8.self) }
  }

  @Test func `what is there at the start is taken, sub-folders and all, in order`() throws {
    try scratch.write("b.csv", "b")
    try scratch.write("a.csv", "a")
    try scratch.write("orders/eu/x.csv", "x")
    try scratch.write("half.csv.part", "no")
    try scratch.write("_done/2026-01-01/old.csv", "no")
    let inbox = try open()
    try inbox.refresh(at: now)
    let claims = try inbox.claim(upTo: 100, at: now)
    #expect(names(claims) == ["a.csv", "b.csv", "orders/eu/x.csv"])
    #expect(inbox.ignoredCount == 3)
    #expect(inbox.waitingCount == 0)
    for claim in claims {
      let directory = try inbox.claims.directories.directory(of: claim)
      #expect(try directory.facts(claim.name).identity == claim.facts.identity)
    }
    #expect(!scratch.has("a.csv"))
  }

  @Test func `claims are found again with the folder they came from`() throws {
    try scratch.write("orders/eu/x.csv", "x")
    let name: [UInt8] = [0x66, 0xFF, 0x0A]
    try Directory(path: Array(scratch.path.utf8)).create(name).write([0x78])
    let inbox = try open()
    try inbox.refresh(at: now)
    let claims = try inbox.claim(upTo: 100, at: now)
    #expect(claims.count == 2)
    let found = try open().claims.leftovers()
    #expect(Set(found.claims.map(\.id)) == Set(claims.map(\.id)))
    #expect(Set(found.claims.map(\.path)) == Set(claims.map(\.path)))
  }

  @Test func `a claim whose drop was moved on is known by its empty directory`() throws {
    try scratch.write("x.csv", "x")
    let inbox = try open()
    try inbox.refresh(at: now)
    let claim = try #require(try inbox.claim(upTo: 1, at: now).first)
    try inbox.claims.directories.directory(of: claim).remove(claim.name)
    let again = try open()
    #expect(try again.claims.leftovers().moved.contains(claim.id))
    try again.claims.recycleEmpty()
    #expect(try !again.claims.leftovers().moved.contains(claim.id))
  }

  @Test func `a folder has claims made ready for what waits in it alone`() throws {
    for number in 0..<40 { try scratch.write("many/\(number).csv", "x") }
    try scratch.write("one/x.csv", "x")
    try scratch.write("x.csv", "x")
    let inbox = try open()
    try inbox.refresh(at: now)
    #expect(try inbox.claim(upTo: 100, at: now).count == 42)
    let claimed = try Directory(path: Array("\(scratch.path)/.claimed".utf8))
    #expect(try claimed.directory(Array("many".utf8)).entries().count == 40)
    #expect(try claimed.directory(Array("one".utf8)).entries().count == 8)
    #expect(try claimed.entries().count == 8 + 2)
  }

  @Test func `claims that are done with are used again under new names`() throws {
    let inbox = try open()
    try inbox.refresh(at: now)
    var seen: Set<String> = []
    for round in 0..<4 {
      try scratch.write("x.csv", "\(round)")
      try inbox.refresh(at: now)
      let claim = try #require(
        try inbox.claim(upTo: 1, at: now + .seconds(9 * (round + 1))).first
      )
      #expect(seen.insert(claim.id).inserted)
      try inbox.claims.directories.directory(of: claim).remove(claim.name)
      try inbox.claims.recycle([claim])
    }
    #expect(try inbox.claims.leftovers().moved.count <= 8)
    #expect(try inbox.claims.leftovers().claims.isEmpty)
  }

  @Test func `no more are taken than asked for, and the rest later`() throws {
    for number in 0..<20 { try scratch.write("\(number).csv", "x") }
    let inbox = try open()
    try inbox.refresh(at: now)
    #expect(try inbox.claim(upTo: 8, at: now).count == 8)
    #expect(inbox.waitingCount == 12)
    #expect(try inbox.claim(upTo: 100, at: now).count == 12)
  }

  @Test func `a file that is being written is left until its writer has closed it`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let inbox = try open()
    try inbox.refresh(at: now)
    do {
      let writer = try folder.create(Array("a.csv".utf8))
      try writer.write(Array("half".utf8))
      try inbox.refresh(at: now)
      #expect(try inbox.claim(upTo: 9, at: now + .seconds(60)).isEmpty)
      #expect(inbox.waitingCount == 1)
    }
    try inbox.refresh(at: now + .seconds(60))
    #expect(try inbox.claim(upTo: 9, at: now + .seconds(61)).map(\.name) == [Array("a.csv".utf8)])
  }

  @Test func `a folder that is moved in with its files is seen`() throws {
    let outside = try ScratchFolder()
    try outside.write("new/deep/a.csv", "a")
    let inbox = try open()
    try inbox.refresh(at: now)
    let from = try Directory(path: Array(outside.path.utf8))
    let to = try Directory(path: Array(scratch.path.utf8))
    try from.rename(Array("new".utf8), to: to, as: Array("new".utf8))
    try inbox.refresh(at: now + .seconds(1))
    #expect(names(try inbox.claim(upTo: 9, at: now + .seconds(1))) == ["new/deep/a.csv"])
  }

  @Test func `a folder that changes its name keeps its drops and its watch`() throws {
    try scratch.folder("one")
    let inbox = try open()
    try inbox.refresh(at: now)
    let root = try Directory(path: Array(scratch.path.utf8))
    try root.rename(Array("one".utf8), to: root, as: Array("two".utf8))
    try inbox.refresh(at: now)
    try scratch.write("two/a.csv", "a")
    try inbox.refresh(at: now)
    #expect(names(try inbox.claim(upTo: 9, at: now + .seconds(9))) == ["two/a.csv"])
  }

  @Test func `a link, a pipe and a device are taken away unread`() throws {
    let link = unsafe symlink("/etc/passwd", "\(scratch.path)/link.csv")
    let pipe = unsafe mkfifo("\(scratch.path)/pipe.csv", 0o600)
    try #require(link == 0 && pipe == 0)
    let inbox = try open()
    try inbox.refresh(at: now)
    let claims = try inbox.claim(upTo: 9, at: now)
    #expect(claims.map(\.reason) == [.notRegular, .notRegular])
    #expect(try open().claims.leftovers().claims.allSatisfy { $0.reason == .notRegular })
  }

  @Test func `a file with a second name waits, then is taken away unread`() throws {
    try scratch.write("keep/a.csv", "a")
    let made = unsafe link("\(scratch.path)/keep/a.csv", "\(scratch.path)/b.csv")
    try #require(made == 0)
    let inbox = try open()
    try inbox.refresh(at: now)
    #expect(try inbox.claim(upTo: 9, at: now).isEmpty)
    #expect(try inbox.claim(upTo: 9, at: now + .seconds(30)).isEmpty)
    let claims = try inbox.claim(upTo: 1, at: now + .seconds(95))
    #expect(claims.map(\.reason) == [.hardLinked])
  }

  @Test func `an inbox that is moved away is lost`() throws {
    try scratch.folder("in")
    let inbox = try Inbox(path: Array("\(scratch.path)/in".utf8), clock: later)
    try inbox.refresh(at: now)
    let root = try Directory(path: Array(scratch.path.utf8))
    try root.rename(Array("in".utf8), to: root, as: Array("gone".utf8))
    try inbox.refresh(at: now)
    #expect(inbox.isLost)
  }

  @Test func `a drop that is put back can be taken again`() throws {
    try scratch.write("orders/a.csv", "a")
    let inbox = try open()
    try inbox.refresh(at: now)
    let claim = try #require(try inbox.claim(upTo: 1, at: now).first)
    #expect(try inbox.putBack([claim]) == [claim])
    #expect(scratch.has("orders/a.csv"))
    try inbox.refresh(at: now)
    #expect(try inbox.claim(upTo: 1, at: now + .seconds(9)).count == 1)
  }

  @Test func `a thousand files are taken with a few syncs`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    for number in 0..<1_000 { try folder.create(Array("\(number).csv".utf8)).write([0x78]) }
    let inbox = try open()
    try inbox.refresh(at: now)
    var taken = 0
    while case let claims = try inbox.claim(upTo: 256, at: now), !claims.isEmpty {
      taken += claims.count
    }
    #expect(taken == 1_000)
    #expect(try open().claims.leftovers().claims.count == 1_000)
  }
}
