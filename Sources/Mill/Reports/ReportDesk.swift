import Conversion
import Files
import Ledger
import Outbox
import Records
import Settings
import Synchronization

/// Answers what is asked of a state folder, from the ledger that this process holds.
final class ReportDesk: Sendable {
  /// What the mill knows and the ledger does not.
  struct Live: Sendable {
    var isWatching = false
    var settings = Settings()
    var settingsProblem: String?
    /// Why nothing is claimed now; nil: it is.
    var waiting: String?
    /// What the process has given up, in words.
    var confinement: String?
  }

  let live: Mutex<Live>
  private let ledger: Ledger
  private let state: [UInt8]
  private let clock: WallClock
  private let randomness: Randomness
  /// What only the mill's own thread may do; nil where no mill works.
  let orders: OrderBook?

  init(_ ledger: Ledger, settings: MillSettings, orders: OrderBook? = nil) {
    self.orders = orders
    self.ledger = ledger
    state = settings.state
    clock = settings.clock
    randomness = settings.randomness
    live = Mutex(Live(isWatching: orders != nil, settings: settings.feeds))
  }

  /// Answers; nil where the mill ends before it has done what is asked.
  func answer(_ request: StateRequest) -> StateAnswer? {
    if request.kind.isChange, let orders { return orders.answer(request) }
    do {
      switch request.kind {
      case .status: return StateAnswer(status: try status())
      case .drops: return StateAnswer(drops: try drops(request))
      case .batches: return StateAnswer(batches: try batches(request))
      case .copy: return StateAnswer(copy: try copy())
      case .schema, .pin, .unpin: return try book.answer(request)
      case .settle, .erase: throw MillError.unexpected("only a mill settles drops and erases")
      }
    } catch {
      return StateAnswer(error)
    }
  }

  /// The schemas and contracts of the feeds.
  private var book: SchemaBook { SchemaBook(ledger: ledger, clock: clock) }

  private func status() throws -> StatusReport {
    let live = self.live.withLock { $0 }
    let now = clock.now
    let known = try ledger.overview()
    var feeds = try known.map { overview in
      let name = String(decoding: overview.feed.name, as: UTF8.self)
      let stated = live.settings.settings(ofFeed: name)
      var report = overview.report(stated.expectation, at: now)
      report.proposals = try proposals(for: overview.feed, stated.statement.names)
      return report
    }
    // A feed that is expected and never came is no feed of the ledger's yet.
    for name in live.settings.namedFeeds
    where !known.contains(where: { $0.feed.name == Array(name.utf8) }) {
      if let expectation = live.settings.settings(ofFeed: name).expectation {
        feeds.append(.unseen(FeedNaming.feed(named: name).slug, expectation, at: now))
      }
    }
    return StatusReport(
      at: now.text,
      isWatching: live.isWatching,
      settingsProblem: live.settingsProblem,
      waiting: live.waiting,
      confinement: live.confinement,
      feeds: feeds.sorted { $0.feed < $1.feed }
    )
  }

  /// Renames that seem to have happened and that the settings say nothing of; nil: none.
  private func proposals(for feed: Feed, _ rules: NameRules) throws -> [String]? {
    let open = try ledger.renames(of: feed.id).map(\.proposal)
      .filter { rules.renames[$0.sourceName] == nil }
    if open.isEmpty { return nil }
    let name = String(decoding: feed.name, as: UTF8.self)
    return open.map { rules.advice($0, feed: name) }
  }

  private func feed(_ slug: String?) throws -> FeedID? {
    guard let slug else { return nil }
    let feeds = try ledger.overview().map(\.feed)
    if let found = feeds.first(where: { $0.slug == slug || $0.name == Array(slug.utf8) }) {
      return found.id
    }
    throw MillError.noFeed(
      name: slug,
      nearest: Spelling.nearest(to: slug, among: feeds.map(\.slug))
    )
  }

  private func drops(_ request: StateRequest) throws -> [DropReport] {
    let state = try request.state.map { word in
      guard let state = DropState(rawValue: word) else {
        throw MillError.noState(name: word, known: DropState.allCases.map(\.rawValue))
      }
      return state
    }
    let drops = try ledger.latestDrops(of: feed(request.feed), in: state, limit: request.limit)
    return try drops.map { drop in
      let slug = try ledger.feed(drop.feed).slug
      return DropReport(
        drop: drop.id.text,
        name: shown(drop.name),
        feed: slug,
        state: drop.state.rawValue,
        firstSeen: drop.firstSeen.text,
        bytes: drop.size,
        recordsRead: drop.counts.read,
        recordsWritten: drop.counts.written,
        duplicates: drop.counts.duplicates,
        rejected: drop.counts.rejected,
        batch: drop.batch.map { BatchName(feed: slug, sequence: $0.sequence).text },
        reason: drop.reason
      )
    }
  }

  private func batches(_ request: StateRequest) throws -> [BatchReport] {
    try ledger.latestBatches(of: feed(request.feed), limit: request.limit).map { batch in
      BatchReport(
        batch: batch.name,
        feed: try ledger.feed(batch.id.feed).slug,
        sequence: batch.id.sequence,
        schemaVersion: batch.schemaVersion,
        records: batch.records,
        bytes: batch.size,
        state: batch.state.rawValue,
        created: batch.created.text
      )
    }
  }

  private func copy() throws -> String {
    let name = try PlanFolder.make(in: state, randomness: randomness)
    try ledger.copy(into: PlanFolder.open(name, in: state))
    return name
  }
}

extension FeedOverview {
  fileprivate func report(_ expectation: Expectation?, at now: Timestamp) -> FeedReport {
    let arrival = last.map { drop in
      Expectation.Arrival(
        at: lastSettled ?? drop.firstSeen,
        records: drop.counts.read,
        bytes: drop.size
      )
    }
    let unmet = expectation?.unmet(by: arrival, at: now) ?? []
    var state = last == nil ? "nothing converted yet" : "well"
    var action: String?
    if !unmet.isEmpty { state = "not as expected" }
    if held > 0 {
      state = held == 1 ? "a drop is held" : "\(held) drops are held"
      action = lastHeld.map { "look at the receipt of “\(shown($0.name))” in _held" }
    } else if let first = unmet.first {
      action = first
    }
    return FeedReport(
      feed: feed.slug,
      needsAttention: held > 0 || !unmet.isEmpty,
      state: state,
      nextAction: action,
      drops: drops,
      held: held,
      waiting: waiting,
      written: counts.written,
      duplicates: counts.duplicates,
      rejected: counts.rejected,
      rejectedByReason: rejects,
      schemaVersion: feed.schemaVersion,
      batches: feed.nextSequence - 1,
      lastDrop: last.map { shown($0.name) },
      lastSettled: lastSettled?.text,
      lastSettledSeconds: lastSettled?.seconds,
      unmet: unmet
    )
  }
}

extension FeedReport {
  /// A feed that is expected and has never brought anything.
  static func unseen(
    _ slug: String,
    _ expectation: Expectation,
    at now: Timestamp
  ) -> FeedReport {
    let unmet = expectation.unmet(by: nil, at: now)
    return FeedReport(
      feed: slug,
      needsAttention: !unmet.isEmpty,
      state: unmet.isEmpty ? "nothing dropped yet" : "not as expected",
      nextAction: unmet.first,
      drops: 0,
      held: 0,
      waiting: 0,
      written: 0,
      duplicates: 0,
      rejected: 0,
      rejectedByReason: [:],
      schemaVersion: 0,
      batches: 0,
      unmet: unmet
    )
  }
}
