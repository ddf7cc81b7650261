import Files
import Inbox
import Ledger
import Outbox

extension Mill {
  /// Does what a person asks for with held drops, and tells what became of each.
  ///
  /// Takes the state folder for itself, where no mill works that could be asked. First finishes what an
  /// earlier life left behind. After a kill the next start of any kind does the rest.
  ///
  /// - Throws: ``MillError/noSuchDrop(name:)``, ``MillError/severalDrops(name:claims:)`` and
  ///   ``MillError/noFeed(name:nearest:)``; nothing is changed then.
  func settle(_ request: StateRequest) throws(MillError) -> [SettledDrop] {
    do {
      let house = try House(settings, stop: StopSwitch())
      let shift = Shift(house, MillSummary(), report: report)
      try shift.recover()
      return try shift.settle(request)
    } catch {
      throw MillError(error)
    }
  }
}

extension Shift {
  /// Does what other processes have asked for, one after the other.
  func carryOutOrders() throws {
    while let (number, request) = house.orders.next() {
      try putBackNext()
      do {
        let book = SchemaBook(ledger: house.ledger, clock: house.settings.clock)
        let answer =
          switch request.kind {
          case .settle: StateAnswer(settled: try settle(request))
          case .erase: StateAnswer(erasure: try erase(request))
          default: try book.answer(request)
          }
        house.orders.leave(answer, to: number)
      } catch {
        house.orders.leave(StateAnswer(error), to: number)
        // What somebody named wrongly is no trouble of the mill's.
        guard MillError(error).isMistake else { throw error }
      }
    }
  }

  /// Does what a person asks for with held drops; a kill on the way is made good by the next start.
  func settle(_ request: StateRequest) throws -> [SettledDrop] {
    guard let action = request.action else { throw MillError.unexpected("nothing is asked for") }
    while try workOffLeftovers() {}
    try finishArchiving()
    let drops = try house.heldDrops(request)
    requested = []
    let user = request.user ?? ""
    try house.ledger.request(action, for: drops.map(\.id), by: user, at: house.settings.clock.now)
    CrashPoint.reach(.requestRecorded)
    for drop in drops { try takeBack(drop) }
    try adopt(try house.inbox.claims.leftovers(), try house.ledger.recovery().claimed)
    while try !house.stop.isPressed(), try workOffLeftovers() {}
    try finishArchiving()
    return requested
  }
}

extension House {
  /// The held drops that a request is about.
  fileprivate func heldDrops(_ request: StateRequest) throws -> [Drop] {
    let names = request.heldDrops ?? []
    guard let slug = request.feed else { return try names.map { try heldDrop($0) } }
    let feed = try ledger.knownFeed(slug)
    if names.isEmpty {
      return try ledger.latestDrops(of: feed.id, in: .held, limit: 10_000)
        .filter { $0.reason == GroupCode.overBudget.rawValue }.reversed()
    }
    return try names.map { name in
      let drop = try heldDrop(name)
      guard drop.feed == feed.id else { throw MillError.noSuchDrop(name: name) }
      return drop
    }
  }

  /// The held drop that a person means.
  private func heldDrop(_ name: String) throws -> Drop {
    let parts = name.split(separator: "/").map(String.init)
    if let file = parts.last, parts.count > 1,
      let claim = try archivist.use({
        try $0.heldClaim(feed: parts[parts.count - 2], name: Array(file.utf8))
      })
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
