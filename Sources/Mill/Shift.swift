import Files
import Inbox
import Ledger
import Synchronization

/// The mill's work from one opening of everything to the next: recovery, then group after group.
final class Shift {
  /// What was done.
  private(set) var summary: MillSummary

  let house: House
  let report: (MillEvent) -> Void
  /// Claims of an earlier life that are to be converted, with the attempts that were made.
  var leftovers: [(claim: ClaimedDrop, attempts: Int)] = []

  /// What became of drops that a person asked for.
  var requested: [SettledDrop] = []

  /// Drops that were claimed while those before them were converted.
  private var next: Claimed?

  /// Drops that are claimed and recorded.
  private struct Claimed {
    var drops: [(claim: ClaimedDrop, drop: Drop)]
    /// Converts them, if that was begun.
    var ahead: ConversionsAhead?
    /// As many as are claimed at a time: others may be waiting behind them.
    var isFull = false
  }

  /// Whether it waits for space.
  private var isWaiting = false
  /// Why listings replace events, as far as it was told.
  private var toldPolling: String?

  init(_ house: House, _ summary: MillSummary, report: @escaping (MillEvent) -> Void) {
    self.house = house
    self.summary = summary
    self.report = report
  }

  /// Works until it is to stop, or until all that is there is settled when it is to run once.
  func run() throws {
    defer { next?.ahead?.stop() }
    try recover()
    try house.openDesk()
    toldPolling = house.inbox.pollingReason
    report(.watching(polling: toldPolling))
    while try !house.stop.isPressed() {
      try carryOutOrders()
      if house.stop.takeHangup(), let told = house.readSettingsAgain() { report(.noticed(told)) }
      if try isHeldUp() { continue }
      let now = ContinuousClock.now
      try house.forgetOld()
      try house.forgetOriginals()
      if next == nil, try workOffLeftovers() { continue }
      if let claimed = try next.take() ?? claim(upTo: firstCount, at: now) {
        try work(off: claimed)
        try cutOriginals()
        _ = try house.mergeRuns()
        continue
      }
      try finishArchiving()
      let isDrained = house.settings.once && house.inbox.isDrained(at: now)
      if isDrained { return try house.mergeAllRuns() }
      _ = try house.mergeRuns()
      try wait()
    }
    try putBackNext()
    try finishArchiving()
  }

  /// Takes claims through to the end, a group at a time.
  func work(off claims: [ClaimedDrop]) throws {
    try work(off: try record(claims))
  }

  private func work(off claimed: Claimed) throws {
    let drops = claimed.drops
    let ahead = claimed.ahead ?? convertAhead(drops)
    defer { ahead.stop() }
    var hasClaimedNext = false
    var done = 0
    /// What is not part of a group, and nobody asked for.
    var open: [ClaimedDrop] {
      (drops[done...] + (next?.drops ?? [])).filter { $0.drop.request == nil }.map(\.claim)
    }
    while done < drops.count {
      let group = Group(house, ahead)
      do {
        while group.size < house.settings.groupSize, done < drops.count {
          try house.stop.check()
          // Meanwhile the drops of this group are converted.
          if claimed.isFull, !hasClaimedNext, claimed.ahead != nil || group.followed != nil {
            hasClaimedNext = true
            try claimNext()
          }
          try group.add(drops[done].claim, drops[done].drop, at: done)
          done += 1
        }
        if done == drops.count {
          ahead.stop()
          convertNextAhead(behind: group)
        }
      } catch is StopRequest {
        // What is converted is committed; the rest goes back to where it was.
        ahead.stop()
        try finish(group, open)
        try putBack(open)
        next = nil
        return
      } catch {
        ahead.stop()
        try standDown(error, group, open)
      }
      try finish(group, open)
    }
  }

  private func finish(_ group: Group, _ rest: [ClaimedDrop]) throws {
    do {
      try group.finish()
    } catch {
      try standDown(error, group, rest)
    }
    tellSettled()
  }

  /// Waits until the originals of all that is committed lie where they belong, and tells of them.
  func finishArchiving() throws {
    try house.archivist.finish()
    tellSettled()
    try cutOriginals()
  }

  /// Tells what was settled since the last time.
  private func tellSettled() {
    for entry in house.archivist.takeSettled() {
      summary.add(entry.drop)
      if entry.isRequested { requested.append(entry.drop) }
      report(.settled(entry.drop))
    }
  }

  /// Ends what an error interrupted: where only space is missing, what is not committed goes back.
  private func standDown(_ error: any Error, _ group: Group, _ rest: [ClaimedDrop]) throws -> Never
  {
    let cause = MillError(error)
    next?.ahead?.stop()
    if cause.isShortage {
      // What a person asked for is among the claims, and a start takes it up again.
      let own = group.entries.filter { !$0.isRequested }.map(\.claim)
      let open = group.isCommitted ? [] : own
      // What cannot be put back for the same reason stays a claim, which the next opening takes up.
      do { try putBack(open + rest) } catch let other where MillError(other).isShortage {}
    }
    throw cause
  }

  /// Puts claims back into the inbox: nothing of them was published, and no attempt counts.
  private func putBack(_ claims: [ClaimedDrop]) throws {
    try house.inbox.putBack(claims)
    do {
      try house.ledger.forget(claims.map { ClaimID($0.id) })
    } catch {
      // Without space the ledger cannot forget them; a start does, since they are not there any more.
      guard MillError(error).isShortage else { throw error }
    }
  }

  /// The next drops that are whole, claimed and recorded; nil when there are none.
  private func claim(
    upTo limit: Int,
    at now: ContinuousClock.Instant
  ) throws -> Claimed? {
    try house.inbox.refresh(at: now)
    if house.inbox.isLost { throw MillError.inboxLost(path: house.settings.inbox) }
    let claims = try house.inbox.claim(upTo: limit, at: now)
    tellTroubles()
    guard !claims.isEmpty else { return nil }
    var claimed = try record(claims)
    claimed.isFull = claims.count == limit
    return claimed
  }

  /// Claims what comes behind the drops that are being converted, where there is room for it.
  private func claimNext() throws {
    guard next == nil, leftovers.isEmpty, try !house.stop.isPressed(), try house.shortage() == nil
    else { return }
    next = try claim(upTo: house.settings.groupCount, at: .now)
  }

  /// How many drops are claimed at a time while nothing is done beside that: the first wait less then.
  private var firstCount: Int { max(1, house.settings.groupCount / 4) }

  /// Has the drops that were claimed converted, under what a group leaves behind that is not committed.
  private func convertNextAhead(behind group: Group) {
    guard let drops = next?.drops, let (course, place) = group.nextCourse(),
      drops.first?.drop.feed == course.feed
    else { return }
    next?.ahead = convertAhead(drops, following: course, from: min(place, drops.count))
  }

  private func convertAhead(
    _ drops: [(claim: ClaimedDrop, drop: Drop)],
    following course: ConversionsAhead.Course? = nil,
    from place: Int = 0
  ) -> ConversionsAhead {
    ConversionsAhead(
      drops,
      in: house.inbox.claims.directories,
      house.smallConverter,
      marks: house.readingAhead,
      following: course,
      from: place
    )
  }

  /// Puts back what was claimed ahead, where something else comes first.
  func putBackNext() throws {
    guard let claimed = next.take() else { return }
    claimed.ahead?.stop()
    try putBack(claimed.drops.map(\.claim))
  }

  private func record(_ claims: [ClaimedDrop]) throws -> Claimed {
    let moment = house.settings.clock.now
    let drops = try house.ledger.record(
      claims.map { claim in
        Claim(
          id: ClaimID(claim.id),
          name: claim.name,
          feed: house.feed(of: claim),
          size: claim.facts.size,
          firstSeen: moment
        )
      }
    )
    CrashPoint.reach(.claimRecorded)
    return Claimed(drops: ordered(zip(claims, drops).map { (claim: $0, drop: $1) }))
  }

  /// The drops with those of a feed behind each other, else in their order.
  private func ordered(
    _ drops: [(claim: ClaimedDrop, drop: Drop)]
  ) -> [(claim: ClaimedDrop, drop: Drop)] {
    var places: [FeedID: Int] = [:]
    let keyed = drops.map { drop in
      let place = places[drop.drop.feed] ?? places.count
      places[drop.drop.feed] = place
      return (place, drop)
    }
    // The sort of the standard library keeps the order of equals.
    return keyed.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// Drops of an earlier life that are taken at once, so that lives shorter than a full group's
  /// conversion get on all the same.
  private static let leftoverCount = 128

  /// Converts what an earlier life claimed; false when there is nothing.
  ///
  /// Those that ended the process come last and alone: they must not hold up the others.
  func workOffLeftovers() throws -> Bool {
    guard let first = leftovers.first else { return false }
    let count = first.attempts <= 1 ? min(house.settings.groupCount, Shift.leftoverCount) : 1
    let group = leftovers.prefix { max($0.attempts, 1) == max(first.attempts, 1) }.prefix(count)
    leftovers.removeFirst(group.count)
    try work(off: group.map(\.claim))
    return true
  }

  private func tellTroubles() {
    if let reason = house.inbox.pollingReason, toldPolling == nil {
      toldPolling = reason
      report(.noticed("The inbox is listed every two seconds from now on: \(reason)"))
    }
    for error in house.inbox.troubles { report(.noticed(error.description)) }
    summary.untaken += house.inbox.troubles.count
    house.inbox.troubles = []
  }

  /// Waits a little where too little is free to claim anything; it goes on watching, and says why.
  private func isHeldUp() throws -> Bool {
    guard let shortage = try house.shortage() else {
      if isWaiting {
        report(.resumed)
        house.desk.live.withLock { $0.waiting = nil }
      }
      isWaiting = false
      return false
    }
    if house.settings.once { throw shortage }
    if !isWaiting { report(.waiting(shortage)) }
    house.desk.live.withLock { $0.waiting = shortage.description }
    isWaiting = true
    try putBackNext()
    try finishArchiving()
    try house.inbox.refresh(at: .now)
    if house.inbox.isLost { throw MillError.inboxLost(path: house.settings.inbox) }
    try wait(atMost: Mill.patience)
    return true
  }

  private func wait(atMost limit: Duration? = nil) throws {
    let until = house.inbox.nextDeadline
    let timeout = limit ?? until.map { max(.zero, $0 - ContinuousClock.now) }
    let descriptors = [house.stop.descriptor, house.orders.descriptor, house.inbox.descriptor]
      .compactMap(\.self)
    _ = try waitUntilReadable(descriptors, timeout: timeout)
  }
}
