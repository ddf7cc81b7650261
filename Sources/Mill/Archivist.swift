import Bytes
import Files
import Inbox
import Ledger

/// Moves the originals of committed groups where they belong, each with its receipt, on a thread of its
/// own: the next group is converted meanwhile.
///
/// Nothing waits for it but the end of a run: what it had not done when the process ended is done by
/// the next start. One group is moved at a time, in the order of the commits.
final class Archivist {
  private struct State {
    var isAtWork = false
    /// Moved and noted, and not told yet.
    var settled: [Group.Entry] = []
    /// Why it will do no more.
    var failure: (any Error)?
  }

  private let archive: Monitor<Archive>
  private let claims: ClaimStore
  private let ledger: Ledger
  private let clock: WallClock
  private let state = Monitor(State())

  /// One that puts into this archive what the ledger has committed, and makes its claims free.
  init(_ archive: sending Archive, _ claims: ClaimStore, _ ledger: Ledger, clock: WallClock) {
    self.archive = Monitor(archive)
    self.claims = claims
    self.ledger = ledger
    self.clock = clock
  }

  deinit { waitUntilIdle() }

  /// Moves the originals of a group that is committed and published; waits for the group before it only.
  ///
  /// - Throws: What made an earlier group impossible.
  func start(_ entries: [Group.Entry]) throws {
    try finish()
    state.update { $0.isAtWork = true }
    Threads.start { [archive, claims, ledger, clock, state] in
      var failure: (any Error)?
      do {
        try archive.update { try Archivist.move(entries, into: $0) }
        try ledger.markSettled(entries.map { ClaimID($0.claim.id) }, at: clock.now)
        CrashPoint.reach(.archiveRecorded)
        // Not before: by its claim a start knows what it is to finish.
        try claims.recycle(entries.map(\.claim))
      } catch {
        failure = error
      }
      state.update { state in
        state.failure = failure
        if failure == nil { state.settled += entries }
        state.isAtWork = false
      }
    }
  }

  /// Throws what made a group impossible, as soon as that is known.
  func check() throws {
    try state.update { if let failure = $0.failure { throw failure } }
  }

  /// Waits until all that was started is done.
  ///
  /// - Throws: What made a group impossible.
  func finish() throws {
    waitUntilIdle()
    try check()
  }

  /// Does something else with the archive, once nothing is moved any more.
  func use<Result>(_ body: (Archive) throws -> Result) throws -> Result {
    try finish()
    return try archive.update { try body($0) }
  }

  /// The drops that were moved since the last time.
  func takeSettled() -> [Group.Entry] {
    state.update { state in
      defer { state.settled = [] }
      return state.settled
    }
  }

  private func waitUntilIdle() {
    state.wait { $0.isAtWork ? nil : () }
  }

  private static func move(_ entries: [Group.Entry], into archive: Archive) throws {
    for entry in entries {
      try archive.settle(
        entry.claim,
        isHeld: entry.drop.outcome == .held,
        feed: entry.drop.feed,
        firstSeen: entry.firstSeen,
        receipt: entry.receipt,
        hasRejects: entry.hasRejects
      )
    }
    try archive.sync()
  }
}

extension Archive {
  /// Moves an original where it belongs, with its receipt; lasts after `sync`.
  func settle(
    _ claim: ClaimedDrop,
    isHeld: Bool,
    feed: String,
    firstSeen: Timestamp,
    receipt: [UInt8],
    hasRejects: Bool
  ) throws {
    if hasRejects { try showRejects(of: claim, feed: feed) }
    try place(claim, in: isHeld ? .held : .done(day: firstSeen.day), feed: feed, receipt: receipt)
  }
}
