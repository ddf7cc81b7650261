import Bytes
public import Files
public import Identity
public import Ledger

/// Holds what is on the disk against what was promised of it; changes nothing.
public enum Auditor: Sendable {
  /// Looks at every batch in an outbox: checksums, counts, sums, sequence, canonical lines, schemas.
  ///
  /// - Throws: `FileError` where a file or folder cannot be read.
  public static func run(outbox: String) throws(FileError) -> AuditReport {
    var audit = OutboxAudit(path: outbox)
    try audit.run()
    return audit.report
  }

  /// The same, and the ledger, its staged files and its runs of fingerprints with them.
  ///
  /// A published batch that is not in the outbox was taken by its target: only the publisher takes
  /// files out of the staging folder.
  ///
  /// - Throws: `FileError` and `LedgerError` where something cannot be read.
  public static func run(
    outbox: String,
    ledger: Ledger,
    runs: RunFolder
  ) throws -> AuditReport {
    var audit = OutboxAudit(path: outbox)
    try audit.run()
    var comparison = LedgerAudit(audit, ledger: ledger, runs: runs)
    try comparison.run()
    return comparison.report
  }
}

/// Holds the ledger against what an audit of the outbox found.
private struct LedgerAudit {
  private(set) var report: AuditReport
  private let outbox: String
  private var unknown: [String: OutboxAudit.Found]
  private let ledger: Ledger
  private let runs: RunFolder

  init(_ audit: OutboxAudit, ledger: Ledger, runs: RunFolder) {
    report = audit.report
    report.hasLedger = true
    outbox = audit.path
    unknown = audit.batches
    self.ledger = ledger
    self.runs = runs
  }

  mutating func run() throws {
    for totals in try ledger.totals().feeds {
      let feed = totals.feed
      if !report.feeds.contains(where: { $0.name == feed.slug }) {
        report.feeds.append(AuditReport.Feed(name: feed.slug))
      }
      var written: Int64 = 0
      for batch in try ledger.latestBatches(of: feed.id, limit: .max) {
        written += batch.records - batch.told
        try compare(batch, feed: feed.slug)
      }
      if written != totals.counts.written {
        add(
          .sumsDiffer,
          feed.slug,
          "The ledger's batches hold \(written) records, its drops wrote \(totals.counts.written)."
        )
      }
      try checkRuns(of: feed)
    }
    report.feeds.sort { $0.name < $1.name }
    for (name, found) in unknown.sorted(by: { $0.key < $1.key }) {
      add(.batchUnknown, name, "The ledger knows no such batch of \(found.records) records.")
    }
  }

  private mutating func compare(_ batch: Batch, feed: String) throws {
    guard let found = unknown.removeValue(forKey: batch.name) else {
      switch batch.state {
      case .published:
        if let index = report.feeds.firstIndex(where: { $0.name == feed }) {
          report.feeds[index].taken += 1
        }
      case .ready: try checkStaged(batch)
      }
      return
    }
    if found.sha256 != batch.sha256 || found.records != batch.records || found.size != batch.size {
      add(
        .batchDiffers,
        "\(outbox)/\(feed)/\(batch.name)",
        "It is not the batch that was committed."
      )
    }
  }

  /// A batch that is committed and not published waits in the staging folder, whole.
  private mutating func checkStaged(_ batch: Batch) throws {
    let staging = try Directory(path: Array("\(outbox)/.staging".utf8))
    for file in batch.files {
      let name = Array(file.name.utf8)
      let place = "\(outbox)/.staging/\(file.name)"
      guard try staging.factsIfThere(name) != nil else {
        add(
          .stagedMissing,
          place,
          "Batch \(batch.name) is committed; this part of it is not there."
        )
        continue
      }
      let bytes = try staging.read(name).bytes()
      if SHA256Hasher.hash(bytes) != file.sha256 {
        add(.batchDiffers, place, "It is not the file that was committed.")
      }
    }
  }

  private mutating func checkRuns(of feed: Feed) throws {
    let stored = try ledger.runs(of: feed.id)
      .map { StoredRun(name: $0.name, count: $0.count, sha256: $0.sha256) }
    do {
      _ = try IdentitySet(stored, in: runs, check: .everything)
    } catch {
      add(.runDiffers, feed.slug, error.message)
    }
  }

  private mutating func add(_ code: AuditFinding.AuditCode, _ place: String, _ found: String) {
    report.findings.append(AuditFinding(code, place, found))
  }
}
