import Files
import Foundation
import Mill
import Settings
import TestKit
import Testing

/// An inbox, an outbox and a state folder; each run is a whole life of the mill on them.
struct Line {
  let scratch: ScratchFolder
  /// Days that passed since the first run; files are as old as the test itself.
  var day: Int64 = 1
  /// Settings of the feed, as on the command line.
  var stated: [String: String] = [:]

  init(_ stated: [String: String] = [:]) throws {
    scratch = try ScratchFolder()
    try scratch.folder("inbox")
    self.stated = stated
  }

  /// Settles what lies in the inbox, with everything opened anew; gives what became of each drop.
  @discardableResult
  func run(groupCount: Int = 1_024) throws -> [SettledDrop] {
    try Line.run(at: scratch.path, stated, day: day, groupCount: groupCount)
  }

  /// As `run`, in a folder that is another process's.
  @discardableResult
  static func run(
    at path: String,
    _ stated: [String: String],
    day: Int64,
    groupCount: Int = 1_024
  ) throws -> [SettledDrop] {
    var settings = try settings(at: path, stated, day: day)
    settings.groupCount = groupCount
    var settled: [SettledDrop] = []
    _ = try Mill(settings) { event in
      if case .settled(let drop) = event { settled.append(drop) }
    }.run()
    return settled
  }

  /// As `run`, until the first drop is settled: then a signal comes.
  func runUntilSettled(groupCount: Int) throws -> [SettledDrop] {
    var settings = try Line.settings(at: scratch.path, stated, day: day)
    settings.groupCount = groupCount
    var settled: [SettledDrop] = []
    let summary = try Mill(settings) { event in
      guard case .settled(let drop) = event else { return }
      // The mill has blocked it for its own thread, which this is.
      if settled.isEmpty { pthread_kill(pthread_self(), SIGTERM) }
      settled.append(drop)
    }.run()
    #expect(summary.signal == SIGTERM)
    return settled
  }

  /// Erases the person who has that value in a column.
  func erase(_ column: String, _ value: String) throws -> ErasureReport {
    try StateAccess.erase(
      Subject(column: column, value: value),
      from: "orders",
      by: "ann",
      Line.settings(at: scratch.path, stated, day: day)
    ) { _ in }
  }

  private static func settings(
    at path: String,
    _ stated: [String: String],
    day: Int64
  ) throws -> MillSettings {
    func bytes(_ name: String) -> [UInt8] { Array("\(path)/\(name)".utf8) }
    var settings = MillSettings(
      inbox: bytes("inbox"),
      outbox: bytes("outbox"),
      state: bytes("state")
    )
    settings.once = true
    settings.feeds = try Settings.read(
      file: nil,
      options: stated.map { Settings.Option(key: $0, value: $1, spelling: "--set") }
    )
    settings.clock = WallClock {
      Timestamp(seconds: WallClock.system.now.seconds + 86_400 * day)
    }
    return settings
  }

  /// Drops a table with the columns `id` and `price` and settles it.
  mutating func drop(_ rows: String..., name: String = "orders.csv") throws -> SettledDrop {
    try drop(rows, name: name)
  }

  /// Drops a table with the columns `id` and `price` and settles it, a day after what was before.
  mutating func drop(_ rows: [String], name: String = "orders.csv") throws -> SettledDrop {
    try scratch.write("inbox/orders/\(name)", (["id,price"] + rows).joined(separator: "\n") + "\n")
    day += 1
    let settled = try run()
    return try #require(settled.first)
  }

  /// The lines of all batches of the feed, in sequence.
  var lines: [String] {
    get throws {
      try scratch.files(under: "outbox/orders").filter { $0.hasSuffix(".ndjson") }.sorted()
        .flatMap { batch in
          try scratch.text("outbox/orders/\(batch)").split(separator: "\n").map(String.init)
        }
    }
  }

  /// The receipt of the latest drop of that name.
  func receipt(_ name: String = "orders.csv") throws -> [String: Any] {
    let path = try #require(
      scratch.files(under: "inbox").filter { $0.hasSuffix("/\(name).receipt.json") }.sorted().last
    )
    return try scratch.json("inbox/\(path)")
  }

  /// The manifest of a batch.
  func manifest(_ number: Int) throws -> [String: Any] {
    try scratch.json("outbox/orders/orders-0000000\(number).manifest.json")
  }
}
