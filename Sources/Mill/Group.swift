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

// Long because the steps of a group are one order, and are read as one.

/// Why the mill itself holds a drop.
enum GroupCode: String {
  /// The process ended whenever it read the drop.
  case endsTheProcess = "ends-the-process"
  /// A record lacks a column of the feed's key.
  case keyIncomplete = "key-incomplete"
  /// More keys are not in a snapshot than may vanish at once.
  case tooManyDeletes = "too-many-deletes"
  /// Many more records than ever have a key that another record of the drop has.
  case keyRepeats = "key-repeats"
  /// More records than the feed puts up with do not fit.
  case overBudget = "over-budget"
}

/// Drops that are committed together: one transaction and a few syncs for all of them.
///
/// The drops of a feed must come one after the other.
final class Group {
  /// A drop that is ready to be committed, or to be held.
  struct Entry {
    var claim: ClaimedDrop
    var drop: SettledDrop
    var receipt: [UInt8]
    var firstSeen: Timestamp
    var hasRejects = false
    /// A person asked for it: it came from among the held.
    var isRequested = false
  }

  /// What is ready to be committed.
  private(set) var entries: [Entry] = []
  /// Bytes of drops that were read for it.
  private(set) var size: Int64 = 0

  private let house: House
  private var work: FeedWork?
  private var closedFeeds: Set<FeedID> = []
  private var commit = GroupCommit()

  init(_ house: House) {
    self.house = house
  }

  /// Converts a drop, or finds out why it cannot be.
  ///
  /// - Throws: ``StopRequest``, or what makes the whole group impossible. The drop is not part of the
  ///   group then; what was added before still is.
  func add(_ claim: ClaimedDrop, _ drop: Drop) throws {
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
      try convert(claim, drop, &settled)
    }
    size += claim.facts.size
  }

  /// Makes all of it true, lets it be seen, and moves the originals where they belong.
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
    if entries.contains(where: \.hasRejects) { try house.archive.sync() }
    CrashPoint.reach(.commitReady)
    try house.ledger.commit(commit)
    CrashPoint.reach(.committed)
    isCommitted = true
    try house.publish(commit.batches)
    try house.remember(commit)
    try settle()
  }

  /// Whether the ledger knows of it: nothing may be taken back any more.
  private(set) var isCommitted = false
}

extension Group {
  private func convert(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop
  ) throws {
    let work = try work(for: drop.feed)
    try house.reading.set(.init(claim: claim.id, attempts: drop.attempts))
    var failure = ConversionError.unstable
    for _ in 1...3 {
      CrashPoint.reach(.convertStarted, with: claim.name)
      let file = try house.read(claim)
      let before = try file.facts()
      if let found = try house.recognize(file, before, in: work.feed), try before == file.facts() {
        accept(claim, drop, &settled, found, work)
        return
      }
      try work.identity.begin()
      let sink = makeSink(for: claim, work)
      let known = work.known(accepting: drop.request == .accept)
      switch read(file, claim, for: work, under: known, into: sink) {
      case .success(let report):
        CrashPoint.reach(.convertEnded)
        if try before == file.facts() {
          let judgement = Judgement(drop, report, sink, work)
          do {
            try judgement.pass()
            try judgement.pass(keyRepeats: work.identity.keyRepeats, usual: work.keyRepeats)
            try work.identity.close(sink)
          } catch let reason as HoldReason {
            try discard(sink, claim, work)
            hold(claim, drop, &settled, reason.code.rawValue, reason.message, judgement: judgement)
            return
          }
          try accept(claim, drop, &settled, sink, report, judgement, work)
          return
        }
      case .failure(.sink(let cause)):
        try discard(sink, claim, work)
        guard let reason = cause as? HoldReason else { throw cause }
        hold(claim, drop, &settled, reason.code.rawValue, reason.message)
        return
      case .failure(let error):
        failure = error
      }
      try discard(sink, claim, work)
      guard case .unstable = failure else { break }
    }
    hold(claim, drop, &settled, failure.code, failure.message, place: failure.place)
  }

  private func read(
    _ file: borrowing File,
    _ claim: ClaimedDrop,
    for work: FeedWork,
    under feed: KnownFeed,
    into sink: DropSink
  ) -> Result<ConversionReport, ConversionError> {
    let stated = house.readsOwnLines ? Statement() : house.settings(of: work.feed).statement
    let statement = work.statement(under: stated)
    do throws(ConversionError) {
      return .success(
        try house.converter.convert(
          descriptor: file.raw,
          name: claim.name,
          known: feed,
          statement: statement,
          sink: sink
        )
      )
    } catch {
      return .failure(error)
    }
  }

  private func makeSink(for claim: ClaimedDrop, _ work: FeedWork) -> DropSink {
    let outbox = house.outbox
    let stop = house.stop
    return DropSink(
      identity: work.identity,
      memory: house.settings.batchSize,
      sketcher: ColumnSketcher(key: house.sketchKey),
      sketchBudget: { work.sketchBudget(for: $0) },
      openFile: { try outbox.write(FeedWork.stagedName(claim)) },
      checkStop: { try stop.check() }
    )
  }

  /// Forgets what a drop brought before it turned out to be no good.
  private func discard(_ sink: DropSink, _ claim: ClaimedDrop, _ work: FeedWork) throws {
    try work.identity.restart()
    if sink.writer != nil { try house.outbox.discard(FeedWork.stagedName(claim)) }
  }

  private func accept(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop,
    _ sink: DropSink,
    _ report: ConversionReport,
    _ judgement: Judgement,
    _ work: FeedWork
  ) throws {
    settled.written = sink.written
    settled.duplicates = sink.duplicates
    settled.rejected = sink.rejects.count
    settled.read = sink.written + sink.duplicates + sink.rejects.count
    let earlier = try earlierDrop(
      withContent: report.contentSHA256,
      under: work.statementHash,
      of: drop,
      work
    )
    work.remember(report.contentSHA256, of: drop.id)
    work.adopt(report.notations)
    work.adopt(keyRepeats: work.identity.keyRepeats)
    work.adopt(sink.sketches, of: report.names)
    settled.proposals = judgement.renames.map { house.advice($0, for: work.feed) }
    var batch: BatchID?
    if sink.written + sink.deleted > 0 {
      let user = drop.request == .accept ? try house.ledger.lastDecision(on: drop.id)?.user : nil
      try work.adopt(report.schema, by: drop.id, acceptedBy: user)
      work.note(judgement.renames, of: drop.id)
      batch = try work.add(sink, of: claim, source(claim, settled, report))
    }
    settled.batch = batch.map(work.name(of:))
    work.remember(report.findings.layout)
    var rejectsPath: String?
    if sink.rejects.count > 0 {
      rejectsPath = try house.archive.prepareRejects(
        of: claim,
        feed: work.feed.slug,
        sink.rejects.text(columns: report.names)
      )
    }
    let receipt = Receipt.converted(
      claim,
      settled,
      sink,
      report,
      at: house.settings.clock.now,
      duplicateOf: earlier?.name,
      judgement,
      schemaVersion: work.schemaVersion,
      rejectsPath: rejectsPath,
      identity: work.mode
    )
    commit.drops.append(
      ConvertedDrop(
        claim: drop.id,
        content: report.contentSHA256,
        contentSize: Int64(report.contentBytes),
        statement: work.statementHash,
        counts: RecordCounts(
          written: settled.written,
          duplicates: settled.duplicates,
          rejected: settled.rejected
        ),
        rejects: sink.rejects.counts,
        batch: batch,
        duplicateOf: earlier?.hasSameStatement == true ? earlier?.id : nil,
        receipt: receipt
      )
    )
    entries.append(
      Entry(
        claim: claim,
        drop: settled,
        receipt: receipt,
        firstSeen: drop.firstSeen,
        hasRejects: sink.rejects.count > 0,
        isRequested: drop.request != nil
      )
    )
  }

  /// Settles a drop whose content was converted before.
  private func accept(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop,
    _ found: RecognizedDrop,
    _ work: FeedWork
  ) {
    settled.read = found.first.counts.read
    settled.duplicates = settled.read
    let batch = found.first.batch.map(work.name(of:))
    settled.known = SettledDrop.Known(
      day: found.first.firstSeen.day,
      name: found.first.name,
      batch: batch
    )
    let receipt = Receipt.recognized(
      claim,
      settled,
      found,
      batch: batch,
      at: house.settings.clock.now,
      identity: work.mode
    )
    commit.drops.append(
      ConvertedDrop(
        claim: drop.id,
        content: found.content.sha256,
        contentSize: Int64(found.content.bytes),
        counts: RecordCounts(duplicates: settled.duplicates),
        duplicateOf: found.first.id,
        receipt: receipt
      )
    )
    entries.append(Entry(claim: claim, drop: settled, receipt: receipt, firstSeen: drop.firstSeen))
  }

  /// The drop that brought the same content first: committed long ago, or in this very group.
  private func earlierDrop(
    withContent content: [UInt8],
    under statement: [UInt8],
    of drop: Drop,
    _ work: FeedWork
  ) throws -> (id: ClaimID, name: String, hasSameStatement: Bool)? {
    let ledger = house.ledger
    if let first = try ledger.firstDrop(withContent: content, under: statement, in: drop.feed) {
      return (first.id, shown(first.name), true)
    }
    if let first = try ledger.firstDrop(withContent: content, in: drop.feed) {
      return (first.id, shown(first.name), false)
    }
    guard let id = work.firstDrop(withContent: content) else { return nil }
    let name = entries.first { $0.claim.id == id.text }?.claim.name
    return (id, shown(name ?? []), true)
  }

  private func source(
    _ claim: ClaimedDrop,
    _ settled: SettledDrop,
    _ report: ConversionReport
  ) -> Manifest.Source {
    Manifest.Source(
      name: claim.name,
      sha256: report.contentSHA256,
      bytes: claim.facts.size,
      format: report.formatName,
      compression: report.compressionName,
      encoding: report.encodingName,
      recordsRead: settled.read,
      recordsWritten: settled.written,
      duplicates: settled.duplicates,
      rejected: settled.rejected
    )
  }

  private func hold(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop,
    _ reason: String,
    _ message: String,
    place: (line: UInt64, column: UInt64)? = nil,
    judgement: Judgement? = nil
  ) {
    settled.outcome = .held
    settled.reason = reason
    settled.message = message
    // What is only planned is held nowhere: there is nothing yet that a command could settle.
    if !house.isPlan { settled.commands = house.settings.commands(for: claim, settled, judgement) }
    let receipt = Receipt.held(
      claim,
      settled,
      at: house.settings.clock.now,
      place: place,
      judgement
    )
    commit.refusals.append(
      Refusal(claim: drop.id, outcome: .held, reason: reason, receipt: receipt)
    )
    entries.append(
      Entry(
        claim: claim,
        drop: settled,
        receipt: receipt,
        firstSeen: drop.firstSeen,
        isRequested: drop.request != nil
      )
    )
  }

  /// Lets a held drop go, as a person asked: it is kept with what is done.
  private func discard(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop
  ) throws {
    let decision = try house.ledger.lastDecision(on: drop.id)
    settled.outcome = .discarded
    settled.reason = decision?.detail
    settled.message = "\(decision?.user ?? "Somebody") discarded it: nothing of it was published."
    let receipt = Receipt.discarded(claim, settled, decision, at: house.settings.clock.now)
    commit.refusals.append(
      Refusal(
        claim: drop.id,
        outcome: .rejected,
        reason: decision?.detail ?? DropRequest.discard.rawValue,
        receipt: receipt
      )
    )
    entries.append(
      Entry(
        claim: claim,
        drop: settled,
        receipt: receipt,
        firstSeen: drop.firstSeen,
        isRequested: true
      )
    )
  }
}

extension Group {
  /// The work of a feed; the one before is closed, so that one session is open at a time.
  private func work(for feed: FeedID) throws -> FeedWork {
    if let work, work.feed.id == feed { return work }
    precondition(!closedFeeds.contains(feed), "the drops of a feed must follow each other")
    try closeFeed()
    let known = try house.ledger.feed(feed)
    let stated = house.settings(of: known)
    let next = try FeedWork(
      feed: known,
      stated: stated,
      layout: try house.ledger.layout(of: feed).flatMap(Layout.init(memory:)),
      notations: try house.ledger.notations(of: feed),
      ledger: house.ledger,
      identity: house.identity(of: known),
      outbox: house.outbox,
      batchSize: house.settings.batchSize,
      created: house.settings.clock.now
    )
    work = next
    return next
  }

  private func closeFeed() throws {
    guard let work else { return }
    self.work = nil
    closedFeeds.insert(work.feed.id)
    try work.finish()
    commit.replacedRuns += work.replacedRuns
    commit.schemas += work.schemas
    commit.keyRepeats[work.feed.id] = work.keyRepeats
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

  /// Moves the originals where they belong, each with its receipt.
  private func settle() throws {
    for entry in entries {
      try house.settle(
        entry.claim,
        isHeld: entry.drop.outcome == .held,
        feed: entry.drop.feed,
        firstSeen: entry.firstSeen,
        receipt: entry.receipt,
        hasRejects: entry.hasRejects
      )
    }
    try house.archive.sync()
    try house.ledger.markSettled(
      entries.map { ClaimID($0.claim.id) },
      at: house.settings.clock.now
    )
    CrashPoint.reach(.archiveRecorded)
    for entry in entries { try house.inbox.claims.recycle(entry.claim) }
  }
}
