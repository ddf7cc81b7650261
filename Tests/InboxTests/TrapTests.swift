import Files
import Inbox
import TestKit
import Testing

/// What other watchers missed or took twice: `docs/traps.md` has the list.
struct TrapTests {
  let scratch: ScratchFolder
  let now = ContinuousClock.now

  init() throws { scratch = try ScratchFolder() }

  private func open(aheadBy seconds: Int64 = 3_600) throws -> Inbox {
    try Inbox(
      path: Array(scratch.path.utf8),
      clock: WallClock { Timestamp(seconds: WallClock.system.now.seconds + seconds) }
    )
  }

  @Test func `several closes of one upload are one file, taken once`() throws {
    let inbox = try open()
    try inbox.refresh(at: now)
    var text = ""
    for page in 0..<5 {
      text += "page \(page)\n"
      // Each time the file is opened, written and closed.
      try scratch.write("scan.csv", text)
      try inbox.refresh(at: now + .milliseconds(400 * page))
      #expect(try inbox.claim(upTo: 9, at: now + .milliseconds(400 * page)).isEmpty)
    }
    let claims = try inbox.claim(upTo: 9, at: now + .seconds(9))
    #expect(claims.map(\.facts.size) == [Int64(text.utf8.count)])
    try inbox.refresh(at: now + .seconds(60))
    #expect(try inbox.claim(upTo: 9, at: now + .seconds(99)).isEmpty)
  }

  @Test func `a file that is too young comes due by itself`() throws {
    let inbox = try open(aheadBy: 0)
    try scratch.write("young.csv", "id\n1\n")
    try inbox.refresh(at: now)
    #expect(try inbox.claim(upTo: 9, at: now).isEmpty)
    // No event comes any more and nothing is listed: the file itself knows when it is due.
    let due = try #require(inbox.nextDeadline)
    #expect(due < now + .seconds(10))
    #expect(try inbox.claim(upTo: 9, at: due).map(\.name) == [Array("young.csv".utf8)])
  }

  @Test func `an overflow of the queue of events loses no file`() throws {
    let limit =
      try Int(
        String(
          decoding: Directory(path: Array("/proc/sys/fs/inotify".utf8)).read(
            Array("max_queued_events".utf8)
          ).someBytes(at: 0, upTo: 20),
          as: UTF8.self
        ).trimmingPrefix(while: \.isWhitespace).prefix(while: \.isNumber)
      ) ?? 16_384
    try #require(limit < 100_000, "the queue of this machine is too long to overflow")
    let inbox = try open()
    try inbox.refresh(at: now)
    let folder = try Directory(path: Array(scratch.path.utf8))
    // Each file is created and closed: two events, and nobody reads them.
    let count = limit / 2 + 1_000
    for number in 0..<count { _ = try folder.create(Array("\(number).csv".utf8)) }
    var taken = 0
    for step in 0..<4 {
      try inbox.refresh(at: now + .seconds(step))
      taken += try inbox.claim(upTo: count, at: now + .seconds(10 * step + 4)).count
    }
    #expect(taken == count)
  }
}
