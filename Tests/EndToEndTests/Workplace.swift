import Foundation
import TestKit
import Testing

/// An inbox, an outbox and a state folder, and the command working on them.
struct Workplace {
  /// The answer that lies beside a settled drop.
  struct Receipt: Decodable {
    let result: String
    let recordsRead: Int
    let recordsWritten: Int
    let duplicates: Int
    let rejected: Int
  }

  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
    try scratch.folder("inbox")
    try scratch.folder("outbox")
  }

  private var arguments: [String] {
    ["\(scratch.path)/inbox", "\(scratch.path)/outbox", "--state", "\(scratch.path)/state"]
  }

  /// Settles all that lies in the inbox.
  func watchOnce(_ options: [String] = []) throws -> Command.Ending {
    try Command.run(
      Places.dropmill,
      ["watch"] + arguments + ["--once"] + options,
      in: scratch.path
    )
  }

  /// Runs another command on the same folders.
  @discardableResult
  func run(_ words: [String], crashingAt point: String? = nil) throws -> Command.Ending {
    try Command.run(
      Places.dropmill,
      words
        + zip(["--inbox", "--outbox", "--state"], arguments.filter { $0 != "--state" })
        .flatMap { [$0, $1] },
      environment: ["USER": "ann"].merging(
        point.map { ["DROPMILL_CRASH_AT": $0] } ?? [:],
        uniquingKeysWith: { $1 }
      )
    )
  }

  /// Drops a file and settles it; gives its receipt as a whole.
  @discardableResult
  func settle(
    _ name: String,
    _ text: String,
    _ options: [String] = []
  ) throws -> [String: Any] {
    try drop(name, text)
    let ending = try watchOnce(options)
    try #require([0, 1].contains(ending.status), "\(ending.errorText)")
    return try fullReceipt(of: name)
  }

  /// The receipt of the latest drop of that name, with all its members.
  func fullReceipt(of name: String) throws -> [String: Any] {
    let file = name.split(separator: "/").last.map(String.init) ?? name
    let paths = receiptPaths.filter { $0.hasSuffix("/\(file).receipt.json") }
    return try scratch.json("inbox/\(try #require(paths.last, "no receipt of \(name)"))")
  }

  /// A schema document of a feed.
  func schema(_ feed: String, _ version: Int) throws -> [String: Any] {
    try scratch.json("outbox/\(feed)/schema/v\(version).schema.json")
  }

  /// A command that watches until it is stopped.
  func watch(_ options: [String] = []) throws -> Command {
    try Command(Places.dropmill, ["watch"] + arguments + options, in: scratch.path)
  }

  /// Writes a file into the inbox in place, as `cp` does.
  func drop(_ name: String, _ text: String) throws {
    try scratch.write("inbox/\(name)", text)
  }

  /// Writes a file into the inbox in place, as `cp` does.
  func drop(_ name: String, _ bytes: [UInt8]) throws {
    try scratch.write("inbox/\(name)", bytes)
  }

  /// The paths of all receipts, from the inbox.
  var receiptPaths: [String] {
    scratch.files(under: "inbox").filter { $0.hasSuffix(".receipt.json") }
  }

  /// The receipts of the drops of that name, oldest first.
  func receipts(of name: String) throws -> [Receipt] {
    try receiptPaths.filter { $0.hasSuffix("/\(name).receipt.json") }.map(receipt(at:))
  }

  /// The receipt at a path from the inbox.
  func receipt(at path: String) throws -> Receipt {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Receipt.self, from: Data(try scratch.bytes("inbox/\(path)")))
  }

  /// A feed's records: the lines of its batches, in sequence.
  func records(of feed: String) throws -> [String] {
    let batches = scratch.files(under: "outbox/\(feed)").filter { $0.hasSuffix(".ndjson") }
    return try batches.flatMap { batch in
      try scratch.text("outbox/\(feed)/\(batch)").split(separator: "\n").map(String.init)
    }
  }
}
