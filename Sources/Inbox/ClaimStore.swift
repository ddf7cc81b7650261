import Bytes
public import Files

/// `.claimed/` in the inbox: a directory for each claim, made before it is needed.
///
/// A drop from a sub-folder lies in a sub-folder here too, `.claimed/orders/_<id>/name`: where it came
/// from is known from the place alone, without the ledger. One thread takes claims while another makes
/// those ready whose drops it has moved on.
public final class ClaimStore: Sendable {
  private struct State {
    var counter: UInt64
    /// Empty claims that are durable, the next at the end.
    var pools: [[[UInt8]]: [String]] = [:]
  }

  /// The claims' directories.
  public let directories: ClaimFolders
  private let clock: WallClock
  /// A monitor though nobody waits on it: the thread sanitizer sees through `pthread`'s locks alone.
  private let state: Monitor<State>

  /// A copy that is not whole yet; no drop can have this name.
  static let partialName = Array(".partial".utf8)

  /// How many empty claims of a folder are kept.
  private static let poolSize = 4_096

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
    state = Monitor(State(counter: try randomness.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }))
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
    add(made, to: folder)
  }

  /// Takes a prepared claim of a folder; prepares as many as are wanted when there is none.
  func take(from folder: [[UInt8]], wanted: Int) throws(FileError) -> String {
    while true {
      if let id = state.update({ $0.pools[folder]?.popLast() }) { return id }
      try prepare(min(max(wanted, 8), ClaimStore.poolSize), for: folder)
    }
  }

  /// Gives back a claim that was not used.
  func giveBack(_ id: String, to folder: [[UInt8]]) {
    state.update { $0.pools[folder, default: []].append(id) }
  }

  /// Makes the empty directories of claims whose drops were moved on ready for other claims, durably.
  ///
  /// To remove a directory costs a disk far more than to rename it.
  public func recycle(_ claims: [ClaimedDrop]) throws(FileError) {
    var names: [[[UInt8]]: [[UInt8]]] = [:]
    for claim in claims { names[claim.folder, default: []].append(claim.directoryName) }
    for (folder, names) in names { try recycle(names, of: folder) }
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

  private func recycle(_ names: [[UInt8]], of folder: [[UInt8]]) throws(FileError) {
    if names.isEmpty { return }
    let shared = try folders.open(folder)
    let kept = ClaimStore.poolSize - state.update { $0.pools[folder]?.count ?? 0 }
    var made: [String] = []
    for name in names {
      guard made.count < kept else {
        try shared.directory.removeDirectory(name)
        continue
      }
      let id = newID()
      try shared.directory.rename(name, to: shared.directory, as: ClaimedDrop.directoryName(id))
      made.append(id)
    }
    try shared.directory.sync()
    CrashPoint.reach(.poolSynced)
    add(made, to: folder)
  }

  /// Puts durable claims behind those that wait: the earliest is taken first, it is at the end.
  private func add(_ made: [String], to folder: [[UInt8]]) {
    state.update { $0.pools[folder] = made.reversed() + ($0.pools[folder] ?? []) }
  }

  /// Eleven digits of time and five of a counter: what is claimed later sorts later, which keeps the
  /// ledger's index of claims short of work.
  private func newID() -> String {
    let now = clock.now
    let milliseconds = UInt64(bitPattern: now.seconds * 1_000 + now.nanoseconds / 1_000_000)
    let counter = state.update { state in
      state.counter &+= 1
      return state.counter
    }
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
    let known = Set(state.update { $0.pools[folder] ?? [] })
    var empty: [[UInt8]] = []
    for entry in try shared.directory.entries() {
      guard let id = ClaimedDrop.id(inDirectoryName: entry.name) else {
        try recycleEmpty(in: folder + [entry.name])
        continue
      }
      guard !known.contains(id) else { continue }
      guard try shared.directory.directory(entry.name).entries().isEmpty else { continue }
      empty.append(entry.name)
    }
    try recycle(empty, of: folder)
  }
}
