import CKernels
import Files
import Records

/// What a session holds: a table of the latest fingerprints, and sorted spills of those before.
struct SessionState: ~Copyable {
  private var table: FingerprintTable
  /// Spills of drops that stay.
  private var kept: [OpenRun] = []
  /// Spills of the current drop.
  private var current: [OpenRun] = []
  /// How many fingerprints of the table are of drops that stay.
  private var marked = 0
  private var lookups = Lookups(allowance: 0)
  private let memory: IdentityMemory
  /// What went wrong: what the session holds is not whole any more.
  private var failure: IdentityError?
  /// A flag a row; long enough for the longest call so far.
  private var known = Block<UInt8>(count: 0, of: 0)

  /// More spills than this are merged.
  private static let mostSpills = 6

  init(memory: IdentityMemory) throws(IdentityError) {
    self.memory = memory
    table = try FingerprintTable(budget: memory.new)
  }

  var count: Int {
    (kept + current).reduce(table.count) { $0 + Int($1.header.count) }
  }

  mutating func mark() {
    kept += current
    current = []
    marked = table.count
  }

  mutating func restart() {
    current = []
    table.truncate(to: marked)
  }

  mutating func admit(
    _ rows: UnsafeBufferPointer<Fingerprint>,
    against set: IdentitySet,
    spillingTo folder: RunFolder,
    isNew: inout [Bool]
  ) throws(IdentityError) -> Int {
    if let failure { throw failure }
    do throws(IdentityError) {
      return unsafe try admitWhole(rows, against: set, spillingTo: folder, isNew: &isNew)
    } catch {
      failure = error
      throw error
    }
  }

  private mutating func admitWhole(
    _ rows: UnsafeBufferPointer<Fingerprint>,
    against set: IdentitySet,
    spillingTo folder: RunFolder,
    isNew: inout [Bool]
  ) throws(IdentityError) -> Int {
    if known.count < rows.count { known = Block(count: rows.count * 2, of: 0) }
    // Safe: there are at least as many flags as rows.
    let flags = unsafe UnsafeMutableBufferPointer(rebasing: known.buffer[..<rows.count])
    unsafe flags.update(repeating: 0)
    // What the table does not need yet serves the lookups.
    let needed = min(table.bytes(admitting: rows.count), memory.new)
    lookups.allowance = memory.new - needed + memory.mapped
    unsafe try lookups.find(rows, known: flags, in: set.open + kept + current)
    var admitted = 0
    var done = 0
    while done < rows.count {
      let rest = unsafe UnsafeBufferPointer(rebasing: rows[done...])
      let restFlags = unsafe UnsafeMutableBufferPointer(rebasing: flags[done...])
      guard let start = restFlags.baseAddress else { break }
      done += unsafe try table.admit(rest, known: start, admitted: &admitted)
      if done == rows.count { break }
      try spill(to: folder)
      unsafe try lookups.find(
        UnsafeBufferPointer(rebasing: rows[done...]),
        known: UnsafeMutableBufferPointer(rebasing: flags[done...]),
        in: kept + current
      )
    }
    unsafe answer(flags, &isNew)
    return admitted
  }

  /// Whether the session took this fingerprint: of a drop that stays, or of the current one.
  mutating func contains(_ row: Fingerprint) throws(IdentityError) -> Bool {
    let rows = Block(count: 1, of: row)
    let flag = Block<UInt8>(count: 1, of: 0)
    unsafe table.find(UnsafeBufferPointer(rows.buffer), known: flag.buffer)
    if unsafe flag.buffer[0] == 0 {
      unsafe try lookups.find(
        UnsafeBufferPointer(rows.buffer),
        known: flag.buffer,
        in: kept + current
      )
    }
    return unsafe flag.buffer[0] != 0
  }

  /// Writes all that is new as a run of its own.
  mutating func finish(in folder: RunFolder) throws(IdentityError) -> StoredRun? {
    if let failure { throw failure }
    if count == 0 { return nil }
    let spills = (kept + current).map { RunCursor(of: $0) }
    let run = try folder.write { writer throws(IdentityError) in
      if spills.isEmpty {
        try append(sorted: 0..<table.count, to: &writer)
      } else {
        unsafe try writer.append(mergeOf: spills + [RunCursor(of: table.sorted())])
      }
    }
    table.truncate(to: 0)
    kept = []
    current = []
    marked = 0
    return run
  }
}

extension SessionState {
  private func answer(_ flags: UnsafeMutableBufferPointer<UInt8>, _ isNew: inout [Bool]) {
    if isNew.count != flags.count { isNew = [Bool](repeating: false, count: flags.count) }
    // Safe: the flags lie in their own block, of this length.
    for index in isNew.indices { isNew[index] = unsafe flags[index] == 0 }
  }

  /// Sorts a part of the table and writes it.
  private mutating func append(
    sorted range: Range<Int>,
    to writer: inout RunWriter
  ) throws(IdentityError) {
    unsafe try table.sort(range) { part throws(IdentityError) in
      try filed { () throws(FileError) in unsafe try writer.append(part) }
    }
  }

  /// Moves what the table holds to files without names, apart for drops that stay and the current.
  private mutating func spill(to folder: RunFolder) throws(IdentityError) {
    let count = table.count
    for range in [0..<marked, marked..<count] where !range.isEmpty {
      let run = try folder.writeUnnamed { writer throws(IdentityError) in
        try append(sorted: range, to: &writer)
      }
      if range.lowerBound < marked { kept.append(run) } else { current.append(run) }
    }
    table.truncate(to: 0)
    marked = 0
    kept = try Self.merged(kept, in: folder)
    current = try Self.merged(current, in: folder)
  }

  private static func merged(
    _ spills: [OpenRun],
    in folder: RunFolder
  ) throws(IdentityError) -> [OpenRun] {
    let counts = spills.map { Int64($0.header.count) }
    guard let range = MergePolicy.range(of: counts, atMost: mostSpills) else { return spills }
    let cursors = spills[range].map { RunCursor(of: $0) }
    let merged = try folder.writeUnnamed { writer throws(IdentityError) in
      try writer.append(mergeOf: cursors)
    }
    return spills[..<range.lowerBound] + [merged]
  }
}
