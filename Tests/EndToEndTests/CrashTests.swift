import Files
import Foundation
import Glibc
import Synchronization
import TestKit
import Testing

/// The process is killed at every step of a drop's way, started again, and nothing is lost or doubled.
@Suite struct `A kill` {
  private static let kill = 128 + SIGKILL
  private static let recovery: [CrashPoint] = [
    .recoverySwept, .recoveryPublished, .recoveryArchived, .recoveryAdopted,
  ]
  /// Steps of commands that settle held drops: `ContractTests` has them.
  private static let requests: [CrashPoint] = [.requestRecorded, .heldRenamed]
  private static let work = CrashPoint.allCases.filter {
    // `ErasureTests` has the steps of erasures.
    !recovery.contains($0) && !requests.contains($0) && !$0.rawValue.hasPrefix("erase-")
  }

  @Test(arguments: work, [1, 2])
  func `at any step changes nothing in the end`(point: CrashPoint, visit: Int) throws {
    let place = try CrashPlaces.next()
    let crashed = try place.watchOnce(crashingAt: "\(point.rawValue):\(visit)")
    // Some steps are taken once in a run.
    #expect(crashed.status == Self.kill || visit == 2, "\(point) was not reached")
    try place.expectSettled()
  }

  @Test(arguments: recovery, [CrashPoint.claimSynced, .claimRecorded, .committed, .dataPublished])
  func `of the recovery changes nothing either`(point: CrashPoint, first: CrashPoint) throws {
    let place = try CrashPlaces.next()
    #expect(try place.watchOnce(crashingAt: first.rawValue).status == Self.kill)
    #expect(try place.watchOnce(crashingAt: point.rawValue).status == Self.kill)
    #expect(try place.watchOnce(crashingAt: point.rawValue).status == Self.kill)
    try place.expectSettled()
  }

  @Test func `does not make what came before it new again`() throws {
    let place = try CrashPlaces.next()
    _ = try place.watchOnce(crashingAt: "committed")
    #expect([0, 1].contains(try place.watchOnce().status))
    let before = place.files("outbox")
    for (name, text) in CrashPlaces.drops { try place.drop("again/\(name)", text) }
    try place.move("again/orders", to: "orders")
    try place.move("again/many", to: "many")
    #expect(try place.watchOnce().status == 0)
    #expect(place.files("outbox") == before)
  }

  @Test func `again and again before a full group is converted does not stop the work`() throws {
    let place = try Workplace()
    for number in 1...400 { try place.drop("many/\(number).csv", "id,n\n\(number),x\n") }
    let watch = ["watch", "inbox", "outbox", "--state", "state", "--once"]
    for number in 1...4 {
      let ending = try Command.run(
        Places.dropmill,
        watch,
        environment: [CrashPoint.variable: "convert-started:\(number == 1 ? 390 : 160)"],
        in: place.scratch.path
      )
      #expect(number == 4 || ending.status == Self.kill)
    }
    #expect(try place.records(of: "many").count >= 3 * 128)
    #expect(try place.watchOnce().status == 0)
    #expect(try place.records(of: "many").count == 400)
  }

  @Test func `three times at the same drop holds that drop, and no other`() throws {
    let place = try CrashPlaces.next()
    for _ in 1...3 {
      let ending = try place.watchOnce(crashingAt: "convert-started@7.csv")
      #expect(ending.status == Self.kill)
    }
    #expect(try place.watchOnce(crashingAt: "convert-started@7.csv").status == 1)
    let held = place.files("inbox/_held").filter { !$0.hasSuffix(".receipt.json") }
    #expect(held == ["cut/held.csv.gz", "many/7.csv"])
    let receipt = try place.scratch.json("\(place.number)/inbox/_held/many/7.csv.receipt.json")
    #expect(receipt["reason"] as? String == "ends-the-process")
    let receipts = place.files("inbox").filter { $0.hasSuffix(".receipt.json") }
    #expect(receipts.count == CrashPlaces.count)
  }
}

/// Folders with the same drops in each, all made at once: they settle while the first is worked on.
enum CrashPlaces {
  /// How many drops lie in each place: those below, and one that is cut short.
  static var count: Int { drops.count + 1 }

  /// The drops by name.
  static let drops: [String: String] = {
    var drops = [
      "orders/a.csv": "id,name\n1,Ann\n2,Ben\n3,Cas\n",
      "orders/b.csv": "id,name\n3,Cas\n4,Dan\n5,Eve\n",
      "orders/c.json": #"[{"id":6,"name":"Fay","city":"Oslo"},{"id":1,"name":"Ann"}]"#,
      "orders/d.csv": "id,name\n1,Ann\n2,Ben\n3,Cas\n",
      "people.csv": "id,name,city\n1,Ann,Oslo\n2,Ben,1,2,3,4,5,6,7,8\n3,Cas,Rome\n",
    ]
    for number in 0..<12 { drops["many/\(number).csv"] = "id,n\n\(number),1\n" }
    return drops
  }()

  /// The records of each feed that holds what can be known in advance.
  static let records: [String: Set<String>] = [
    "orders": [
      #"{"id":1,"name":"Ann"}"#, #"{"id":2,"name":"Ben"}"#, #"{"id":3,"name":"Cas"}"#,
      #"{"id":4,"name":"Dan"}"#, #"{"id":5,"name":"Eve"}"#,
      #"{"city":"Oslo","id":6,"name":"Fay"}"#,
    ],
    "people": [
      #"{"city":"Oslo","id":1,"name":"Ann"}"#, #"{"city":"Rome","id":3,"name":"Cas"}"#,
    ],
    "many": Set((0..<12).map { #"{"id":\#($0),"n":1}"# }),
  ]

  private static let made = Result { try Stock() }

  /// A place that no test has used.
  static func next() throws -> CrashPlace { try made.get().next() }

  /// The places that are left.
  private final class Stock: Sendable {
    let scratch: ScratchFolder
    let used = Counter()

    init() throws {
      scratch = try ScratchFolder()
      for (name, text) in CrashPlaces.drops { try scratch.write("0/inbox/\(name)", text) }
      let cut = Array(try Gzip.member("id,name\n1,Ann\n".utf8).dropLast(6))
      try scratch.write("0/inbox/cut/held.csv.gz", cut)
      let copies = CrashPoint.allCases.count * 2 + 20
      for number in 1...copies {
        try FileManager.default.copyItem(
          atPath: "\(scratch.path)/0",
          toPath: "\(scratch.path)/\(number)"
        )
      }
    }

    func next() -> CrashPlace { CrashPlace(scratch: scratch, number: used.next()) }
  }
}

/// One set of folders.
struct CrashPlace {
  let scratch: ScratchFolder
  let number: Int

  /// Settles what is there, or dies on the way.
  func watchOnce(crashingAt point: String? = nil) throws -> Command.Ending {
    try Command.run(
      Places.dropmill,
      ["watch", "inbox", "outbox", "--state", "state", "--once"],
      environment: point.map { [CrashPoint.variable: $0] } ?? [:],
      in: "\(scratch.path)/\(number)"
    )
  }

  /// Drops a file outside the inbox.
  func drop(_ name: String, _ text: String) throws {
    try scratch.write("\(number)/\(name)", text)
  }

  /// Moves the files of a folder outside the inbox into a feed.
  func move(_ folder: String, to feed: String) throws {
    for name in files(folder) {
      try FileManager.default.moveItem(
        atPath: "\(scratch.path)/\(number)/\(folder)/\(name)",
        toPath: "\(scratch.path)/\(number)/inbox/\(feed)/\(name)"
      )
    }
  }

  /// The files below a folder.
  func files(_ folder: String) -> [String] { scratch.files(under: "\(number)/\(folder)") }

  /// Runs to the end, then drops everything again: nothing may be missing, nothing may come twice.
  func expectSettled() throws {
    #expect([0, 1].contains(try watchOnce().status))
    try expectOutbox()
    let receipts = files("inbox").filter { $0.hasSuffix(".receipt.json") }
    #expect(receipts.count == CrashPlaces.count)
    let originals = files("inbox").filter {
      !$0.hasSuffix(".receipt.json") && !$0.hasPrefix("_rejected/")
    }
    #expect(originals.count == CrashPlaces.count)
    #expect(originals.allSatisfy { $0.hasPrefix("_done/") || $0.hasPrefix("_held/") })
    #expect(files("inbox/_rejected") == ["people/people.csv"])
    #expect(files("inbox/_held").count == 2)
    #expect(files("outbox/.staging") == ["owner"])
  }

  private func expectOutbox() throws {
    for (feed, wanted) in CrashPlaces.records {
      let names = files("outbox/\(feed)")
      let manifests = names.filter { $0.hasSuffix(".manifest.json") }
      let data = names.filter { $0.hasSuffix(".ndjson") }
      #expect(manifests.count == data.count)
      var lines: [String] = []
      for (index, name) in manifests.enumerated() {
        let manifest = try scratch.json("\(number)/outbox/\(feed)/\(name)")
        #expect(manifest["sequence"] as? Int == index + 1)
        let version = try #require(manifest["schema_version"] as? Int)
        #expect(names.contains("schema/v\(version).schema.json"))
        let batch = try #require(manifest["batch"] as? String)
        let text = try scratch.text("\(number)/outbox/\(feed)/\(batch).ndjson")
        let own = text.split(separator: "\n").map(String.init)
        #expect(manifest["records"] as? Int == own.count)
        #expect(manifest["bytes"] as? Int == text.utf8.count)
        lines += own
      }
      #expect(Set(lines) == wanted, "\(feed): something was lost, or nobody sent it")
      #expect(lines.count == wanted.count, "\(feed): something came twice")
    }
  }
}

/// Counts from one, for tests that run side by side.
final class Counter: Sendable {
  private let value = Mutex(0)

  /// The next number.
  func next() -> Int {
    value.withLock {
      $0 += 1
      return $0
    }
  }
}
