import Bytes
import Canonical
import Conversion
import Files
import Identity
import Inbox
import Ledger
import Outbox
import Settings
import Synchronization

/// All that the mill holds open: the lock first, then everything else.
final class House {
  private(set) var settings: MillSettings
  let stop: StopSwitch
  /// Whether it works on a copy of the state, to say what would be done.
  let isPlan: Bool
  let inbox: Inbox
  let archivist: Archivist
  let outbox: Outbox
  let ledger: Ledger
  let runs: RunFolder
  let merger = RunMerger()
  let converter: Converter
  /// For drops that are converted ahead, several at once.
  let smallConverter: Converter
  /// Opens a claimed drop for reading; a plan opens the file where it lies.
  var open: ((ClaimedDrop) throws -> File)?
  /// Which feed a drop belongs to; nil: as its place and the settings say.
  var naming: ((ClaimedDrop) -> FeedName)?
  /// Whether a drop has canonical lines of ours, to which nothing that is stated applies; nil: none has.
  var hasOwnLines: ((ClaimedDrop) -> Bool)?
  /// Answers other processes about the state.
  let desk: ReportDesk
  /// What other processes want of the mill's own thread.
  let orders: OrderBook
  private var server: ControlServer?
  /// Which drops are being read: by this thread, and by those that convert ahead.
  let reading: ReadingMark
  let readingAhead: [ReadingMark]
  let marks: ReadingMarks
  private let lock: StateLock
  var sets: [SetID: IdentitySet] = [:]
  /// Values that are still looked at of drops with known columns, feed by feed.
  var sketchAllowances: [FeedID: Int] = [:]
  /// When to look for fingerprints that are past retention.
  var nextForgetting = Timestamp(seconds: 0)
  /// When to look for originals that were kept long enough.
  var nextClearing = Timestamp(seconds: 0)
  private var stated: [[UInt8]: (settings: FeedSettings, hash: [UInt8])] = [:]

  /// Opens everything; `runs` are the fingerprints where they are not those of the state folder.
  init(_ settings: MillSettings, stop: StopSwitch, runs: RunFolder? = nil) throws {
    self.settings = settings
    self.stop = stop
    isPlan = runs != nil
    try House.requireApart(settings.inbox, settings.outbox)
    let state = try Directory(makingPath: settings.state, mode: 0o700)
    lock = try StateLock(in: state, path: settings.state)
    marks = try ReadingMarks(in: state)
    reading = marks.mark(0)
    // More of them would only wait for the one that takes drops in.
    readingAhead = (1...min(settings.conversion.workers, 8)).map(marks.mark)
    if let runs {
      self.runs = runs
    } else {
      let runsName = Array("fingerprints".utf8)
      if try state.makeDirectory(runsName, mode: 0o700) { try state.sync() }
      self.runs = RunFolder(try state.directory(runsName), random: settings.randomness)
    }
    ledger = try Ledger.open(in: state, random: settings.randomness)
    orders = try OrderBook()
    desk = ReportDesk(ledger, settings: settings, orders: orders)
    outbox = try Outbox(
      path: settings.outbox,
      owner: String(ledger.key.id, radix: 16),
      isKnown: try ledger.hasBatches()
    )
    inbox = try Inbox(
      path: settings.inbox,
      clock: settings.clock,
      randomness: settings.randomness
    )
    archivist = Archivist(
      Archive(in: try inbox.openRoot(), of: inbox.claims.directories),
      inbox.claims,
      ledger,
      clock: settings.clock
    )
    var conversion = settings.conversion
    conversion.key = .init(bytes: ledger.key.bytes)
    conversion.hashesContent = true
    converter = Converter(settings: conversion)
    conversion.workers = 1
    smallConverter = Converter(settings: conversion)
  }

  deinit {
    orders.close()
    server?.stop()
  }

  /// Lets other processes ask about the state, and removes what plans left behind that were killed.
  func openDesk() throws {
    let state = try Directory(path: settings.state)
    try PlanFolder.sweep(in: state)
    server = try ControlServer(in: state, desk)
  }

  /// Takes in what is stated now; where that is wrong, what was stated before holds.
  ///
  /// Gives a sentence for people.
  func readSettingsAgain() -> String? {
    guard let read = settings.readFeeds else { return nil }
    do throws(SettingsErrors) {
      let feeds = try read()
      settings.feeds = feeds
      stated = [:]
      desk.live.withLock { ($0.settings, $0.settingsProblem) = (feeds, nil) }
      return "the settings of feeds were read again"
    } catch {
      let problem = error.description
      desk.live.withLock { $0.settingsProblem = problem }
      return "the settings were not taken in, the earlier ones hold: \(problem)"
    }
  }

  /// The secret of the hashes that values of columns are told apart by.
  var sketchKey: Canonical.FingerprintKey {
    guard let key = converter.settings.key else {
      preconditionFailure("a mill converts under its ledger's key")
    }
    return key
  }

  /// How many values a group may look at of drops of the feed with known columns.
  ///
  /// Many at first; then each group earns the feed some more, so that sketches follow the feed, while
  /// most of many small drops are only passed by.
  func takeSketchAllowance(of feed: FeedID) -> Int {
    guard let left = sketchAllowances[feed] else { return ColumnSketcher.thorough }
    return min(max(left, 0) + ColumnSketcher.passing, ColumnSketcher.thorough)
  }

  /// A claimed drop, to be read.
  func read(_ claim: ClaimedDrop) throws -> File {
    if let open { return try open(claim) }
    return try inbox.claims.directories.directory(of: claim).read(claim.name)
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
    naming?(claim)
      ?? FeedNaming.feed(folder: claim.folder, name: claim.name, settings: settings.feeds)
  }

  /// Why nothing may be claimed now: too little is free in one of the folders; nil when all is well.
  func shortage() throws -> MillError? {
    let volumes = [
      (settings.inbox, try inbox.volume()),
      (settings.outbox, try outbox.volume()),
      (settings.state, try Directory(path: settings.state).volume()),
    ]
    for (path, volume) in volumes {
      let free = Int64(clamping: volume.availableBytes)
      guard free >= settings.minimumFree, volume.freeFiles != 0 || settings.minimumFree == 0 else {
        return .lowOnSpace(path: path, free: free, wanted: settings.minimumFree)
      }
    }
    return nil
  }

  /// What holds for a feed.
  func settings(of feed: Feed) -> FeedSettings { statement(of: feed).settings }

  /// What holds for a feed, and what tells whether a drop was converted under other settings.
  func statement(of feed: Feed) -> (settings: FeedSettings, hash: [UInt8]) {
    if let known = stated[feed.name] { return known }
    let found = settings.feeds.settings(ofFeed: String(decoding: feed.name, as: UTF8.self))
    let statement = (settings: found, hash: found.statementHash)
    stated[feed.name] = statement
    return statement
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
}

extension StoredRun {
  init(_ run: Run) {
    self.init(name: run.name, count: run.count, sha256: run.sha256)
  }
}
