import CKernels
import Files
public import Records

/// The fingerprints of a group of drops where equal records of one drop are told apart by number.
///
/// How this works: the n-th of equal records in a drop stands for a fingerprint of its own, and what
/// was written before is a set of those. A drop's first of equals keeps its fingerprint, so the set of
/// a feed that went by content serves on. The numbers are exact in bounded memory: what the current
/// drop held so far is a session of its own, which spills, and only its most recent counts are kept
/// besides.
public final class OccurrenceSession {
  private let written: IdentitySession
  private let folder: RunFolder
  private let nothing: IdentitySet
  private var drop: SessionState
  /// How often records that repeat came in this drop; some may be forgotten.
  private var counts: [Fingerprint: UInt64] = [:]
  private var hasForgotten = false
  private var isFirst: [Bool] = []
  private var numbered: [Fingerprint] = []

  /// Counts that are kept: about 20 MiB.
  private let mostCounts: Int

  /// A session against a set as it is now; half of the memory is for what was written.
  public convenience init(
    _ set: IdentitySet,
    memory: IdentityMemory = IdentityMemory()
  ) throws(IdentityError) {
    try self.init(set, memory: memory, mostCounts: 400_000)
  }

  package init(
    _ set: IdentitySet,
    memory: IdentityMemory,
    mostCounts: Int
  ) throws(IdentityError) {
    let half = IdentityMemory(new: memory.new / 2, mapped: memory.mapped / 2)
    written = try set.session(memory: half)
    folder = set.folder
    nothing = try IdentitySet([], in: set.folder)
    drop = try SessionState(memory: half)
    self.mostCounts = mostCounts
  }

  /// Takes the next records of the current drop, and says which of them are new.
  ///
  /// - Throws: ``IdentityError``; nothing of the session may be used then.
  public func admit(
    _ fingerprints: Span<Fingerprint>,
    isNew: inout [Bool]
  ) throws(IdentityError) -> Int {
    try number(fingerprints)
    let numbered = numbered
    return try written.admit(numbered.span, isNew: &isNew)
  }

  /// Begins the next drop: what was admitted before stays.
  public func mark() {
    written.mark()
    forgetDrop()
  }

  /// Forgets what the current drop admitted.
  public func restart() {
    written.restart()
    forgetDrop()
  }

  /// Writes what is new as a run, as ``IdentitySession/finish()`` does.
  public func finish() throws(IdentityError) -> StoredRun? { try written.finish() }
}

@available(*, unavailable)
extension OccurrenceSession: Sendable {}

extension OccurrenceSession {
  private func forgetDrop() {
    drop.restart()
    counts = [:]
    hasForgotten = false
  }

  /// Gives each record the fingerprint of its number in the drop.
  private func number(_ fingerprints: Span<Fingerprint>) throws(IdentityError) {
    // Safe: the span's memory, for this call only.
    numbered = unsafe fingerprints.withUnsafeBufferPointer { unsafe Array($0) }
    try take(numbered, &isFirst)
    var repeated: [Fingerprint] = []
    for index in numbered.indices where !isFirst[index] {
      let own = numbered[index]
      let count = try count(of: own) + 1
      if counts.count >= mostCounts, counts[own] == nil {
        // What they counted has to be where it can be looked up.
        try take(repeated)
        repeated = []
        counts = [:]
        hasForgotten = true
      }
      counts[own] = count
      numbered[index] = occurrence(count, of: own)
      repeated.append(numbered[index])
    }
    try take(repeated)
  }

  /// How often a record that repeats came so far.
  private func count(of own: Fingerprint) throws(IdentityError) -> UInt64 {
    if let count = counts[own] { return count }
    guard hasForgotten else { return 1 }
    // The drop holds it as 1, 2, … up to the number that is looked for.
    var known: UInt64 = 1
    var step: UInt64 = 1
    while try drop.contains(occurrence(known + step, of: own)) {
      known += step
      step *= 2
    }
    while step > 1 {
      step /= 2
      if try drop.contains(occurrence(known + step, of: own)) { known += step }
    }
    return known
  }

  private func take(_ rows: [Fingerprint]) throws(IdentityError) {
    var answers: [Bool] = []
    try take(rows, &answers)
  }

  private func take(_ rows: [Fingerprint], _ answers: inout [Bool]) throws(IdentityError) {
    // Safe: the span's memory, for this call only.
    unsafe try rows.span.withUnsafeBufferPointer { rows throws(IdentityError) in
      _ = unsafe try drop.admit(rows, against: nothing, spillingTo: folder, isNew: &answers)
    }
  }

  private func occurrence(_ number: UInt64, of own: Fingerprint) -> Fingerprint {
    let made = dm_occurrence(dm_fingerprint(high: own.high, low: own.low), number)
    return Fingerprint(high: made.high, low: made.low)
  }
}
