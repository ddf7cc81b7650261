import Files
public import Records

/// The fingerprints of one feed, as they were when its runs were opened: exact, and never changed.
///
/// A commit makes a new value: ``adding(_:)``, ``replacing(_:with:)``.
public final class IdentitySet: Sendable {
  /// How thoroughly runs are looked at when they are opened.
  public enum Check: Sendable {
    /// Header, size, and that it is the run that the ledger means.
    case header
    /// Every byte.
    case everything
  }

  let open: [OpenRun]
  let folder: RunFolder

  /// Opens the runs of a feed.
  ///
  /// - Parameters:
  ///   - runs: As the ledger names them, in the order of their batches.
  ///   - folder: Where they lie.
  ///   - check: What is held against the ledger's word.
  /// - Throws: ``IdentityError/damaged(run:found:)`` when a run is not what was written.
  public convenience init(
    _ runs: [StoredRun],
    in folder: RunFolder,
    check: Check = .header
  ) throws(IdentityError) {
    try self.init(runs, in: folder, check: check, small: OpenRun.smallSize)
  }

  /// Opens the runs of a feed, of which those up to a size are always mapped as a whole.
  package convenience init(
    _ runs: [StoredRun],
    in folder: RunFolder,
    check: Check,
    small: Int
  ) throws(IdentityError) {
    var open: [OpenRun] = []
    for run in runs { open.append(try OpenRun(run, in: folder, small: small)) }
    if check == .everything {
      for run in open { try run.verify() }
    }
    self.init(open, folder)
  }

  private init(_ open: [OpenRun], _ folder: RunFolder) {
    self.open = open
    self.folder = folder
  }

  /// The runs it consists of.
  public var runs: [StoredRun] { open.map(\.stored) }

  /// How many fingerprints it holds.
  public var count: Int64 { open.reduce(0) { $0 + Int64($1.header.count) } }

  /// A session against this set as it is now.
  ///
  /// - Parameter memory: What it may take.
  /// - Returns: A session without fingerprints.
  /// - Throws: ``IdentityError/outOfMemory``.
  public func session(
    memory: IdentityMemory = IdentityMemory()
  ) throws(IdentityError) -> IdentitySession {
    try IdentitySession(self, folder: folder, memory: memory)
  }

  /// Which fingerprints stand in the set.
  ///
  /// - Parameters:
  ///   - fingerprints: What to look for.
  ///   - memory: What may be mapped at a time; nothing else is taken.
  /// - Returns: One answer a fingerprint.
  /// - Throws: ``IdentityError/files(_:)`` when a run can't be read.
  public func contains(
    _ fingerprints: Span<Fingerprint>,
    memory: IdentityMemory = IdentityMemory()
  ) throws(IdentityError) -> [Bool] {
    let known = Block<UInt8>(count: fingerprints.count, of: 0)
    var lookups = Lookups(allowance: memory.mapped)
    // Safe: the span's memory, for this call only, and a flag for each.
    unsafe try fingerprints.withUnsafeBufferPointer { rows throws(IdentityError) in
      unsafe try lookups.find(rows, known: known.buffer, in: open)
    }
    release()
    return (0..<known.count).map { unsafe known.buffer[$0] != 0 }
  }

  /// The set with one run more: the newest.
  ///
  /// - Throws: ``IdentityError``, as when it is opened.
  public func adding(_ run: StoredRun) throws(IdentityError) -> IdentitySet {
    IdentitySet(open + [try OpenRun(run, in: folder)], folder)
  }

  /// The runs to merge when there are more than so many, as places in ``runs``; nil when there are
  /// few enough.
  public func mergeDue(atMost limit: Int = 8) -> Range<Int>? {
    mergeDue(0..<open.count, atMost: limit)
  }

  /// The runs to merge among some neighbours, as places in ``runs``.
  public func mergeDue(_ part: Range<Int>, atMost limit: Int) -> Range<Int>? {
    let due = MergePolicy.range(of: open[part].map { Int64($0.header.count) }, atMost: limit)
    return due.map { part.lowerBound + $0.lowerBound..<part.lowerBound + $0.upperBound }
  }

  /// Writes the union of neighbouring runs as one run, and syncs it and the folder.
  ///
  /// Holds each run against its checksum on the way. The run exists once the ledger names it in the
  /// place of the others; their files may go then.
  ///
  /// - Parameter range: Places in ``runs``; at least one.
  /// - Returns: The run to name.
  /// - Throws: ``IdentityError``.
  public func merged(_ range: Range<Int>) throws(IdentityError) -> StoredRun {
    guard let run = try merged(range, while: { true }) else {
      preconditionFailure("nobody gave the merge up")
    }
    return run
  }

  /// As ``merged(_:)``, to be given up when it lasts too long.
  ///
  /// - Parameters:
  ///   - range: Places in ``runs``; at least one.
  ///   - goesOn: Asked every 256 KiB.
  /// - Returns: The run to name; nil when it was given up, and nothing is left of it.
  /// - Throws: ``IdentityError``.
  public func merged(
    _ range: Range<Int>,
    while goesOn: () -> Bool
  ) throws(IdentityError) -> StoredRun? {
    // Of what runs say of the same key, the newest counts.
    let cursors = open[range].reversed().map { RunCursor(of: $0) }
    var isWhole = true
    let run = try folder.write(width: open[range.lowerBound].header.width) {
      writer throws(IdentityError) in
      isWhole = try writer.append(mergeOf: cursors, while: goesOn)
    }
    guard isWhole else {
      try folder.remove([run.name])
      return nil
    }
    try folder.sync()
    return run
  }

  /// The set with a run in the place of others.
  ///
  /// - Parameters:
  ///   - range: Places in ``runs``.
  ///   - run: What holds their fingerprints now; nil when they are past retention.
  /// - Returns: The set as it is then.
  /// - Throws: ``IdentityError``, as when it is opened.
  public func replacing(
    _ range: Range<Int>,
    with run: StoredRun?
  ) throws(IdentityError) -> IdentitySet {
    var next = open
    next.replaceSubrange(
      range,
      with: try run.map { run throws(IdentityError) in
        [try OpenRun(run, in: folder)]
      } ?? []
    )
    return IdentitySet(next, folder)
  }

  /// Gives mapped pages back; they come again when they are touched.
  func release() {
    for run in open where run.header.fileSize > OpenRun.smallSize { run.release() }
  }
}
