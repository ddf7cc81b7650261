import Files
import Inbox
import Testing

struct SettlingTests {
  let start = ContinuousClock.now
  let path = Settling.Path(folder: 1, name: Array("a.csv".utf8))

  func facts(
    size: Int64 = 10,
    links: UInt32 = 1,
    kind: FileFacts.Kind = .regular,
    modified: Int64 = 1
  ) -> FileFacts {
    FileFacts(
      identity: FileFacts.Identity(device: 1, inode: 2),
      kind: kind,
      size: size,
      links: links,
      user: 0,
      mode: 0o644,
      modified: Timestamp(seconds: modified),
      changed: Timestamp(seconds: modified)
    )
  }

  func look(
    _ facts: FileFacts,
    writers: File.Writers = .none,
    age: Duration = .seconds(10)
  ) -> Settling.Look {
    Settling.Look(facts: facts, writers: writers, age: age)
  }

  /// A moment this many tenths of a second after the start.
  func at(_ tenths: Int) -> ContinuousClock.Instant { start + .milliseconds(100 * tenths) }

  @Test func `a closed file is due after half a second of quiet`() {
    var settling = Settling()
    settling.note(path, .created, at: at(0))
    settling.note(path, .touched, at: at(1))
    settling.note(path, .completed, at: at(2))
    #expect(settling.nextDue(at: at(6)) == nil)
    #expect(settling.nextDeadline == at(7))
    #expect(settling.nextDue(at: at(7)) == path)
    #expect(settling.judge(path, look(facts(), age: .milliseconds(500)), at: at(7)) == .take)
  }

  @Test func `a file that only appeared is due after three seconds`() {
    var settling = Settling()
    settling.note(path, .created, at: at(0))
    #expect(settling.nextDue(at: at(29)) == nil)
    #expect(settling.nextDue(at: at(30)) == path)
  }

  @Test func `every change starts the quiet time again`() {
    var settling = Settling()
    settling.note(path, .completed, at: at(0))
    for tenth in stride(from: 4, through: 40, by: 4) {
      settling.note(path, .touched, at: at(tenth))
      #expect(settling.nextDue(at: at(tenth)) == nil)
    }
    #expect(settling.nextDue(at: at(44)) == nil)
    #expect(settling.nextDue(at: at(45)) == path)
    #expect(settling.nextDue(at: at(45)) == nil, "it is looked at once")
  }

  @Test func `a file that a listing shows is taken at once when it is old`() {
    var settling = Settling()
    settling.note(path, .listed, at: at(0))
    #expect(settling.nextDue(at: at(0)) == path)
    #expect(settling.judge(path, look(facts(), age: .seconds(4)), at: at(0)) == .take)
  }

  @Test func `a file that a listing shows waits when it is young`() {
    var settling = Settling()
    settling.note(path, .listed, at: at(0))
    #expect(settling.nextDue(at: at(0)) == path)
    #expect(settling.judge(path, look(facts(), age: .seconds(1)), at: at(0)) == .wait)
    settling.note(path, .listed, at: at(5))
    #expect(settling.nextDeadline == at(30), "a second listing changes nothing")
  }

  @Test func `a file with a writer is never taken and never forgotten`() {
    var settling = Settling()
    settling.note(path, .completed, at: at(0))
    for round in 1...100 {
      #expect(settling.nextDue(at: at(5 * round)) == path)
      #expect(settling.judge(path, look(facts(), writers: .some), at: at(5 * round)) == .wait)
    }
    #expect(settling.nextDue(at: at(505)) == path)
    #expect(settling.judge(path, look(facts()), at: at(505)) == .take)
  }

  @Test func `without leases three quiet seconds are needed`() {
    var settling = Settling()
    settling.note(path, .completed, at: at(0))
    _ = settling.nextDue(at: at(5))
    let young = look(facts(), writers: .unknown, age: .milliseconds(500))
    #expect(settling.judge(path, young, at: at(5)) == .wait)
    #expect(settling.nextDue(at: at(34)) == nil)
    #expect(settling.nextDue(at: at(35)) == path)
    let old = look(facts(), writers: .unknown, age: .milliseconds(3_500))
    #expect(settling.judge(path, old, at: at(35)) == .take)
  }

  @Test func `an empty file is given three seconds to be filled`() {
    var settling = Settling()
    settling.note(path, .completed, at: at(0))
    _ = settling.nextDue(at: at(5))
    let young = look(facts(size: 0), age: .milliseconds(500))
    #expect(settling.judge(path, young, at: at(5)) == .wait)
    #expect(settling.nextDue(at: at(35)) == path)
    #expect(settling.judge(path, look(facts(size: 0), age: .seconds(4)), at: at(35)) == .take)
  }

  @Test func `a change time in the future does not keep a file waiting for ever`() {
    var settling = Settling()
    settling.note(path, .listed, at: at(0))
    _ = settling.nextDue(at: at(0))
    #expect(settling.judge(path, look(facts(), age: .seconds(-9_000)), at: at(0)) == .wait)
    #expect(settling.nextDue(at: at(30)) == path)
    #expect(settling.judge(path, look(facts(), age: .seconds(-8_997)), at: at(30)) == .take)
  }

  @Test func `a share that is polled must show the same twice`() {
    var settling = Settling(patience: .polling)
    settling.note(path, .listed, at: at(0))
    _ = settling.nextDue(at: at(0))
    #expect(settling.judge(path, look(facts(size: 5)), at: at(0)) == .wait)
    #expect(settling.nextDue(at: at(99)) == nil)
    #expect(settling.nextDue(at: at(100)) == path)
    #expect(settling.judge(path, look(facts(size: 9)), at: at(100)) == .wait)
    #expect(settling.nextDue(at: at(200)) == path)
    #expect(settling.judge(path, look(facts(size: 9)), at: at(200)) == .take)
  }

  @Test func `a second name is put up with for a minute`() {
    var settling = Settling()
    settling.note(path, .completed, at: at(0))
    var now = at(5)
    while now < at(605) {
      #expect(settling.nextDue(at: now) == path)
      #expect(settling.judge(path, look(facts(links: 2)), at: now) == .wait)
      now += .milliseconds(500)
    }
    #expect(settling.nextDue(at: now) == path)
    #expect(settling.judge(path, look(facts(links: 2)), at: now) == .hold(.hardLinked))
  }

  @Test func `what is no file is taken away at once`() {
    var settling = Settling()
    settling.note(path, .listed, at: at(0))
    _ = settling.nextDue(at: at(0))
    let link = look(facts(kind: .symbolicLink), writers: .unknown, age: .zero)
    #expect(settling.judge(path, link, at: at(0)) == .hold(.notRegular))
  }

  @Test func `a file that stays shut to us is held when it is quiet`() {
    var settling = Settling()
    settling.note(path, .completed, at: at(0))
    _ = settling.nextDue(at: at(5))
    func shut(_ age: Duration) -> Settling.Look {
      Settling.Look(facts: facts(), writers: .unknown, isReadable: false, age: age)
    }
    #expect(settling.judge(path, shut(.milliseconds(500)), at: at(5)) == .wait)
    _ = settling.nextDue(at: at(35))
    #expect(settling.judge(path, shut(.milliseconds(3_500)), at: at(35)) == .hold(.notReadable))
  }

  @Test func `what is gone is never due`() {
    var settling = Settling()
    settling.note(path, .completed, at: at(0))
    settling.forget(path)
    #expect(settling.nextDue(at: at(100)) == nil)
    settling.note(path, .completed, at: at(100))
    settling.forget(folder: 1)
    #expect(settling.nextDue(at: at(200)) == nil)
    #expect(settling.count == 0)
  }

  @Test func `it is stuck when all that waits was found wanting or never rests`() {
    var settling = Settling()
    #expect(settling.isStuck(at: at(0)))
    settling.note(path, .listed, at: at(0))
    #expect(!settling.isStuck(at: at(0)))
    _ = settling.nextDue(at: at(0))
    _ = settling.judge(path, look(facts(), writers: .some), at: at(0))
    #expect(!settling.isStuck(at: at(1)))
    _ = settling.nextDue(at: at(30))
    _ = settling.judge(path, look(facts(), writers: .some), at: at(30))
    #expect(settling.isStuck(at: at(30)))
    let restless = Settling.Path(folder: 1, name: Array("b".utf8))
    settling.note(restless, .completed, at: at(31))
    #expect(!settling.isStuck(at: at(40)))
    #expect(settling.isStuck(at: at(400)))
  }

  @Test func `it is not stuck while what waits has only to rest`() {
    var settling = Settling()
    settling.note(path, .listed, at: at(0))
    for tenth in [0, 30] {
      #expect(settling.nextDue(at: at(tenth)) == path)
      // Its last writer closed it between the looks.
      let seen = look(facts(size: Int64(tenth + 1)), age: .zero)
      #expect(settling.judge(path, seen, at: at(tenth)) == .wait)
      #expect(!settling.isStuck(at: at(tenth)))
    }
    #expect(settling.nextDue(at: at(60)) == path)
    #expect(settling.judge(path, look(facts(size: 31), age: .seconds(3)), at: at(60)) == .take)
  }

  @Test func `it is stuck when what waits is whole and cannot be taken`() {
    var settling = Settling()
    settling.note(path, .listed, at: at(0))
    for tenth in [0, 30] {
      #expect(settling.nextDue(at: at(tenth)) == path)
      #expect(settling.judge(path, look(facts()), at: at(tenth)) == .take)
      settling.note(path, .touched, at: at(tenth))
    }
    #expect(settling.isStuck(at: at(30)))
    #expect(settling.count == 1)
  }

  @Test func `paths are due in the order of their deadlines, however many there are`() {
    var settling = Settling()
    var order = Array(0..<500)
    var random = SystemRandomNumberGenerator()
    order.shuffle(using: &random)
    for tenth in order {
      let name = Array("\(tenth)".utf8)
      settling.note(Settling.Path(folder: 1, name: name), .completed, at: at(tenth))
    }
    var seen: [Int] = []
    while let path = settling.nextDue(at: at(10_000)) {
      seen.append(Int(String(decoding: path.name, as: UTF8.self)) ?? -1)
    }
    #expect(seen == Array(0..<500), "\(order)")
  }
}
