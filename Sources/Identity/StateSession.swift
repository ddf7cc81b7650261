import Files
public import Records

/// The latest records of the keys of a group of drops, on their way into a set of states.
///
/// A record is new when it differs from the latest that was written with its key: a change back is new
/// again. One drop after another: ``mark()`` begins the next, ``restart()`` throws the current one away.
/// Memory stays within the budget: what is past it is spilled to files without names.
public final class StateSession {
  private let set: IdentitySet
  private let memory: IdentityMemory
  private let takesAll: Bool
  private var table: StateTable
  /// Spills of drops that stay, oldest first.
  private var kept: [OpenRun] = []
  /// Spills of the current drop, oldest first.
  private var current: [OpenRun] = []
  private var marked = 0
  private var lookups = Lookups(allowance: 0)
  private var found = Block<UInt8>(count: 0, of: 0)
  private var known = Block<UInt8>(count: 0, of: 0)
  private var latest = Block<Fingerprint>(count: 0, of: Fingerprint(high: 0, low: 0))

  private static let mostSpills = 6

  /// A session against the states of a feed as they are now.
  public convenience init(
    _ set: IdentitySet,
    memory: IdentityMemory = IdentityMemory()
  ) throws(IdentityError) {
    try self.init(set, memory: memory, takesAll: false)
  }

  /// A session that takes every key that comes, changed or not, where it is to take all.
  init(
    _ set: IdentitySet,
    memory: IdentityMemory,
    takesAll: Bool
  ) throws(IdentityError) {
    self.set = set
    self.memory = memory
    self.takesAll = takesAll
    table = try StateTable(budget: memory.new)
  }

  /// Takes the next records of the current drop, and says which of them are new.
  ///
  /// - Parameters:
  ///   - keys: A fingerprint of each record's key.
  ///   - records: A fingerprint of each record.
  ///   - isNew: One answer a record, whatever it held before.
  /// - Returns: How many are new.
  /// - Throws: ``IdentityError``; nothing of the session may be used then.
  public func admit(
    keys: Span<Fingerprint>,
    records: Span<Fingerprint>,
    isNew: inout [Bool]
  ) throws(IdentityError) -> Int {
    precondition(keys.count == records.count)
    // Safe: the spans' memory, for this call only.
    unsafe try keys.withUnsafeBufferPointer { keys throws(IdentityError) in
      unsafe try records.withUnsafeBufferPointer { records throws(IdentityError) in
        unsafe try admit(keys, records)
      }
    }
    if isNew.count != keys.count { isNew = [Bool](repeating: false, count: keys.count) }
    // Safe: there is a flag for each row.
    for index in isNew.indices { isNew[index] = unsafe known.buffer[index] == 0 }
    return isNew.count { $0 }
  }

  /// Begins the next drop: what was admitted before stays.
  public func mark() {
    kept += current
    current = []
    marked = table.count
  }

  /// Forgets what the current drop admitted.
  public func restart() {
    current = []
    table.truncate(to: marked)
  }

  /// Writes the latest states as a run and syncs it; the session is at its end.
  ///
  /// - Returns: The run; nil when nothing changed.
  /// - Throws: ``IdentityError``.
  public func finish() throws(IdentityError) -> StoredRun? {
    defer { set.release() }
    if isEmpty { return nil }
    let cursors = latestStates()
    return try set.folder.write(width: 2) { writer throws(IdentityError) in
      try writer.append(mergeOf: cursors)
    }
  }

  /// Writes the latest states as a run without a name; the session is empty then.
  func seal() throws(IdentityError) -> OpenRun? {
    if isEmpty { return nil }
    let cursors = latestStates()
    let run = try set.folder.writeUnnamed(width: 2) { writer throws(IdentityError) in
      try writer.append(mergeOf: cursors)
    }
    kept = []
    current = []
    marked = 0
    table.truncate(to: 0)
    return run
  }

  private var isEmpty: Bool { kept.isEmpty && current.isEmpty && table.count == 0 }

  /// What it took, to be merged: of what they say of the same key, the first counts.
  private func latestStates() -> [RunCursor] {
    let newest = unsafe RunCursor(of: table.latest(of: 0..<table.count), width: 2)
    return [newest] + (kept + current).reversed().map { RunCursor(of: $0) }
  }
}

@available(*, unavailable)
extension StateSession: Sendable {}

extension StateSession {
  private func admit(
    _ keys: UnsafeBufferPointer<Fingerprint>,
    _ records: UnsafeBufferPointer<Fingerprint>
  ) throws(IdentityError) {
    makeRoom(for: keys.count)
    var done = 0
    while done < keys.count {
      let range = done..<keys.count
      let rest = unsafe UnsafeBufferPointer(rebasing: keys[range])
      let found = unsafe UnsafeMutableBufferPointer(rebasing: found.buffer[range])
      let latest = unsafe UnsafeMutableBufferPointer(rebasing: latest.buffer[range])
      unsafe found.update(repeating: 0)
      lookups.allowance = memory.new - min(table.bytes, memory.new) + memory.mapped
      unsafe try lookups.find(
        rest,
        known: found,
        latest: latest,
        in: (set.open + kept + current).reversed()
      )
      done += unsafe try table.admit(
        keys: rest,
        records: UnsafeBufferPointer(rebasing: records[range]),
        found: found,
        latest: latest,
        known: UnsafeMutableBufferPointer(rebasing: known.buffer[range]),
        takingAll: takesAll
      )
      if done < keys.count { try spill() }
    }
  }

  private func makeRoom(for count: Int) {
    guard known.count < count else { return }
    found = Block(count: count * 2, of: 0)
    known = Block(count: count * 2, of: 0)
    latest = Block(count: count * 2, of: Fingerprint(high: 0, low: 0))
  }

  /// Moves what the table holds to files without names, apart for drops that stay and the current.
  private func spill() throws(IdentityError) {
    let count = table.count
    for range in [0..<marked, marked..<count] where !range.isEmpty {
      // Safe: the table isn't touched before the run is written.
      let states = unsafe table.latest(of: range)
      let run = try set.folder.writeUnnamed(width: 2) { writer throws(IdentityError) in
        try filed { () throws(FileError) in unsafe try writer.append(states) }
      }
      if range.lowerBound < marked { kept.append(run) } else { current.append(run) }
    }
    table.truncate(to: 0)
    marked = 0
    kept = try merged(kept)
    current = try merged(current)
  }

  private func merged(_ spills: [OpenRun]) throws(IdentityError) -> [OpenRun] {
    let counts = spills.map { Int64($0.header.count) }
    guard let range = MergePolicy.range(of: counts, atMost: Self.mostSpills) else { return spills }
    let cursors = spills[range].reversed().map { RunCursor(of: $0) }
    let merged = try set.folder.writeUnnamed(width: 2) { writer throws(IdentityError) in
      try writer.append(mergeOf: cursors)
    }
    return spills[..<range.lowerBound] + [merged]
  }
}
