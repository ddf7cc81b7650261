import Canonical
import Files
import Identity
import Ledger
import Records
import Settings

/// One of the sets of fingerprints that a feed may have.
struct SetID: Hashable {
  var feed: FeedID
  var kind: RunKind
}

extension House {
  /// How many sets of fingerprints stay open.
  private static let openSets = 32

  /// What decides which records of a feed's next drops are new.
  func identity(of feed: Feed) throws -> any RecordIdentity {
    let settings = settings(of: feed)
    switch settings.mode {
    case .content: return try ContentIdentity(set(of: feed.id, .records))
    case .occurrence: return try OccurrenceIdentity(set(of: feed.id, .records))
    case .none: return NoIdentity()
    case .key(let columns):
      return try KeyIdentity(states(of: feed), keyReader(columns))
    case .snapshot(let columns):
      let state = try states(of: feed).runs.last
      return SnapshotIdentity(
        try SnapshotSession(state, in: runs),
        try keyReader(columns),
        maximalDeletes: settings.maximalDeletes
      )
    }
  }

  /// Takes what was committed into the open sets.
  func remember(_ commit: GroupCommit) throws {
    for feed in commit.identities.keys { sets[SetID(feed: feed, kind: .states)] = nil }
    let replaced = Set(commit.replacedRuns)
    sets = sets.filter { _, set in set.runs.allSatisfy { !replaced.contains($0.name) } }
    for run in commit.runs {
      let id = SetID(feed: run.feed, kind: run.kind)
      sets[id] = try sets[id]?.adding(StoredRun(run))
    }
    try runs.remove(commit.replacedRuns)
  }

  /// Forgets the fingerprints of batches that are past their feeds' retention; looks once an hour.
  func forgetOld() throws {
    let now = settings.clock.now
    guard now >= nextForgetting else { return }
    nextForgetting = Timestamp(seconds: now.seconds + 3_600)
    for feed in try ledger.feeds() {
      let settings = settings(of: feed)
      guard settings.retention < .forever else { continue }
      let limit = Timestamp(seconds: now.seconds - settings.retention.seconds)
      var old = try ledger.runs(of: feed.id, before: limit)
      // A snapshot's state says what is, not what was: it does not age.
      if settings.isSnapshot { old.removeAll { $0.kind == .states } }
      guard !old.isEmpty else { continue }
      try ledger.forget(old)
      for kind in RunKind.allCases { sets[SetID(feed: feed.id, kind: kind)] = nil }
      try runs.remove(old.map(\.name))
    }
  }

  /// Merges runs where a feed has more than so many; says whether there was something to do.
  func mergeRuns(atMost limit: Int) throws -> Bool {
    for (id, set) in sets {
      guard let range = try mergeDue(in: id, set, atMost: limit) else { continue }
      // The set and the ledger go by the runs' names, not by their places.
      let names = set.runs[range].map(\.name)
      let old = try ledger.runs(of: id.feed).filter { names.contains($0.name) }
      guard let first = old.map(\.batches.lowerBound).min(),
        let last = old.map(\.batches.upperBound).max()
      else { continue }
      let merged = try set.merged(range)
      let run = Run(
        feed: id.feed,
        name: merged.name,
        sha256: merged.sha256,
        count: merged.count,
        batches: first...last,
        kind: id.kind
      )
      try ledger.replaceRuns(names, with: [run])
      sets[id] = try set.replacing(range, with: merged)
      try runs.remove(names)
      return true
    }
    return false
  }
}

extension House {
  /// The runs to merge: only such whose batches were made at about the same time.
  ///
  /// A run goes when the last of its batches is past retention, so what is merged with later batches
  /// is kept longer: by an eighth of the retention at most.
  private func mergeDue(
    in id: SetID,
    _ set: IdentitySet,
    atMost limit: Int
  ) throws -> Range<Int>? {
    guard set.mergeDue(atMost: limit) != nil else { return nil }
    let retention = settings(of: try ledger.feed(id.feed)).retention
    let period = max(1, retention.seconds / 8)
    let made = try ledger.runsMade(of: id.feed).mapValues { $0.seconds / period }
    let periods = set.runs.map { made[$0.name] ?? .max }
    var start = 0
    while start < periods.count {
      let end = periods[start...].firstIndex { $0 != periods[start] } ?? periods.count
      // A period that is over needs no more than one run.
      let most = end == periods.count ? limit : 1
      if let range = set.mergeDue(start..<end, atMost: most) { return range }
      start = end
    }
    return nil
  }

  /// The fingerprints of a feed as they are now.
  private func set(of feed: FeedID, _ kind: RunKind) throws -> IdentitySet {
    let id = SetID(feed: feed, kind: kind)
    if let set = sets[id] { return set }
    let runs = try ledger.runs(of: feed).filter { $0.kind == kind }.map(StoredRun.init)
    let set = try IdentitySet(runs, in: self.runs)
    if sets.count >= House.openSets { sets = [:] }
    sets[id] = set
    return set
  }

  /// The latest of each key; nothing where the feed went by something else until now.
  private func states(of feed: Feed) throws -> IdentitySet {
    let isKept = feed.identity == settings(of: feed).mode.stored
    return isKept ? try set(of: feed.id, .states) : try IdentitySet([], in: runs)
  }

  private func keyReader(_ columns: [String]) throws -> KeyReader {
    guard let key = Canonical.FingerprintKey(bytes: ledger.key.bytes) else {
      preconditionFailure("the ledger's key has 32 bytes")
    }
    return KeyReader(columns: columns, key: key)
  }
}

extension FeedSettings {
  /// What a duplicate is, as manifests and the ledger name it.
  var mode: IdentityMode {
    switch identity {
    case .content: .content
    case .occurrence: .occurrence
    case .key(let columns): isSnapshot ? .snapshot(columns) : .key(columns)
    case .none: .none
    }
  }
}
