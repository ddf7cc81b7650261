public import Files

/// `_done`, `_held` and `_rejected` in the inbox: where people find what became of their drops.
public final class Archive {
  /// What became of a drop.
  public enum Place: Sendable, Equatable {
    /// Converted, on a day.
    case done(day: String)
    /// Kept whole, for a person to decide.
    case held

    fileprivate var parts: [String] {
      switch self {
      case .done(let day): ["_done", day]
      case .held: ["_held"]
      }
    }
  }

  let folders: OpenDirectories
  let claims: ClaimFolders
  private var unsynced: Set<[[UInt8]]> = []
  /// Files whose bytes are written and not synced, by folder and name.
  private var written: [(folder: [[UInt8]], name: [UInt8])] = []

  /// Up to so many files are synced one by one; more by one sync of their whole file system, which also
  /// waits for what others write there.
  private static let fewFiles = 16

  /// The archive in an inbox's own folder, of what lies in the directories of claims.
  public init(in inbox: consuming Directory, of claims: ClaimFolders) {
    folders = OpenDirectories(below: inbox)
    self.claims = claims
  }

  /// Moves a claimed drop to its place with its receipt beside it; gives the name it has there.
  ///
  /// It keeps its own name; where that is taken, `orders.csv` becomes `orders~2.csv`. Does what is left
  /// to do when it was interrupted before. It lasts after `sync`.
  @discardableResult
  public func place(
    _ claim: ClaimedDrop,
    in place: Place,
    feed: String,
    receipt: [UInt8]
  ) throws(FileError) -> [UInt8] {
    let shared = try open(place.parts + [feed])
    let source = try claims.directory(of: claim)
    var attempt = 1
    while true {
      let name = Archive.numbered(claim.name, attempt)
      attempt += 1
      guard try shared.directory.factsIfThere(name) == nil else { continue }
      guard try isFree(Archive.receiptName(name), in: shared.directory, for: claim) else {
        continue
      }
      try write(receipt, as: Archive.receiptName(name), into: shared.directory)
      CrashPoint.reach(.receiptWritten)
      do throws(FileError) {
        try source.rename(claim.name, to: shared.directory, as: name)
      } catch  where error.isErrno(Errno.exists) {
        continue
      }
      CrashPoint.reach(.archiveRenamed)
      written.append((Archive.folder(place.parts + [feed]), Archive.receiptName(name)))
      return name
    }
  }

  /// Writes the table of a drop's rejected records, not to be seen before `showRejects`.
  ///
  /// Gives the path below the inbox that it will have.
  public func prepareRejects(
    of claim: ClaimedDrop,
    feed: String,
    _ table: [UInt8]
  ) throws(FileError) -> String {
    let shared = try open(["_rejected", feed])
    let hidden = Archive.hiddenRejects(claim)
    try shared.directory.remove(hidden)
    try shared.directory.create(hidden).write(table)
    written.append((Archive.folder(["_rejected", feed]), hidden))
    let name = try freeRejectsName(for: claim.name, in: shared.directory)
    return "_rejected/\(feed)/\(String(decoding: name, as: UTF8.self))"
  }

  /// Removes the hidden tables of all claims but these: their drops were put back, or are read again.
  public func sweepRejects(keeping claims: Set<String>) throws(FileError) {
    let kept = Set(claims.map(Archive.hiddenRejects(ofClaim:)))
    let top = Array("_rejected".utf8)
    guard try folders.open([]).directory.factsIfThere(top) != nil else { return }
    let rejected = try folders.open([top])
    for feed in try rejected.directory.entries() where feed.kind == .directory {
      let folder = try rejected.directory.directory(feed.name)
      for entry in try folder.entries() where Archive.isHiddenRejects(entry.name) {
        if !kept.contains(entry.name) { try folder.remove(entry.name) }
      }
    }
    folders.close()
  }

  /// Lets the table of a drop's rejected records be seen; does nothing when it can be already.
  public func showRejects(of claim: ClaimedDrop, feed: String) throws(FileError) {
    try showRejects(ofClaim: claim.id, claim.name, feed: feed)
  }

  /// Does what is left to do where the original was moved before the process ended, or the power.
  ///
  /// A move may last and the receipt or the table that was written before it may not. False when the
  /// original is not there. It lasts after `sync`.
  public func finish(
    claim id: String,
    name: [UInt8],
    in place: Place,
    feed: String,
    receipt: [UInt8],
    hasRejects: Bool
  ) throws(FileError) -> Bool {
    if hasRejects { try showRejects(ofClaim: id, name, feed: feed) }
    let shared = try open(place.parts + [feed])
    var attempt = 1
    while true {
      let original = Archive.numbered(name, attempt)
      guard try shared.directory.factsIfThere(original) != nil else { return false }
      let receiptName = Archive.receiptName(original)
      let found = try bytesIfThere(receiptName, in: shared.directory) ?? []
      if found == receipt { return true }
      if !Archive.isWhole(found) {
        try write(receipt, as: receiptName, into: shared.directory)
        written.append((Archive.folder(place.parts + [feed]), receiptName))
        return true
      }
      attempt += 1
    }
  }

  /// Makes all that was written and placed since the last time last: bytes first, then names.
  public func sync() throws(FileError) {
    try syncFiles()
    for path in unsynced { try folders.open(path).directory.sync() }
    if !unsynced.isEmpty { CrashPoint.reach(.archiveSynced) }
    unsynced = []
    // People may move these folders about: each group finds them anew.
    folders.close()
  }

  /// The receipt's name beside a drop.
  static func receiptName(_ name: [UInt8]) -> [UInt8] {
    let suffix = Array(".receipt.json".utf8)
    return name.prefix(255 - suffix.count) + suffix
  }

  /// A name with a number before its first dot, for the second file that wants it and on.
  static func numbered(_ name: [UInt8], _ attempt: Int) -> [UInt8] {
    guard attempt > 1 else { return name }
    let mark = Array("~\(attempt)".utf8)
    let dot = name.dropFirst().firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex
    let kept = name[..<dot].prefix(255 - mark.count - min(name.count - dot, 200))
    return kept + mark + name[dot...].suffix(200)
  }

  static func hiddenRejects(_ claim: ClaimedDrop) -> [UInt8] { hiddenRejects(ofClaim: claim.id) }

  private static func hiddenRejects(ofClaim id: String) -> [UInt8] { Array(".\(id).part".utf8) }

  private static func isHiddenRejects(_ name: [UInt8]) -> Bool {
    let suffix = Array(".part".utf8)
    guard name.count == 17 + suffix.count, name.reversed().starts(with: suffix.reversed()) else {
      return false
    }
    return name[0] == UInt8(ascii: ".")
      && ClaimedDrop.id(inDirectoryName: [0x5F] + name[1..<17]) != nil
  }

  /// The name of a table of rejects: plain CSV, whatever the drop was.
  static func tableName(_ name: [UInt8]) -> [UInt8] {
    let suffix = Array(".csv".utf8)
    let dot = name.dropFirst().firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex
    return name[..<dot].prefix(255 - suffix.count) + suffix
  }
}

extension Archive {
  private func syncFiles() throws(FileError) {
    defer { written = [] }
    if written.count > Archive.fewFiles {
      try folders.open([]).directory.syncFileSystem()
      return
    }
    for file in written {
      do throws(FileError) {
        try folders.open(file.folder).directory.read(file.name).sync()
      } catch  where error.isErrno(Errno.notFound) {
        // Somebody has taken it since.
      }
    }
  }

  private static func folder(_ parts: [String]) -> [[UInt8]] { parts.map { Array($0.utf8) } }

  /// Opens a place and makes what is missing, each part durably before the next stands in it.
  private func open(_ parts: [String]) throws(FileError) -> SharedDirectory {
    let path = Archive.folder(parts)
    unsynced.insert(path)
    return try folders.open(path, making: 0o755)
  }

  /// Whether a receipt's name is free, or holds this very claim's receipt from before a crash, or what a
  /// power cut has left of one whose drop was not moved any more.
  private func isFree(
    _ name: [UInt8],
    in folder: borrowing Directory,
    for claim: ClaimedDrop
  ) throws(FileError) -> Bool {
    guard let receipt = try bytesIfThere(name, in: folder) else { return true }
    return receipt.contains(Array(claim.id.utf8)) || Archive.isTorn(receipt)
  }

  /// Whether a receipt is one to its end: what a power cut leaves is empty, cut off, or full of zeros.
  private static func isWhole(_ receipt: [UInt8]) -> Bool {
    let last = receipt.last { $0 != UInt8(ascii: "\n") }
    return receipt.first == UInt8(ascii: "{") && last == UInt8(ascii: "}")
  }

  /// Whether a file was to be a receipt, and its bytes were lost.
  private static func isTorn(_ receipt: [UInt8]) -> Bool {
    guard let first = receipt.first else { return true }
    return first == 0 || first == UInt8(ascii: "{") && !isWhole(receipt)
  }

  private func showRejects(ofClaim id: String, _ name: [UInt8], feed: String) throws(FileError) {
    let shared = try open(["_rejected", feed])
    let hidden = Archive.hiddenRejects(ofClaim: id)
    guard try shared.directory.factsIfThere(hidden) != nil else { return }
    try shared.directory.rename(
      hidden,
      to: shared.directory,
      as: freeRejectsName(for: name, in: shared.directory)
    )
  }

  private func freeRejectsName(
    for drop: [UInt8],
    in folder: borrowing Directory
  ) throws(FileError) -> [UInt8] {
    var attempt = 1
    while true {
      let name = Archive.numbered(Archive.tableName(drop), attempt)
      if try folder.factsIfThere(name) == nil { return name }
      attempt += 1
    }
  }

  private func bytesIfThere(
    _ name: [UInt8],
    in folder: borrowing Directory
  ) throws(FileError) -> [UInt8]? {
    guard let facts = try folder.factsIfThere(name) else { return nil }
    guard facts.kind == .regular else { return [] }
    return try folder.read(name).bytes()
  }

  /// Writes a small file under a hidden name and gives it its own when it is whole.
  private func write(
    _ bytes: [UInt8],
    as name: [UInt8],
    into folder: borrowing Directory
  ) throws(FileError) {
    let hidden = Array(".writing.part".utf8)
    do throws(FileError) {
      try folder.create(hidden).write(bytes)
    } catch  where error.isErrno(Errno.exists) {
      try folder.remove(hidden)
      try folder.create(hidden).write(bytes)
    }
    try folder.rename(hidden, to: folder, as: name, replacing: true)
  }
}

@available(*, unavailable)
extension Archive: Sendable {}
