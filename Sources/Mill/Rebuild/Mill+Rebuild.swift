import Bytes
import Files
import Foundation
import Inbox
import Ledger
import Outbox
import Synchronization

extension Mill {
  /// Makes the state anew from the originals in `_done` and the batches in the outbox.
  ///
  /// How this works: the very code that works off drops does it again, in a scratch inbox and outbox,
  /// with the originals of one batch after the other under the ids that their claims had. What comes out
  /// is held against the manifests in the outbox. The lost state is not touched; the new one appears
  /// under its name as a whole, so a rebuild that is killed is begun again.
  ///
  /// - Parameter path: Where the new state folder is to be; nothing may be there.
  /// - Returns: What was made, and what could not be.
  /// - Throws: ``MillError``.
  public func rebuild(into path: [UInt8]) throws(MillError) -> RebuildReport {
    do {
      let part = path + Array(".part".utf8)
      guard try !Self.isThere(path) else { throw MillError.stateIsThere(path: path) }
      if try Self.isThere(part) { try Self.removeFolder(part) }
      let report = try Rebuilder(settings, part).run()
      try Self.install(part, as: path)
      return report
    } catch {
      throw MillError(error)
    }
  }

  fileprivate static func isThere(_ path: [UInt8]) throws(FileError) -> Bool {
    do throws(FileError) {
      _ = try Directory(path: path)
      return true
    } catch  where error.isErrno(Errno.notFound) {
      return false
    }
  }

  /// The folder above a path, and the last part.
  private static func parts(of path: [UInt8]) -> (above: [UInt8], name: [UInt8]) {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return (Array(".".utf8), path) }
    return (Array(path[...slash]), Array(path[(slash + 1)...]))
  }

  private static func removeFolder(_ path: [UInt8]) throws(FileError) {
    let (above, name) = parts(of: path)
    try Directory(path: above).removeAll(name)
  }

  private static func install(_ part: [UInt8], as path: [UInt8]) throws(FileError) {
    let folder = try Directory(path: part)
    for name in ["inbox", "outbox"] { try folder.removeAll(Array(name.utf8)) }
    try folder.sync()
    let (above, name) = parts(of: path)
    let parent = try Directory(path: above)
    try parent.rename(parts(of: part).name, to: parent, as: name)
    try parent.sync()
  }
}

/// One rebuild: all that is left is worked off again, batch after batch.
private final class Rebuilder {
  /// What makes one batch of a feed again.
  private struct Step {
    var feed: String
    /// Nil for drops that brought nothing new.
    var sequence: Int64?
    var drops: [ArchivedDrop] = []
    /// What was published, where it is still there.
    var published: PublishedBatch?
  }

  private let settings: MillSettings
  private let house: House
  private let shift: Shift
  private let moment: Moment
  private var report = RebuildReport()
  private var names: [String: FeedName] = [:]
  /// How many batches were taken for drops.
  private var borrowed = 0
  private var published: [String: PublishedBatch] = [:]

  init(_ settings: MillSettings, _ part: [UInt8]) throws {
    self.settings = settings
    let moment = Moment()
    self.moment = moment
    var scratch = settings
    scratch.inbox = part + Array("/inbox".utf8)
    scratch.outbox = part + Array("/outbox".utf8)
    scratch.state = part
    scratch.clock = WallClock { moment.now }
    let state = try Directory(makingPath: part, mode: 0o700)
    _ = try Directory(makingPath: scratch.inbox, mode: 0o700)
    // The outbox knows its ledger by the key's number: the new ledger takes the key over.
    let key = try Self.keptKey(settings.state)
    try Ledger.open(in: state, random: settings.randomness, keeping: key).close()
    house = try House(scratch, stop: StopSwitch())
    shift = Shift(house, MillSummary(), report: { _ in })
  }

  private static func keptKey(_ path: [UInt8]) throws -> FingerprintKey? {
    guard try Mill.isThere(path) else { return nil }
    return try Ledger.keptKey(in: Directory(path: path))
  }

  func run() throws -> RebuildReport {
    let drops = try ArchivedDrop.all(in: Directory(path: settings.inbox))
    for batch in try PublishedBatch.all(in: Directory(path: settings.outbox)) {
      published[batch.batch] = batch
    }
    for drop in drops {
      let (folder, name) = drop.dropped
      names[drop.receipt.feed] = FeedNaming.feed(
        folder: folder,
        name: name,
        settings: settings.feeds
      )
    }
    let slugs = Set(drops.map(\.receipt.feed) + published.values.map(\.feed))
    for slug in slugs.sorted() {
      for step in steps(of: slug, drops.filter { $0.receipt.feed == slug }) {
        if try house.stop.isPressed() { throw MillError.stopped(signal: house.stop.signal ?? 0) }
        try make(step)
      }
    }
    try house.mergeAllRuns()
    try house.ledger.close()
    return report
  }

  /// What a feed's batches are made of, in their sequence; drops without a batch before the one they came before.
  private func steps(of feed: String, _ drops: [ArchivedDrop]) -> [Step] {
    var bySequence: [Int64: Step] = [:]
    for batch in published.values where batch.feed == feed {
      bySequence[batch.sequence] = Step(feed: feed, sequence: batch.sequence, published: batch)
    }
    var idle: [Step] = []
    for drop in drops {
      if let sequence = drop.sequence {
        bySequence[sequence, default: Step(feed: feed, sequence: sequence)].drops.append(drop)
      } else {
        idle.append(Step(feed: feed, sequence: nil, drops: [drop]))
      }
    }
    var steps: [Step] = []
    for sequence in 1...max(bySequence.keys.max() ?? 1, 1) {
      let step = bySequence[sequence] ?? Step(feed: feed, sequence: sequence)
      while let first = idle.first?.drops.first?.receipt.drop,
        let own = step.drops.first?.receipt.drop, first < own
      {
        steps.append(idle.removeFirst())
      }
      if !bySequence.isEmpty { steps.append(step) }
    }
    return steps + idle
  }

  private func make(_ step: Step) throws {
    guard let sequence = step.sequence else {
      try work(off: step.drops, as: step.feed)
      return
    }
    let name = BatchName(feed: step.feed, sequence: sequence).text
    if let batch = step.published, batch.isErasure {
      try note(batch, of: step.feed)
      return
    }
    if !step.drops.isEmpty {
      try work(off: step.drops, as: step.feed)
      report.fromOriginals += 1
    } else if let batch = step.published {
      try work(off: batch)
      report.fromOutbox += 1
    } else {
      report.lost.append(name)
    }
    let feed = try house.ledger.register(feedName(step.feed))
    if step.drops.isEmpty && step.published == nil {
      try house.ledger.skip(feedName(step.feed), to: sequence + 1)
      return
    }
    let made = try house.ledger.latestBatches(of: feed.id, limit: 1).first
    let isSame =
      made?.id.sequence == sequence
      && (step.published.map {
        made?.records == $0.records && hexadecimal(made?.sha256 ?? []) == $0.sha256
      } ?? true)
    if !isSame {
      report.different.append(name)
      try house.ledger.skip(feedName(step.feed), to: sequence + 1)
    }
  }

  /// Takes the batch that told targets of an erasure for what it is: no drop brought it.
  private func note(_ batch: PublishedBatch, of slug: String) throws {
    let feed = try house.ledger.register(feedName(slug))
    let folder = try Directory(path: settings.outbox).directory(Array(slug.utf8))
    let name = Array("\(batch.batch).ndjson".utf8)
    report.erasures.append(batch.batch)
    guard try folder.factsIfThere(name) != nil,
      try house.ledger.schema(of: feed.id, version: batch.schemaVersion) != nil
    else { return try house.ledger.skip(feedName(slug), to: batch.sequence + 1) }
    let data = try folder.read(name).bytes()
    moment.set(batch.created)
    var made = Batch(
      id: BatchID(feed: feed.id, sequence: batch.sequence),
      name: batch.batch,
      schemaVersion: batch.schemaVersion,
      records: batch.records,
      size: Int64(data.count),
      sha256: SHA256Hasher.hash(data),
      files: [],
      created: moment.now
    )
    made.told = batch.records
    try house.ledger.commit(GroupCommit(batches: [made]))
    try house.ledger.markPublished([made.id], at: moment.now)
  }

  private func feedName(_ slug: String) -> FeedName {
    names[slug] ?? FeedNaming.feed(named: slug)
  }

  /// Works off originals under the ids of their claims, all in one group.
  private func work(off drops: [ArchivedDrop], as feed: String) throws {
    let inbox = try Directory(path: settings.inbox)
    var claims: [ClaimedDrop] = []
    for drop in drops {
      var folder = try inbox.duplicate()
      for part in drop.folder { folder = try folder.directory(part) }
      let (path, name) = drop.dropped
      claims.append(try claim(drop.receipt.drop, path, name, copying: folder.read(drop.name)))
    }
    house.naming = { [name = feedName(feed)] _ in name }
    // People were taken out of some since, and what is left of those are lines.
    let cut = Set(drops.filter(\.isCut).map(\.receipt.drop))
    house.hasOwnLines = { cut.contains($0.id) }
    moment.set(drops.last?.receipt.settled)
    report.drops += drops.count
    try shift.work(off: claims)
    try shift.finishArchiving()
  }

  /// Takes a batch's own lines for a drop: they are canonical, and come out as they are.
  private func work(off batch: PublishedBatch) throws {
    let folder = try Directory(path: settings.outbox).directory(Array(batch.feed.utf8))
    let name = Array("\(batch.batch).ndjson".utf8)
    // Claims of real drops begin with their time: none is as early.
    borrowed += 1
    let digits = String(borrowed, radix: 16)
    let id = String(repeating: "0", count: 16 - digits.count) + digits
    house.naming = { [name = feedName(batch.feed)] _ in name }
    house.hasOwnLines = { _ in true }
    moment.set(batch.created)
    report.drops += 1
    try shift.work(off: [try claim(id, [Array(batch.feed.utf8)], name, copying: folder.read(name))])
    try shift.finishArchiving()
  }

  private func claim(
    _ id: String,
    _ folder: [[UInt8]],
    _ name: [UInt8],
    copying file: borrowing File
  ) throws -> ClaimedDrop {
    var place = try Directory(path: house.settings.inbox).makingDirectory(
      Array(".claimed".utf8),
      mode: 0o700
    )
    for part in folder + [[UInt8(ascii: "_")] + Array(id.utf8)] {
      place = try place.makingDirectory(part, mode: 0o700)
    }
    let copy = try place.create(name, mode: 0o600)
    var offset: Int64 = 0
    while true {
      let piece = try file.someBytes(at: offset, upTo: 1 << 20)
      if piece.isEmpty { break }
      try copy.write(piece)
      offset += Int64(piece.count)
    }
    return ClaimedDrop(id: id, folder: folder, name: name, facts: try copy.facts())
  }
}

/// The time that a rebuild works at: that of the batch it makes again, which retention goes by.
private final class Moment: Sendable {
  private let value = Mutex(WallClock.system.now)

  var now: Timestamp { value.withLock { $0 } }

  /// Takes a moment as receipts and manifests write it; keeps the one before where it is none.
  func set(_ text: String?) {
    guard let text,
      let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
    else { return }
    let (seconds, fraction) = (
      date.timeIntervalSince1970.rounded(.down), date.timeIntervalSince1970
    )
    let nanoseconds = Int64(((fraction - seconds) * 1_000).rounded()) * 1_000_000
    value.withLock { $0 = Timestamp(seconds: Int64(seconds), nanoseconds: nanoseconds) }
  }
}
