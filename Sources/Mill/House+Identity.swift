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
  /// How many runs a set may have while some of them are merged.
  private static let mostRuns = 64

  /// What decides which records of a feed's next drops are new.
  func identity(of feed: Feed) throws -> any RecordIdentity {
    let identity = try unorderedIdentity(of: feed)
    guard let column = settings(of: feed).order else { return identity }
    return OrderedIdentity(identity, column: column, try keyReader([column]))
  }

  private func unorderedIdentity(of feed: Feed) throws -> any RecordIdentity {
    let feedSettings = self.settings(of: feed)
    let memory = settings.identityMemory
    switch feedSettings.mode {
    case .content: return try ContentIdentity(set(of: feed.id, .records), memory: memory)
    case .occurrence: return try OccurrenceIdentity(set(of: feed.id, .records), memory: memory)
    case .none: return NoIdentity()
    case .key(let columns):
      return try KeyIdentity(states(of: feed), keyReader(columns), memory: memory)
    case .snapshot(let columns):
      let state = try states(of: feed).runs.last
      return SnapshotIdentity(
        try SnapshotSession(state, in: runs, memory: memory),
        try keyReader(columns),
        maximalDeletes: feedSettings.maximalDeletes
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

  /// Has runs merged where a feed has more than so many, and names what was merged since the last time.
  ///
  /// Says whether a merge is under way.
  func mergeRuns() throws -> Bool {
    // Where runs come faster than they are merged, groups wait: each lookup looks into all of them.
    if sets.values.contains(where: { $0.runs.count > House.mostRuns }) { merger.wait() }
    if let merge = try merger.take() { try adopt(merge) }
    if merger.isBusy { return true }
    for (id, set) in sets {
      guard let range = try mergeDue(in: id, set, atMost: 8) else { continue }
      merger.start(range, of: set, id)
      return true
    }
    return false
  }

  /// Merges runs until there is nothing more to merge.
  func mergeAllRuns() throws {
    while try mergeRuns() { merger.wait() }
  }
}

extension House {
  /// Names a merged run in the place of those that it was merged from.
  private func adopt(_ merge: RunMerger.Merge) throws {
    let set = try set(of: merge.set.feed, merge.set.kind)
    let names = set.runs.map(\.name)
    // The set and the ledger go by the runs' names, not by their places.
    guard let start = merge.names.first.flatMap(names.firstIndex),
      names[start...].starts(with: merge.names)
    else {
      // A group has replaced one of them meanwhile, or it is past retention.
      try runs.remove([merge.run.name])
      return
    }
    let old = try ledger.runs(of: merge.set.feed).filter { merge.names.contains($0.name) }
    guard let first = old.map(\.batches.lowerBound).min(),
      let last = old.map(\.batches.upperBound).max()
    else { return try runs.remove([merge.run.name]) }
    let run = Run(
      feed: merge.set.feed,
      name: merge.run.name,
      sha256: merge.run.sha256,
      count: merge.run.count,
      batches: first...last,
      kind: merge.set.kind
    )
    try ledger.replaceRuns(merge.names, with: [run])
    sets[merge.set] = try set.replacing(start..<start + merge.names.count, with: merge.run)
    try runs.remove(merge.names)
  }

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
