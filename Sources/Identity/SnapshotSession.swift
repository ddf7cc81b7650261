import Files
public import Records

/// The state of a feed whose drops are the whole truth, from drop to drop.
///
/// How this works: the state is one run with the text of each key. A drop is compared with it record by
/// record, as any key is; every key that comes is taken, and the text of those that the state does not
/// have. At the drop's end both are gone through side by side, in the order of their fingerprints: what
/// only the state has was deleted. The state that follows is written on the way.
public final class SnapshotSession {
  private let folder: RunFolder
  private let memory: IdentityMemory
  private var base: OpenRun?
  private var baseSet: IdentitySet
  private var seen: StateSession
  private var added: StateSession
  private var texts: TextFile
  private var hasChanges = false
  /// The run of a drop of this session; it is gone when another follows.
  private var written: StoredRun?
  private let before: StoredRun?
  private var isChanged = false

  /// A session against the state as it is now; nil where there is none yet.
  public init(
    _ state: StoredRun?,
    in folder: RunFolder,
    memory: IdentityMemory = IdentityMemory()
  ) throws(IdentityError) {
    self.folder = folder
    self.memory = IdentityMemory(new: memory.new / 2, mapped: memory.mapped / 2)
    before = state
    base = try state.map { state throws(IdentityError) in try OpenRun(state, in: folder) }
    baseSet = try IdentitySet(state.map { [$0] } ?? [], in: folder)
    seen = try StateSession(baseSet, memory: self.memory, takesAll: true)
    added = try StateSession(IdentitySet([], in: folder), memory: self.memory)
    texts = try TextFile(in: folder)
  }

  /// Begins a drop, or the current one anew.
  public func restart() throws(IdentityError) {
    seen = try StateSession(baseSet, memory: memory, takesAll: true)
    added = try StateSession(IdentitySet([], in: folder), memory: memory)
    texts = try TextFile(in: folder)
    hasChanges = false
  }

  /// Takes the next records of the current drop, and says which of them are new.
  ///
  /// - Parameters:
  ///   - keys: A fingerprint of each record's key.
  ///   - records: A fingerprint of each record.
  ///   - lines: The texts of the keys, each ended by an LF.
  ///   - ends: Where each text ends.
  ///   - isNew: One answer a record, whatever it held before.
  /// - Returns: How many are new.
  /// - Throws: ``IdentityError``; nothing of the session may be used then.
  public func admit(
    keys: Span<Fingerprint>,
    records: Span<Fingerprint>,
    lines: RawSpan,
    ends: [UInt32],
    isNew: inout [Bool]
  ) throws(IdentityError) -> Int {
    let isThere = try baseSet.contains(keys, memory: memory)
    var unknown: [Fingerprint] = []
    var places: [Fingerprint] = []
    for index in ends.indices where !isThere[index] {
      let start = index == 0 ? 0 : Int(ends[index - 1])
      let end = Int(ends[index])
      unknown.append(keys[index])
      places.append(Fingerprint(high: UInt64(texts.size), low: UInt64(end - start)))
      // Safe: the span's memory, for this call only.
      unsafe try lines.extracting(start..<end).withUnsafeBytes { bytes throws(IdentityError) in
        unsafe try texts.append(bytes)
      }
    }
    var answers: [Bool] = []
    _ = try added.admit(keys: unknown.span, records: places.span, isNew: &answers)
    let fresh = try seen.admit(keys: keys, records: records, isNew: &isNew)
    if fresh > 0 { hasChanges = true }
    return fresh
  }

  /// Compares the current drop, now whole, with the state.
  ///
  /// - Returns: What only the state has, to be told and then taken over.
  /// - Throws: ``IdentityError``.
  public func compare() throws(IdentityError) -> SnapshotComparison {
    try SnapshotComparison(
      state: base,
      drop: try seen.seal(),
      added: try added.seal(),
      texts: texts,
      hasChanges: hasChanges
    )
  }

  /// Makes the current drop's keys the state: what was compared is the past then.
  ///
  /// - Parameters:
  ///   - comparison: The drop and the state.
  ///   - keepingVanished: Keys that the drop lacks stay, as they were.
  /// - Throws: ``IdentityError``.
  public func adopt(
    _ comparison: SnapshotComparison,
    keepingVanished: Bool
  ) throws(IdentityError) {
    guard comparison.changesState(keepingVanished: keepingVanished) else { return }
    let next = try comparison.write(to: folder, keepingVanished: keepingVanished)
    if let written { try folder.remove([written.name]) }
    written = next
    isChanged = true
    base = try next.map { next throws(IdentityError) in try OpenRun(next, in: folder) }
    baseSet = try IdentitySet(next.map { [$0] } ?? [], in: folder)
  }

  /// The state after the last drop that was taken over, and the run that it takes the place of.
  ///
  /// Nil where nothing changed. The folder's sync is the caller's.
  public func finish() -> (state: StoredRun?, replaced: StoredRun?)? {
    isChanged ? (written, before) : nil
  }
}

@available(*, unavailable)
extension SnapshotSession: Sendable {}
