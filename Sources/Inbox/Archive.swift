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

  private let folders: OpenDirectories
  private let claims: ClaimStore
  private var unsynced: Set<[[UInt8]]> = []

  /// The archive of an inbox.
  public init(_ inbox: Inbox) throws(FileError) {
    folders = OpenDirectories(below: try inbox.openRoot())
    claims = inbox.claims
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
    let name = try freeRejectsName(for: claim, in: shared.directory)
    return "_rejected/\(feed)/\(String(decoding: name, as: UTF8.self))"
  }

  /// Lets the table of a drop's rejected records be seen; does nothing when it can be already.
  public func showRejects(of claim: ClaimedDrop, feed: String) throws(FileError) {
    let shared = try open(["_rejected", feed])
    let hidden = Archive.hiddenRejects(claim)
    guard try shared.directory.factsIfThere(hidden) != nil else { return }
    try shared.directory.rename(
      hidden,
      to: shared.directory,
      as: freeRejectsName(for: claim, in: shared.directory)
    )
  }

  /// Makes all that was placed since the last time last.
  public func sync() throws(FileError) {
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

  static func hiddenRejects(_ claim: ClaimedDrop) -> [UInt8] {
    Array(".\(claim.id).part".utf8)
  }

  /// The name of a table of rejects: plain CSV, whatever the drop was.
  static func tableName(_ name: [UInt8]) -> [UInt8] {
    let suffix = Array(".csv".utf8)
    let dot = name.dropFirst().firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex
    return name[..<dot].prefix(255 - suffix.count) + suffix
  }
}

extension Archive {
  /// Opens a place and makes what is missing, each part durably before the next stands in it.
  private func open(_ parts: [String]) throws(FileError) -> SharedDirectory {
    let path = parts.map { Array($0.utf8) }
    unsynced.insert(path)
    return try folders.open(path, making: 0o755)
  }

  /// Whether a receipt's name is free, or holds this very claim's receipt from before a crash.
  private func isFree(
    _ name: [UInt8],
    in folder: borrowing Directory,
    for claim: ClaimedDrop
  ) throws(FileError) -> Bool {
    guard let receipt = try bytesIfThere(name, in: folder) else { return true }
    return receipt.contains(Array(claim.id.utf8))
  }

  private func freeRejectsName(
    for claim: ClaimedDrop,
    in folder: borrowing Directory
  ) throws(FileError) -> [UInt8] {
    var attempt = 1
    while true {
      let name = Archive.numbered(Archive.tableName(claim.name), attempt)
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
