public import Files

/// `.claimed/` in the inbox: a directory for each claim, made before it is needed.
///
/// A drop from a sub-folder lies in a sub-folder here too, `.claimed/orders/_<id>/name`: where it came
/// from is known from the place alone, without the ledger.
public final class ClaimStore {
  private let root: Directory
  private let randomness: Randomness
  private var pools: [[[UInt8]]: [String]] = [:]

  /// What lies in `.claimed/` at a start.
  public struct Leftovers: Sendable {
    /// Drops that were taken and not put anywhere yet.
    public var claims: [ClaimedDrop] = []
    /// Claims whose drop was moved on.
    public var moved: Set<String> = []
  }

  /// Opens the store of an inbox and makes it when there is none.
  public init(inbox: borrowing Directory, randomness: Randomness) throws(FileError) {
    let name = Array(".claimed".utf8)
    if try inbox.makeDirectory(name, mode: 0o700) { try inbox.sync() }
    root = try inbox.directory(name)
    self.randomness = randomness
  }

  /// Makes directories for this many claims of drops from a folder; durable when it returns.
  func prepare(_ count: Int, for folder: [[UInt8]]) throws(FileError) {
    let parent = try open(folder, making: true)
    for _ in 0..<count {
      let id = try newID()
      guard try parent.makeDirectory(ClaimedDrop.directoryName(id), mode: 0o700) else { continue }
      pools[folder, default: []].append(id)
      CrashPoint.reach(.poolMade)
    }
    try parent.sync()
    CrashPoint.reach(.poolSynced)
  }

  /// Takes a prepared claim of a folder; prepares as many as are wanted when there is none.
  func take(from folder: [[UInt8]], wanted: Int) throws(FileError) -> String {
    while true {
      if let id = pools[folder]?.popLast() { return id }
      try prepare(min(max(wanted, 8), 512), for: folder)
    }
  }

  /// Gives back a claim that was not used.
  func giveBack(_ id: String, to folder: [[UInt8]]) {
    pools[folder, default: []].append(id)
  }

  /// The directory that a claim's drop lies in.
  public func directory(of claim: ClaimedDrop) throws(FileError) -> Directory {
    try directory(claim.id, in: claim.folder)
  }

  func directory(_ id: String, in folder: [[UInt8]]) throws(FileError) -> Directory {
    try open(folder, making: false).directory(ClaimedDrop.directoryName(id))
  }

  /// Makes the claims of a folder last.
  public func sync(_ folder: [[UInt8]]) throws(FileError) {
    try open(folder, making: false).sync()
  }

  /// Removes the empty directory of a claim whose drop was moved on.
  public func remove(_ claim: ClaimedDrop) throws(FileError) {
    try open(claim.folder, making: false).removeDirectory(claim.directoryName)
  }

  /// What lies here from an earlier life.
  public func leftovers() throws(FileError) -> Leftovers {
    var found = Leftovers()
    try collect([], into: &found)
    found.claims.sort { $0.path.lexicographicallyPrecedes($1.path) }
    return found
  }

  /// Removes the directories of all claims that hold nothing, but for those prepared by us.
  public func removeEmpty() throws(FileError) {
    try removeEmpty(in: [])
  }
}

extension ClaimStore {
  private func newID() throws(FileError) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = try randomness.bytes(8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self
    )
  }

  private func open(_ folder: [[UInt8]], making: Bool) throws(FileError) -> Directory {
    var directory = try root.duplicate()
    for part in folder {
      if making, try directory.makeDirectory(part, mode: 0o700) { try directory.sync() }
      directory = try directory.directory(part)
    }
    return directory
  }

  private func collect(_ folder: [[UInt8]], into found: inout Leftovers) throws(FileError) {
    let directory = try open(folder, making: false)
    for entry in try directory.entries() {
      guard let id = ClaimedDrop.id(inDirectoryName: entry.name) else {
        if try directory.facts(entry.name).kind == .directory {
          try collect(folder + [entry.name], into: &found)
        }
        continue
      }
      let inside = try directory.directory(entry.name)
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

  private func removeEmpty(in folder: [[UInt8]]) throws(FileError) {
    let directory = try open(folder, making: false)
    let prepared = Set(pools[folder] ?? [])
    for entry in try directory.entries() {
      guard let id = ClaimedDrop.id(inDirectoryName: entry.name) else {
        try removeEmpty(in: folder + [entry.name])
        continue
      }
      if prepared.contains(id) { continue }
      do throws(FileError) {
        try directory.removeDirectory(entry.name)
      } catch  where error.isErrno(Errno.notEmpty) {}
    }
  }
}

@available(*, unavailable)
extension ClaimStore: Sendable {}
