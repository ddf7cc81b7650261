import Bytes
import Canonical
import Conversion
import Detection
import Files
import Formats
import Identity
import Inbox
import Ledger
import Outbox
import Records
import Settings

/// Drops that are committed together: one transaction and a few syncs for all of them.
///
/// The drops of a feed must come one after the other.
final class Group {
  /// A drop that is ready to be committed, or to be held.
  struct Entry: Sendable {
    var claim: ClaimedDrop
    var drop: SettledDrop
    var receipt: [UInt8]
    var firstSeen: Timestamp
    var hasRejects = false
    /// A person asked for it: it came from among the held.
    var isRequested = false
  }

  /// What is ready to be committed.
  var entries: [Entry] = []
  /// Bytes of drops that were read for it.
  private(set) var size: Int64 = 0

  let house: House
  let ahead: ConversionsAhead?
  var work: FeedWork?
  /// The feed's course as it was when drops were last told to be converted under it, and what stands
  /// for it there.
  var followed: (course: ConversionsAhead.Mark, ahead: ConversionsAhead.Mark)?
  /// Drops of the feed that is open whose values were looked at.
  var lookedAt = 0
  private var closedFeeds: Set<FeedID> = []
  var commit = GroupCommit()

  /// A group of which drops may have been converted ahead.
  init(_ house: House, _ ahead: ConversionsAhead? = nil) {
    self.house = house
    self.ahead = ahead
  }

  /// Converts a drop, or finds out why it cannot be.
  ///
  /// - Parameters:
  ///   - claim: The drop.
  ///   - drop: What the ledger has of it.
  ///   - place: Its place among those that are converted ahead.
  /// - Throws: ``StopRequest``, or what makes the whole group impossible. The drop is not part of the
  ///   group then; what was added before still is.
  func add(_ claim: ClaimedDrop, _ drop: Drop, at place: Int = 0) throws {
    let feed = try work(for: drop.feed).feed
    var settled = SettledDrop(path: claim.path, feed: feed.slug)
    if drop.request == .discard {
      try discard(claim, drop, &settled)
    } else if let reason = claim.reason {
      hold(claim, drop, &settled, reason.rawValue, reason.message)
    } else if drop.attempts > house.settings.attempts {
      let message = "The process ended \(drop.attempts - 1) times while it read this drop."
      hold(claim, drop, &settled, GroupCode.endsTheProcess.rawValue, message)
    } else {
      try convert(claim, drop, at: place, &settled)
    }
    size += claim.facts.size
  }

  /// Makes all of it true, lets it be seen, and has the originals moved where they belong.
  func finish() throws {
    guard !entries.isEmpty else { return }
    try house.reading.clear()
    try closeFeed()
    if !commit.batches.isEmpty {
      try house.outbox.syncStaging()
      try house.runs.sync()
      CrashPoint.reach(.stageSynced)
    }
    // Tables of rejected records lie aside, hidden, before the ledger counts them.
    if entries.contains(where: \.hasRejects) { try house.archivist.use { try $0.sync() } }
    // After a sync that failed nothing more becomes true.
    try house.archivist.check()
    CrashPoint.reach(.commitReady)
    try house.ledger.commit(commit)
    CrashPoint.reach(.committed)
    isCommitted = true
    try house.publish(commit.batches)
    try house.remember(commit)
    try house.archivist.start(entries)
  }

  /// Whether the ledger knows of it: nothing may be taken back any more.
  private(set) var isCommitted = false
}

extension Group {
  /// The work of a feed; the one before is closed, so that one session is open at a time.
  func work(for feed: FeedID) throws -> FeedWork {
    if let work, work.feed.id == feed { return work }
    precondition(!closedFeeds.contains(feed), "the drops of a feed must follow each other")
    try closeFeed()
    let known = try house.ledger.feed(feed)
    let (stated, statementHash) = house.statement(of: known)
    let next = try FeedWork(
      feed: known,
      stated: stated,
      statementHash: statementHash,
      layout: try house.ledger.layout(of: feed).flatMap(Layout.init(memory:)),
      notations: try house.ledger.notations(of: feed),
      ledger: house.ledger,
      identity: house.identity(of: known),
      subjects: house.subjects(of: feed),
      outbox: house.outbox,
      batchSize: house.settings.batchSize,
      sketchAllowance: house.takeSketchAllowance(of: feed),
      created: house.settings.clock.now
    )
    work = next
    lookedAt = 0
    return next
  }

  /// The work of a feed, if it is the one that is open.
  func work(known feed: FeedID) -> FeedWork? { work?.feed.id == feed ? work : nil }

  private func closeFeed() throws {
    guard let work else { return }
    self.work = nil
    closedFeeds.insert(work.feed.id)
    house.sketchAllowances[work.feed.id] = work.sketchAllowance
    try work.finish()
    commit.replacedRuns += work.replacedRuns
    commit.schemas += work.schemas
    commit.keyRepeats[work.feed.id] = work.keyRepeats
    if let order = work.order, let newest = work.newest {
      commit.newest[work.feed.id] = Feed.Newest(column: order, value: newest.text)
    }
    commit.sketches[work.feed.id] = work.storedSketches
    commit.renames[work.feed.id] = work.renames
    commit.disprovenRenames[work.feed.id] = try work.disprovenRenames()
    if work.hasNewNotations { commit.notations[work.feed.id] = work.notations }
    if work.hasNewLayout { commit.layouts[work.feed.id] = work.layout?.memory }
    commit.batches += work.batches
    if let run = work.run { commit.runs.append(run) }
    if work.feed.identity != work.mode.stored, !work.batches.isEmpty || work.run != nil {
      commit.identities[work.feed.id] = work.mode.stored
    }
  }
}
