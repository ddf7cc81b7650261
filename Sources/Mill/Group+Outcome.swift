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

extension Group {
  func accept(
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
    settled.repaired = report.recordsRepaired > 0 ? Int64(report.recordsRepaired) : nil
    let uncertain = report.findings.uncertain.map(\.what)
    settled.uncertain = uncertain.isEmpty ? nil : uncertain
    let earlier = try earlierDrop(
      withContent: report.contentSHA256,
      under: work.statementHash,
      of: drop,
      work
    )
    work.remember(report.contentSHA256, of: drop.id)
    work.adopt(report.notations)
    work.adopt(keyRepeats: work.identity.keyRepeats)
    work.adopt(newest: work.identity.newest)
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
    if sink.rejects.failed > 0 {
      let table = sink.rejects.text(columns: report.names)
      rejectsPath = try house.archivist.use {
        try $0.prepareRejects(of: claim, feed: work.feed.slug, table)
      }
    }
    if sink.rejects.suppressed > 0 { commit.cuts.append(drop.id) }
    let receipt = Receipt.converted(
      claim,
      settled,
      sink,
      work.withoutSubjects(report),
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
        hasRejects: sink.rejects.failed > 0,
        isRequested: drop.request != nil
      )
    )
  }

  /// Settles a drop whose content was converted before.
  func accept(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop,
    _ found: RecognizedDrop,
    _ work: FeedWork
  ) {
    // What came first may have brought people's records before they were erased.
    if work.subjects != nil { commit.cuts.append(drop.id) }
    settled.read = found.first.read
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
    if content != work.newContent,
      let first = try ledger.firstDrop(withContent: content, in: drop.feed)
    {
      let same = try ledger.firstDrop(withContent: content, under: statement, in: drop.feed)
      return ((same ?? first).id, shown((same ?? first).name), same != nil)
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

  func hold(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop,
    _ reason: String,
    _ message: String,
    place: (line: UInt64, column: UInt64)? = nil,
    judgement: Judgement? = nil
  ) {
    settled.outcome = .held
    // Nobody knows yet who is in it.
    if work(known: drop.feed)?.subjects != nil { commit.cuts.append(drop.id) }
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
    refuse(claim, drop, settled, as: .held, reason, receipt)
  }

  /// Lets a held drop go, as a person asked: it is kept with what is done.
  func discard(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: inout SettledDrop
  ) throws {
    let decision = try house.ledger.lastDecision(on: drop.id)
    settled.outcome = .discarded
    settled.reason = decision?.detail
    settled.message = "\(decision?.user ?? "Somebody") discarded it: nothing of it was published."
    let receipt = Receipt.discarded(claim, settled, decision, at: house.settings.clock.now)
    let reason = decision?.detail ?? DropRequest.discard.rawValue
    refuse(claim, drop, settled, as: .rejected, reason, receipt)
  }

  /// Notes that nothing of a drop is published.
  private func refuse(
    _ claim: ClaimedDrop,
    _ drop: Drop,
    _ settled: SettledDrop,
    as outcome: Refusal.Outcome,
    _ reason: String,
    _ receipt: [UInt8]
  ) {
    commit.refusals.append(
      Refusal(claim: drop.id, outcome: outcome, reason: reason, receipt: receipt)
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
}
