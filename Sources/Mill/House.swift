import Bytes
import Canonical
import Conversion
import Files
import Identity
import Inbox
import Ledger
import Outbox
import Settings

/// All that the mill holds open: the lock first, then everything else.
final class House {
  let settings: MillSettings
  let stop: StopSwitch
  let inbox: Inbox
  let archive: Archive
  let outbox: Outbox
  let ledger: Ledger
  let runs: RunFolder
  let converter: Converter
  private let lock: File
  private var sets: [FeedID: IdentitySet] = [:]
  private var stated: [[UInt8]: FeedSettings] = [:]

  /// How many feeds' sets of fingerprints stay open.
  private static let openSets = 32

  init(_ settings: MillSettings, stop: StopSwitch) throws {
    self.settings = settings
    self.stop = stop
    try House.requireApart(settings.inbox, settings.outbox)
    let state = try Directory(makingPath: settings.state, mode: 0o700)
    lock = try state.openOrCreate(Array("lock".utf8), mode: 0o600)
    guard try lock.lock() else { throw MillError.inUse(path: settings.state) }
    let runsName = Array("fingerprints".utf8)
    if try state.makeDirectory(runsName, mode: 0o700) { try state.sync() }
    runs = RunFolder(try state.directory(runsName), random: settings.randomness)
    ledger = try Ledger.open(in: state, random: settings.randomness)
    outbox = try Outbox(path: settings.outbox)
    inbox = try Inbox(
      path: settings.inbox,
      clock: settings.clock,
      randomness: settings.randomness
    )
    archive = try Archive(inbox)
    var conversion = settings.conversion
    conversion.key = .init(bytes: ledger.key.bytes)
    conversion.hashesContent = true
    converter = Converter(settings: conversion)
  }

  /// Refuses an outbox that would be watched, and an inbox that targets would read.
  private static func requireApart(_ inbox: [UInt8], _ outbox: [UInt8]) throws {
    let one = try Directory(path: inbox).resolvedPath() + [UInt8(ascii: "/")]
    let other = try Directory(makingPath: outbox).resolvedPath() + [UInt8(ascii: "/")]
    guard !one.starts(with: other), !other.starts(with: one) else {
      throw MillError.nested(inbox: inbox, outbox: outbox)
    }
  }

  /// The feed that a drop belongs to.
  func feed(of claim: ClaimedDrop) -> FeedName {
    FeedNaming.feed(folder: claim.folder, name: claim.name, settings: settings.feeds)
  }

  /// What holds for a feed.
  func settings(of feed: Feed) -> FeedSettings {
    if let known = stated[feed.name] { return known }
    let found = settings.feeds.settings(ofFeed: String(decoding: feed.name, as: UTF8.self))
    stated[feed.name] = found
    return found
  }

  /// The fingerprints of a feed as they are now.
  func identities(of feed: FeedID) throws -> IdentitySet {
    if let set = sets[feed] { return set }
    let runs = try ledger.runs(of: feed).map(StoredRun.init)
    let set = try IdentitySet(runs, in: self.runs)
    if sets.count >= House.openSets { sets = [:] }
    sets[feed] = set
    return set
  }

  /// Takes runs that were committed into the open sets.
  func remember(_ runs: [Run]) throws {
    for run in runs {
      sets[run.feed] = try sets[run.feed]?.adding(StoredRun(run))
    }
  }

  /// Merges runs where a feed has more than so many; says whether there was something to do.
  func mergeRuns(atMost limit: Int) throws -> Bool {
    for (feed, set) in sets {
      guard let range = set.mergeDue(atMost: limit) else { continue }
      // The set and the ledger go by the runs' names, not by their places.
      let names = set.runs[range].map(\.name)
      let old = try ledger.runs(of: feed).filter { names.contains($0.name) }
      guard let first = old.map(\.batches.lowerBound).min(),
        let last = old.map(\.batches.upperBound).max()
      else { continue }
      let merged = try set.merged(range)
      let run = Run(
        feed: feed,
        name: merged.name,
        sha256: merged.sha256,
        count: merged.count,
        batches: first...last
      )
      try ledger.replaceRuns(names, with: [run])
      sets[feed] = try set.replacing(range, with: merged)
      try runs.remove(names)
      return true
    }
    return false
  }

  /// Lets committed batches be seen, in sequence, and notes that they can be.
  func publish(_ batches: [Batch]) throws {
    guard !batches.isEmpty else { return }
    for batch in batches {
      let slug = try ledger.feed(batch.id.feed).slug
      for (index, file) in batch.files.enumerated() {
        try outbox.publish(Outbox.Staged(file), feed: slug)
        switch batch.files.count - index {
        case 1: CrashPoint.reach(.manifestPublished)
        case 2: CrashPoint.reach(.dataPublished)
        default: CrashPoint.reach(.schemaPublished)
        }
      }
    }
    try outbox.syncPublished()
    CrashPoint.reach(.publishSynced)
    try ledger.markPublished(batches.map(\.id), at: settings.clock.now)
    CrashPoint.reach(.publishRecorded)
  }

  /// Moves an original where it belongs, with its receipt; lasts after the archive's sync.
  func settle(
    _ claim: ClaimedDrop,
    isHeld: Bool,
    feed: String,
    firstSeen: Timestamp,
    receipt: [UInt8],
    hasRejects: Bool
  ) throws {
    if hasRejects { try archive.showRejects(of: claim, feed: feed) }
    let place: Archive.Place = isHeld ? .held : .done(day: firstSeen.day)
    try archive.place(claim, in: place, feed: feed, receipt: receipt)
  }
}

extension StoredRun {
  init(_ run: Run) {
    self.init(name: run.name, count: run.count, sha256: run.sha256)
  }
}
