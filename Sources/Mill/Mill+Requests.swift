import Files
import Inbox
public import Ledger
import Outbox

extension Mill {
  /// Does what a person asks for with held drops, and tells what became of each.
  ///
  /// Takes the state folder for itself: no other dropmill may work there. First finishes what an
  /// earlier life left behind. After a kill the next start of any kind does the rest.
  ///
  /// - Parameters:
  ///   - request: What is asked for.
  ///   - drops: Claims, paths of held originals or of their receipts, or names of held drops.
  ///   - user: Who asks.
  /// - Returns: What was done.
  /// - Throws: ``MillError/noSuchDrop(name:)`` and ``MillError/severalDrops(name:claims:)``; nothing
  ///   is changed then.
  public func settle(
    _ request: DropRequest,
    _ drops: [String],
    by user: String
  ) throws(MillError) -> MillSummary {
    try settle(request, by: user) { house in
      try drops.map { try house.heldDrop($0) }
    }
  }

  /// Lets a feed's schema become what held drops need, and takes the drops.
  ///
  /// - Parameters:
  ///   - slug: The feed.
  ///   - drops: As in ``settle(_:_:by:)``; none: every drop of the feed that is held over its budget.
  ///   - user: Who accepts it.
  /// - Returns: What was done.
  /// - Throws: As ``settle(_:_:by:)``, and ``MillError/noFeed(name:nearest:)``.
  public func accept(
    feed slug: String,
    _ drops: [String],
    by user: String
  ) throws(MillError) -> MillSummary {
    try settle(.accept, by: user) { house in
      let feed = try house.ledger.knownFeed(slug)
      if drops.isEmpty {
        return try house.ledger.latestDrops(of: feed.id, in: .held, limit: 10_000)
          .filter { $0.reason == "over-budget" }.reversed()
      }
      return try drops.map { name in
        let drop = try house.heldDrop(name)
        guard drop.feed == feed.id else { throw MillError.noSuchDrop(name: name) }
        return drop
      }
    }
  }

  private func settle(
    _ request: DropRequest,
    by user: String,
    _ choose: (House) throws -> [Drop]
  ) throws(MillError) -> MillSummary {
    do {
      let house = try House(settings, stop: StopSwitch())
      let shift = Shift(house, MillSummary(), report: report)
      try shift.recover()
      while try shift.workOffLeftovers() {}
      let drops = try choose(house)
      try house.ledger.request(request, for: drops.map(\.id), by: user, at: settings.clock.now)
      CrashPoint.reach(.requestRecorded)
      for drop in drops { try shift.takeBack(drop) }
      try shift.adopt(try house.inbox.claims.leftovers(), try house.ledger.recovery().claimed)
      while try shift.workOffLeftovers() {}
      return shift.summary
    } catch {
      throw MillError(error)
    }
  }
}

extension House {
  /// The held drop that a person means.
  fileprivate func heldDrop(_ name: String) throws -> Drop {
    let parts = name.split(separator: "/").map(String.init)
    if let file = parts.last, parts.count > 1,
      let claim = try archive.heldClaim(feed: parts[parts.count - 2], name: Array(file.utf8))
    {
      return try held(ClaimID(claim), called: name)
    }
    if try ledger.drop(ClaimID(name)) != nil { return try held(ClaimID(name), called: name) }
    let named = try ledger.latestDrops(in: .held, limit: 10_000).filter {
      $0.name == Array(name.utf8)
    }
    guard let only = named.first else { throw MillError.noSuchDrop(name: name) }
    guard named.count == 1 else {
      throw MillError.severalDrops(name: name, claims: named.map(\.id.text))
    }
    return only
  }

  private func held(_ claim: ClaimID, called name: String) throws -> Drop {
    guard let drop = try ledger.drop(claim), drop.state == .held else {
      throw MillError.noSuchDrop(name: name)
    }
    return drop
  }
}

extension Ledger {
  /// The feed of that name in paths.
  func knownFeed(_ slug: String) throws -> Feed {
    if let feed = try feed(slug: slug) { return feed }
    throw MillError.noFeed(name: slug, nearest: nil)
  }
}
