import Files
import Inbox

/// A drop of `_done`, as its receipt tells of it.
struct ArchivedDrop {
  /// The members of a receipt that a rebuild goes by.
  struct Receipt: Decodable {
    var result: String
    var drop: String
    var name: String
    var feed: String
    var settled: String
    var batch: String?
  }

  var receipt: Receipt
  /// The folder it lies in, below the inbox.
  var folder: [[UInt8]]
  /// Its name there.
  var name: [UInt8]
  /// Whether people were taken out of it: it has canonical lines then.
  var isCut: Bool { name.suffix(Archive.cutSuffix.count).elementsEqual(Archive.cutSuffix) }

  /// The number of its batch in its feed; nil where it brought nothing new.
  var sequence: Int64? {
    receipt.batch.flatMap { $0.split(separator: "-").last }.flatMap { Int64($0) }
  }

  /// The sub-folders it was dropped in, and its name, as far as its receipt can tell them.
  var dropped: (folder: [[UInt8]], name: [UInt8]) {
    let parts = receipt.name.split(separator: "/").map { Array($0.utf8) }
    // A name that is no text shows as U+FFFD in the receipt, and as it is in the archive.
    let isText = !receipt.name.unicodeScalars.contains("\u{FFFD}")
    return (Array(parts.dropLast()), isText ? parts.last ?? name : name)
  }

  /// The accepted drops below `_done`, in the order they were claimed in.
  static func all(in inbox: borrowing Directory) throws -> [ArchivedDrop] {
    let top = Array("_done".utf8)
    guard try inbox.factsIfThere(top) != nil else { return [] }
    var found: [ArchivedDrop] = []
    let done = try inbox.directory(top)
    for day in try done.entries() where try done.facts(day.name).kind == .directory {
      let feeds = try done.directory(day.name)
      for feed in try feeds.entries() where try feeds.facts(feed.name).kind == .directory {
        try collect(try feeds.directory(feed.name), [top, day.name, feed.name], into: &found)
      }
    }
    return found.sorted { $0.receipt.drop < $1.receipt.drop }
  }

  private static func collect(
    _ folder: borrowing Directory,
    _ path: [[UInt8]],
    into found: inout [ArchivedDrop]
  ) throws {
    let suffix = Array(".receipt.json".utf8)
    for entry in try folder.entries() where entry.name.suffix(suffix.count).elementsEqual(suffix) {
      let dropped = Array(entry.name.dropLast(suffix.count))
      guard try folder.facts(entry.name).kind == .regular,
        let receipt = ReportText.read(Receipt.self, try folder.read(entry.name).bytes()),
        receipt.result == "accepted", let name = try original(dropped, in: folder)
      else { continue }
      found.append(ArchivedDrop(receipt: receipt, folder: path, name: name))
    }
  }

  /// What is left of a drop of that name: its original, or what people were taken out of.
  private static func original(
    _ dropped: [UInt8],
    in folder: borrowing Directory
  ) throws(FileError) -> [UInt8]? {
    for name in [dropped, Archive.cutName(dropped)]
    where try folder.factsIfThere(name)?.kind == .regular {
      return name
    }
    return nil
  }
}
