import Bytes
import Canonical
import Files
import Formats
import Identity
import Ledger
import Outbox
import Records
import Settings

extension Mill {
  /// Erases a person from a feed, where no mill works that could be asked.
  ///
  /// First finishes what an earlier life left behind. After a kill the next start of any kind does the rest.
  ///
  /// - Throws: ``MillError/noFeed(name:nearest:)`` and ``MillError/noSuchColumn(name:feed:known:)``;
  ///   nothing is changed then.
  func erase(_ request: StateRequest) throws(MillError) -> ErasureReport {
    do {
      let house = try House(settings, stop: StopSwitch())
      let shift = Shift(house, MillSummary(), report: report)
      try shift.recover()
      let report = try shift.erase(request)
      try house.ledger.close()
      return report
    } catch {
      throw MillError(error)
    }
  }
}

extension Shift {
  /// Erases a person from a feed, or says what would be done; a kill on the way is made good by the next start.
  func erase(_ request: StateRequest) throws -> ErasureReport {
    guard let subject = request.subject, let slug = request.feed else {
      throw MillError.unexpected("nobody is to be erased")
    }
    let ledger = house.ledger
    let feed = try ledger.knownFeed(slug)
    let known = try ledger.currentSchema(of: feed.id)?.schema.columns.map(\.name) ?? []
    guard known.contains(subject.column) else {
      throw MillError.noSuchColumn(name: subject.column, feed: slug, known: known)
    }
    let value = Array(subject.value.utf8)
    let tokens = SubjectFinder.tokens(of: value, in: subject.column, key: house.sketchKey)
    if subject.isPlan {
      let finder = SubjectFinder(tokens, key: house.sketchKey)
      return try plan(subject, feed, finder)
    }
    while try workOffLeftovers() {}
    try finishArchiving()
    let salt = try house.settings.randomness.bytes(16)
    try ledger.erase(
      from: feed.id,
      column: subject.column,
      tokens: tokens.map(\.fingerprint),
      salt: salt,
      hash: SHA256Hasher.hash(salt + value),
      by: request.user ?? "",
      at: house.settings.clock.now
    )
    CrashPoint.reach(.eraseRecorded)
    var last: ErasureReport?
    for erasure in try ledger.openErasures() { last = try carryOut(erasure) }
    guard let last else { throw MillError.unexpected("an erasure is not there any more") }
    return last
  }

  /// Does what is left of erasures that an earlier life began.
  func finishErasures() throws {
    for batch in try house.ledger.replacedBatches() { try house.putInPlace(batch) }
    for erasure in try house.ledger.openErasures() {
      let told = try carryOut(erasure)
      report(
        .noticed("The erasure from “\(told.feed)” that was begun earlier is done.")
      )
    }
  }

  /// Takes people who were erased out of originals that came since.
  func cutOriginals() throws {
    for drop in try house.ledger.cuts() {
      let feed = try house.ledger.feed(drop.feed)
      if let finder = try house.subjects(of: feed.id) {
        try Eraser(house, feed, finder).run(drop: drop)
      }
      try house.ledger.finishCut(drop.id)
    }
  }

  private func plan(
    _ subject: Subject,
    _ feed: Feed,
    _ finder: SubjectFinder
  ) throws -> ErasureReport {
    let eraser = Eraser(house, feed, finder, isPlan: true)
    try eraser.run()
    var report = ErasureReport(feed: feed.slug, column: subject.column)
    report.isPlan = true
    report.add(eraser.places)
    return report
  }

  private func carryOut(_ erasure: Erasure) throws -> ErasureReport {
    let ledger = house.ledger
    let feed = try ledger.feed(erasure.feed)
    guard let finder = try house.subjects(of: feed.id) else {
      throw MillError.unexpected("an erasure is about nobody")
    }
    if case .snapshot = house.settings(of: feed).mode {
      // Before any record goes: it tells which key of the state is the person's.
      let look = Eraser(house, feed, finder, isPlan: true)
      try look.run()
      try house.forget(look.keys, finder, in: feed)
    }
    let eraser = Eraser(house, feed, finder) { try ledger.note($0, for: erasure) }
    try eraser.run()
    if let newest = feed.newest, finder.isNamed(in: [Array(newest.value.utf8)]) {
      try ledger.forgetNewest(of: feed.id)
    }
    if erasure.tombstone == nil { try house.tell(erasure, feed) }
    try ledger.scrub()
    CrashPoint.reach(.eraseScrubbed)
    var report = ErasureReport(feed: feed.slug, column: erasure.column)
    report.add(try ledger.places(of: erasure))
    let told = try ledger.tombstone(of: erasure)
    report.tombstone = told.map { BatchName(feed: feed.slug, sequence: $0.sequence).text }
    try ledger.finish(erasure, at: house.settings.clock.now)
    return report
  }
}

extension House {
  /// What a feed's originals are read under, as its next drop would be.
  func readingWork(of feed: Feed) throws -> FeedWork {
    let (stated, statementHash) = statement(of: feed)
    return try FeedWork(
      feed: feed,
      stated: stated,
      statementHash: statementHash,
      layout: try ledger.layout(of: feed.id).flatMap(Layout.init(memory:)),
      notations: try ledger.notations(of: feed.id),
      ledger: ledger,
      identity: NoIdentity(),
      subjects: nil,
      outbox: outbox,
      batchSize: settings.batchSize,
      // What was read before has shown what its values look like.
      sketchAllowance: 0,
      created: settings.clock.now
    )
  }

  /// Puts a batch's new files in the places of those that targets read, the data first.
  ///
  /// In the moment between the two a target that holds data and manifest against each other refuses the
  /// batch, and takes it later.
  func putInPlace(_ batch: Batch) throws {
    let slug = try ledger.feed(batch.id.feed).slug
    for file in batch.files {
      try outbox.replace(Outbox.Staged(file), feed: slug)
      CrashPoint.reach(.eraseReplaced)
    }
    try outbox.syncPublished()
    for file in batch.files { try outbox.discard(file.name) }
    try outbox.syncStaging()
    CrashPoint.reach(.eraseDiscarded)
    try ledger.finishReplacing(batch.id)
  }

  /// Takes keys out of a snapshot's state: it would tell targets of them, in clear, that they are gone.
  fileprivate func forget(
    _ keys: Set<Fingerprint>,
    _ finder: SubjectFinder,
    in feed: Feed
  ) throws {
    for run in try ledger.runs(of: feed.id) where run.kind == .states {
      let old = StoredRun(run)
      let next = try runs.forgetting(in: old) { key, text in
        keys.contains(key) || !finder.cut(text).gone.isEmpty
      }
      guard next != old else { continue }
      try runs.sync()
      CrashPoint.reach(.eraseForgotten)
      let made = next.map { next in
        Run(
          feed: feed.id,
          name: next.name,
          sha256: next.sha256,
          count: next.count,
          batches: run.batches,
          kind: .states
        )
      }
      try ledger.replaceRuns([old.name], with: made.map { [$0] } ?? [])
      sets[SetID(feed: feed.id, kind: .states)] = nil
      try runs.remove([old.name])
      try runs.sync()
    }
  }

  /// Publishes the batch that tells targets whom they have to erase; a feed without batches has none.
  fileprivate func tell(_ erasure: Erasure, _ feed: Feed) throws {
    guard let last = try ledger.latestBatches(of: feed.id, limit: 1).first else { return }
    let name = BatchName(feed: feed.slug, sequence: last.id.sequence + 1)
    let line = SubjectFinder.tombstone(
      column: erasure.column,
      salt: hexadecimal(erasure.salt),
      sha256: hexadecimal(erasure.hash)
    )
    let staged = "\(name.text).erasure.ndjson"
    let data = try outbox.stage(line, as: staged, target: name.dataFile)
    let manifest = Manifest(
      batch: name,
      schemaVersion: last.schemaVersion,
      records: 1,
      bytes: data.size,
      sha256: data.sha256,
      created: settings.clock.now,
      identity: settings(of: feed).mode,
      sources: [.erasure(line, sha256: data.sha256)]
    )
    let files = [
      data,
      try outbox.stage(manifest.text, as: name.manifestFile, target: name.manifestFile),
    ]
    try outbox.syncStaging()
    var batch = Batch(
      id: BatchID(feed: feed.id, sequence: name.sequence),
      name: name.text,
      schemaVersion: last.schemaVersion,
      records: 1,
      size: data.size,
      sha256: data.sha256,
      files: files.map(StagedFile.init),
      created: manifest.created
    )
    batch.told = 1
    try ledger.commit(batch, of: erasure)
    CrashPoint.reach(.eraseTold)
    try publish([batch])
  }
}
