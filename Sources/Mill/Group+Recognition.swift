import Conversion
import Files
import Inbox
import Ledger
import Outbox
import Records
import Settings

/// A drop whose content was converted before, and what it says of the drop that brought it first.
struct RecognizedDrop {
  /// The drop that brought it first.
  struct First {
    var id: ClaimID
    /// Its name, raw bytes.
    var name: [UInt8]
    var firstSeen: Timestamp
    /// Records found in it.
    var read: Int64
    /// The batch with those that were new; nil where none was.
    var batch: BatchID?
  }

  var first: First
  var content: (sha256: [UInt8], bytes: UInt64)
}

extension House {
  /// Whether the content of a file is one that the feed converted before: then all its records are known.
  ///
  /// It is looked for only where that is cheap: a drop of the same size must be known. Where it
  /// can't be told, conversion finds out record by record.
  func recognize(
    _ file: borrowing File,
    _ facts: FileFacts,
    in feed: Feed
  ) throws -> RecognizedDrop? {
    guard settings(of: feed).mode.tellsByContent, let size = try contentSize(of: file, facts),
      try ledger.hasDrop(ofContentSize: size, in: feed.id)
    else { return nil }
    let content: (sha256: [UInt8], bytes: UInt64)
    do throws(ConversionError) {
      content = try converter.contentHash(
        descriptor: file.raw,
        statement: settings(of: feed).statement
      )
    } catch {
      // Conversion will say what is wrong with it.
      return nil
    }
    return try recognize(content, in: feed)
  }

  /// The drop that first brought a feed this content, where that settles a drop.
  func recognize(
    _ content: (sha256: [UInt8], bytes: UInt64),
    in feed: Feed
  ) throws -> RecognizedDrop? {
    let (settings, statementHash) = statement(of: feed)
    guard settings.mode.tellsByContent,
      let first = try ledger.firstDrop(
        withContent: content.sha256,
        // Under other settings its records may be others.
        under: statementHash,
        in: feed.id
      ),
      // Rejected records are to be shown again.
      first.counts.rejected == 0,
      settings.retention == .forever
        || first.firstSeen.seconds >= self.settings.clock.now.seconds - settings.retention.seconds
    else { return nil }
    return RecognizedDrop(
      first: .init(
        id: first.id,
        name: first.name,
        firstSeen: first.firstSeen,
        read: first.counts.read,
        batch: first.batch
      ),
      content: content
    )
  }

  /// The size of the content as far as the file itself says it: its own, or what gzip's trailer tells.
  private func contentSize(of file: borrowing File, _ facts: FileFacts) throws -> Int64? {
    guard facts.size >= 18 else { return facts.size }
    guard try file.bytes(at: 0, count: 2) == [0x1F, 0x8B] else { return facts.size }
    let trailer = try file.bytes(at: facts.size - 4, count: 4)
    return trailer.reversed().reduce(0) { $0 << 8 | Int64($1) }
  }
}

extension Group {
  /// The drop that brought a feed this content: one that is committed, or one of this very group.
  ///
  /// Record by record it could not be told: between the two the schema may have become wider, and the
  /// same records are written otherwise since.
  func recognize(
    _ content: (sha256: [UInt8], bytes: UInt64),
    _ work: FeedWork
  ) throws -> RecognizedDrop? {
    if try house.ledger.firstDrop(withContent: content.sha256, in: work.feed.id) == nil {
      work.newContent = content.sha256
    } else if let found = try house.recognize(content, in: work.feed) {
      return found
    }
    guard work.mode.tellsByContent, !content.sha256.isEmpty,
      let id = work.firstDrop(withContent: content.sha256),
      let first = commit.drops.first(where: { $0.claim == id }), first.counts.rejected == 0,
      let entry = entries.first(where: { $0.claim.id == id.text })
    else { return nil }
    return RecognizedDrop(
      first: .init(
        id: id,
        name: entry.claim.name,
        firstSeen: entry.firstSeen,
        read: first.counts.read,
        batch: first.batch
      ),
      content: content
    )
  }
}

extension IdentityMode {
  /// Whether records that were brought once are known for ever; with a key the latest counts.
  fileprivate var tellsByContent: Bool {
    switch self {
    case .content, .occurrence: true
    case .key, .snapshot, .none: false
    }
  }
}

extension Receipt {
  /// The receipt of a drop whose content was converted before.
  static func recognized(
    _ claim: ClaimedDrop,
    _ drop: SettledDrop,
    _ found: RecognizedDrop,
    batch: String?,
    at moment: Timestamp,
    identity: IdentityMode
  ) -> [UInt8] {
    JSONWriter.object { json in
      head("accepted", claim, drop, at: moment, to: &json)
      json.identity(identity)
      json.member("same_content_as", shown(found.first.name))
      json.member("first_processed", found.first.firstSeen.text)
      if let batch { json.member("first_batch", batch) }
      json.object("content") { json in
        json.member("sha256", hash: found.content.sha256)
        json.member("bytes", found.content.bytes)
      }
    }
  }
}
