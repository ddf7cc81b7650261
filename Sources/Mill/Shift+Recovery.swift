import Files
import Identity
import Inbox
import Ledger
import Outbox

extension Shift {
  /// Finishes what an earlier life committed and takes up what it did not; can be interrupted itself.
  func recover() throws {
    let found = try house.ledger.recovery()
    try sweep(found)
    for batch in found.ready {
      for file in batch.files { try house.outbox.verify(Outbox.Staged(file)) }
    }
    try house.publish(found.ready)
    CrashPoint.reach(.recoveryPublished)
    // Batches that can be seen now have drops whose originals are to be moved.
    let open = try house.ledger.recovery()
    try house.archivist.use {
      try $0.sweepRejects(keeping: Set(open.unsettled.map(\.id.text)))
    }
    for drop in open.claimed where drop.request != nil { try takeBack(drop) }
    try archive(open.unsettled, try house.inbox.claims.leftovers())
    CrashPoint.reach(.recoveryArchived)
    try finishErasures()
    try cutOriginals()
    try adopt(try house.inbox.claims.leftovers(), try blame(open.claimed))
    CrashPoint.reach(.recoveryAdopted)
    try house.inbox.claims.recycleEmpty()
    guard !found.ready.isEmpty || !open.unsettled.isEmpty || !leftovers.isEmpty else { return }
    report(
      .recovered(
        batches: found.ready.count,
        archived: open.unsettled.count,
        again: leftovers.count
      )
    )
  }

  /// Removes all files that the ledger does not name: they are of work that never became true.
  private func sweep(_ found: Recovery) throws {
    try house.outbox.sweep(keeping: found.stagedNames)
    try house.runs.sweep(keeping: Set(found.runs.map(\.name)))
    CrashPoint.reach(.recoverySwept)
  }

  /// Moves the originals of settled drops where they belong, unless that was done before.
  private func archive(_ drops: [Drop], _ left: ClaimStore.Leftovers) throws {
    guard !drops.isEmpty else { return }
    let claims = Dictionary(left.claims.map { ($0.id, $0) }) { first, _ in first }
    try house.archivist.use { archive in
      for drop in drops {
        guard try !move(drop, claims[drop.id.text], into: archive),
          !left.moved.contains(drop.id.text)
        else { continue }
        report(
          .noticed("The original of “\(shown(drop.name))” is not among the claims any more.")
        )
      }
      try archive.sync()
    }
    try house.ledger.markSettled(drops.map(\.id), at: house.settings.clock.now)
  }

  /// Moves one original; false when it lies neither among the claims nor where it belongs.
  private func move(_ drop: Drop, _ claim: ClaimedDrop?, into archive: Archive) throws -> Bool {
    let isHeld = drop.state == .held
    let feed = try house.ledger.feed(drop.feed).slug
    guard let claim else {
      return try archive.finish(
        claim: drop.id.text,
        name: drop.name,
        in: isHeld ? .held : .done(day: drop.firstSeen.day),
        feed: feed,
        receipt: drop.receipt,
        hasRejects: drop.counts.rejected > 0
      )
    }
    try archive.settle(
      claim,
      isHeld: isHeld,
      feed: feed,
      firstSeen: drop.firstSeen,
      receipt: drop.receipt,
      hasRejects: drop.counts.rejected > 0
    )
    return true
  }

  /// Counts one more attempt at the drops that an earlier life was reading when it ended.
  private func blame(_ claimed: [Drop]) throws -> [Drop] {
    let suspects = try house.marks.suspects()
    guard !suspects.isEmpty else { return claimed }
    // The number of attempts tells whether this end was counted by a start that was killed itself.
    let blamed = Set(suspects.map { suspect in ClaimID(suspect.claim) }).filter { id in
      claimed.contains { drop in
        drop.id == id && suspects.contains { $0.claim == id.text && $0.attempts == drop.attempts }
      }
    }
    if !blamed.isEmpty { try house.ledger.takeUpAgain(Array(blamed)) }
    try house.marks.forget()
    return blamed.isEmpty ? claimed : try house.ledger.recovery().claimed
  }

  /// Brings a held drop back among the claims, as a person asked, unless that was done before.
  func takeBack(_ drop: Drop) throws {
    let feed = try house.ledger.feed(drop.feed).slug
    _ = try house.archivist.use { try $0.takeBack(drop.id.text, feed: feed, name: drop.name) }
  }

  /// Takes up claims that were never committed, with a record or without.
  func adopt(_ left: ClaimStore.Leftovers, _ claimed: [Drop]) throws {
    let attempts = Dictionary(claimed.map { ($0.id.text, $0.attempts) }) { first, _ in first }
    for claim in left.claims {
      if let count = attempts[claim.id] {
        leftovers.append((claim, count))
      } else if try house.ledger.drop(ClaimID(claim.id)) == nil {
        leftovers.append((claim, 0))
      } else {
        // The ledger is done with the claim of that name: this is another drop.
        leftovers.append((try house.inbox.claims.rename(claim), 0))
      }
    }
    leftovers.sort { $0.attempts < $1.attempts }
    let there = Set(left.claims.map(\.id))
    let gone = claimed.filter { !there.contains($0.id.text) }
    for drop in gone {
      report(.noticed("“\(shown(drop.name))” was claimed and is not there: it is taken as new."))
    }
    if !gone.isEmpty { try house.ledger.forget(gone.map(\.id)) }
  }
}
