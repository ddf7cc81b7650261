import Files

/// A batch that is in the outbox, as its manifest tells of it.
struct PublishedBatch: Decodable {
  var batch: String
  var feed: String
  var sequence: Int64
  var schemaVersion: Int
  var records: Int64
  var sha256: String
  var created: String
  var sources: [Source]

  struct Source: Decodable {
    var erasure: Bool?
  }

  /// Whether it tells targets of an erasure.
  var isErasure: Bool { sources.contains { $0.erasure == true } }

  /// All batches of an outbox, in no order.
  static func all(in outbox: borrowing Directory) throws -> [PublishedBatch] {
    let suffix = Array(".manifest.json".utf8)
    var found: [PublishedBatch] = []
    for feed in try outbox.entries() where feed.name.first != UInt8(ascii: ".") {
      guard try outbox.facts(feed.name).kind == .directory else { continue }
      let folder = try outbox.directory(feed.name)
      for entry in try folder.entries() where entry.name.suffix(suffix.count).elementsEqual(suffix)
      {
        let bytes = try folder.read(entry.name).bytes()
        if let batch = ReportText.read(PublishedBatch.self, bytes) { found.append(batch) }
      }
    }
    return found
  }
}
