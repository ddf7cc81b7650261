import Files
import Foundation
import Ledger
import Records
import TestKit

/// A state folder for one test, and words to fill its ledger with.
final class State: Sendable {
  let scratch: ScratchFolder
  let path: String

  init() throws {
    scratch = try ScratchFolder()
    path = try scratch.folder("state")
  }

  func open(random: Randomness = .system) throws -> Ledger {
    try Ledger.open(in: Directory(path: Array(path.utf8)), random: random)
  }

  /// The state as a kill would leave it now: a copy of its files, opened anew.
  func afterKill() throws -> (ledger: Ledger, state: State) {
    let copy = try State()
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(copy.path)/\(name)")
    }
    return (try copy.open(), copy)
  }

  /// Writes bytes into a file of the state, from an offset.
  func overwrite(_ name: String, at offset: UInt64, with bytes: [UInt8]) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: "\(path)/\(name)"))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: bytes)
    try file.close()
  }
}

let now = Timestamp(seconds: 1_795_478_400, nanoseconds: 250_000_000)

func digest(_ number: Int) -> [UInt8] {
  (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 & 7))) }
}

func claim(_ id: String, feed: String = "orders", name: String? = nil) -> Claim {
  Claim(
    id: ClaimID(id),
    name: Array((name ?? "\(id).csv").utf8),
    feed: FeedName(bytes: Array(feed.utf8), slug: feed),
    size: 1_000,
    firstSeen: now
  )
}

let twoColumns = Schema(columns: [
  Column(name: "id", type: .integer), Column(name: "größe", type: .decimal),
])

/// A batch with its staged files, as the outbox would have written them.
func batch(_ feed: Feed, _ sequence: Int64, records: Int64 = 10) -> Batch {
  let name = "\(feed.slug)-\(sequence)"
  return Batch(
    id: BatchID(feed: feed.id, sequence: sequence),
    name: name,
    schemaVersion: 1,
    records: records,
    size: 900,
    sha256: digest(Int(sequence)),
    files: [
      StagedFile(
        name: "\(name).ndjson",
        target: "\(name).ndjson",
        size: 900,
        sha256: digest(Int(sequence))
      ),
      StagedFile(name: "\(name).json", target: "\(name).json", size: 90, sha256: digest(7)),
    ],
    created: now
  )
}

func converted(
  _ id: String,
  content: Int = 1,
  written: Int64 = 10,
  batch: BatchID? = nil
) -> ConvertedDrop {
  ConvertedDrop(
    claim: ClaimID(id),
    content: digest(content),
    contentSize: 2_000,
    counts: RecordCounts(written: written, duplicates: 2, rejected: 3),
    rejects: [.rowWidth: 2, .strayQuote: 1],
    batch: batch,
    receipt: Array("{}".utf8)
  )
}

func run(_ feed: Feed, _ name: String, _ batches: ClosedRange<Int64>) -> Run {
  Run(feed: feed.id, name: name, sha256: digest(3), count: 10, batches: batches)
}

/// The first commit of a feed: schema 1, batch 1, one drop and its run.
@discardableResult
func commitFirst(_ ledger: Ledger, drop id: String = "a") throws -> Feed {
  let drop = try ledger.record([claim(id)])[0]
  let feed = try ledger.feed(drop.feed)
  let first = batch(feed, 1)
  try ledger.commit(
    GroupCommit(
      schemas: [
        SchemaVersion(
          feed: feed.id,
          version: 1,
          schema: twoColumns,
          change: .first,
          provedBy: drop.id
        )
      ],
      batches: [first],
      drops: [converted(id, batch: first.id)],
      runs: [run(feed, "run-1", 1...1)]
    )
  )
  return try ledger.feed(feed.id)
}
