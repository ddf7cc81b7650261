public import Files

/// `.claimed/` in the inbox: a directory for each claim, made before it is needed.
///
/// A drop from a sub-folder lies in a sub-folder here too, `.claimed/orders/_<id>/name`: where it came
/// from is known from the place alone, without the ledger.
public final class ClaimStore {
  /// The claims' directories.
  public let directories: ClaimFolders
  private let clock: WallClock
  private var counter: UInt64
  /// Empty claims that are durable, the next at the end.
  private var pools: [[[UInt8]]: [String]] = [:]
  /// Empty claims whose names are not synced yet.
  private var recycled: [[[UInt8]]: [String]] = [:]

  /// A copy that is not whole yet; no drop can have this name.
  static let partialName = Array(".partial".utf8)

  /// How many empty claims of a folder are kept.
  private static let poolSize = 1_024

  /// What lies in `.claimed/` at a start.
  public struct Leftovers: Sendable {
    /// Drops that were taken and not put anywhere yet.
    public var claims: [ClaimedDrop] = []
    /// Claims whose drop was moved on.
    public var moved: Set<String> = []
  }

  /// Opens the store of an inbox and makes it when there is none.
  public init(
    inbox: borrowing Directory,
    clock: WallClock,
    randomness: Randomness
  ) throws(FileError) {
    let name = Array(".claimed".utf8)
    if try inbox.makeDirectory(name, mode: 0o700) { try inbox.sync() }
    directories = ClaimFolders(
      folders: OpenDirectories(below: try inbox.directory(name), atMost: 64)
    )
    self.clock = clock
    counter = try randomness.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Makes directories for this many claims of drops from a folder; durable when it returns.
  func prepare(_ count: Int, for folder: [[UInt8]]) throws(FileError) {
    let parent = try folders.open(folder, making: 0o700)
    var made: [String] = []
    for _ in 0..<count {
      let id = newID()
      let name = ClaimedDrop.directoryName(id)
      guard try parent.directory.makeDirectory(name, mode: 0o700) else { continue }
      made.append(id)
      CrashPoint.reach(.poolMade)
    }
    try parent.directory.sync()
    CrashPoint.reach(.poolSynced)
    // The earliest is taken first: it is at the end.
    pools[folder] = made.reversed() + (pools[folder] ?? [])
  }

  /// Takes a prepared claim of a folder; prepares as many as are wanted when there is none.
  func take(from folder: [[UInt8]], wanted: Int) throws(FileError) -> String {
    while true {
      if let id = pools[folder]?.popLast() { return id }
      if try syncRecycled(folder) { continue }
      try prepare(min(max(wanted, 8), ClaimStore.poolSize), for: folder)
    }
  }

  /// Gives back a claim that was not used.
  func giveBack(_ id: String, to folder: [[UInt8]]) {
    pools[folder, default: []].append(id)
  }

  /// Makes the empty directory of a claim whose drop was moved on ready for another claim.
  ///
  /// To remove a directory costs a disk far more than to rename it.
  public func recycle(_ claim: ClaimedDrop) throws(FileError) {
    try recycle(claim.directoryName, of: claim.folder)
  }

  /// Gives a claim that the ledger takes for another one a new id.
  public func rename(_ claim: ClaimedDrop) throws(FileError) -> ClaimedDrop {
    var renamed = claim
    renamed.id = newID()
    let shared = try folders.open(claim.folder)
    try shared.directory.rename(
      claim.directoryName,
      to: shared.directory,
      as: renamed.directoryName
    )
    try shared.directory.sync()
    return renamed
  }

  /// What lies here from an earlier life.
  public func leftovers() throws(FileError) -> Leftovers {
    var found = Leftovers()
    try collect([], into: &found)
    found.claims.sort { $0.path.lexicographicallyPrecedes($1.path) }
    return found
  }

  /// Makes the directories of claims that hold nothing ready for other claims.
  public func recycleEmpty() throws(FileError) {
    try recycleEmpty(in: [])
  }
}

extension ClaimStore {
  private var folders: OpenDirectories { directories.folders }

  private func recycle(_ name: [UInt8], of folder: [[UInt8]]) throws(FileError) {
    let shared = try folders.open(folder)
    guard recycled[folder, default: []].count < ClaimStore.poolSize else {
      try shared.directory.removeDirectory(name)
      return
    }
    let id = newID()
    try shared.directory.rename(name, to: shared.directory, as: ClaimedDrop.directoryName(id))
    recycled[folder, default: []].append(id)
  }

  /// Makes recycled claims durable; false when there are none.
  private func syncRecycled(_ folder: [[UInt8]]) throws(FileError) -> Bool {
    guard let ids = recycled.removeValue(forKey: folder), !ids.isEmpty else { return false }
    try folders.open(folder).directory.sync()
    pools[folder] = ids.reversed() + (pools[folder] ?? [])
    CrashPoint.reach(.poolSynced)
    return true
  }

  /// Eleven digits of time and five of a counter: what is claimed later sorts later, which keeps the
  /// ledger's index of claims short of work.
  private func newID() -> String {
    let now = clock.now
    let milliseconds = UInt64(bitPattern: now.seconds * 1_000 + now.nanoseconds / 1_000_000)
    counter &+= 1
    let digits = String((milliseconds << 20) | (counter & 0xF_FFFF), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func collect(_ folder: [[UInt8]], into found: inout Leftovers) throws(FileError) {
    let shared = try folders.open(folder)
    for entry in try shared.directory.entries() {
      guard let id = ClaimedDrop.id(inDirectoryName: entry.name) else {
        if try shared.directory.facts(entry.name).kind == .directory {
          try collect(folder + [entry.name], into: &found)
        }
        continue
      }
      let inside = try shared.directory.directory(entry.name)
      // What a copy from another file system had not finished is of no use.
      try inside.remove(ClaimStore.partialName)
      guard let drop = try inside.entries().first else {
        found.moved.insert(id)
        continue
      }
      let facts = try inside.facts(drop.name)
      let reason: Settling.HoldCode? = facts.kind == .regular ? nil : .notRegular
      found.claims.append(
        ClaimedDrop(id: id, folder: folder, name: drop.name, facts: facts, reason: reason)
      )
    }
  }

  private func recycleEmpty(in folder: [[UInt8]]) throws(FileError) {
    let shared = try folders.open(folder)
    let known = Set((pools[folder] ?? []) + (recycled[folder] ?? []))
    for entry in try shared.directory.entries() {
      guard let id = ClaimedDrop.id(inDirectoryName: entry.name) else {
        try recycleEmpty(in: folder + [entry.name])
        continue
      }
      guard !known.contains(id) else { continue }
      guard try shared.directory.directory(entry.name).entries().isEmpty else { continue }
      try recycle(entry.name, of: folder)
    }
  }
}

@available(*, unavailable)
extension ClaimStore: Sendable {}
