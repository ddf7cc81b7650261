import Bytes
public import Files

/// The folder that targets read: batches appear there whole, in sequence, and never change.
///
/// Files are written in `.staging/`, made to last, named by the ledger, and only then renamed to their
/// place. Only the publisher takes files out of `.staging/`: a staged file that is not there any more
/// was published, whether a target has taken it since or not.
public final class Outbox {
  /// A file in the staging folder and where it is to go.
  public struct Staged: Sendable, Hashable {
    /// Its name in the staging folder.
    public var name: String
    /// Its path in the feed's folder.
    public var target: String
    /// Its size in bytes.
    public var size: Int64
    /// SHA-256 of its bytes.
    public var sha256: [UInt8]

    /// A file that was staged.
    public init(name: String, target: String, size: Int64, sha256: [UInt8]) {
      self.name = name
      self.target = target
      self.size = size
      self.sha256 = sha256
    }
  }

  private let root: Directory
  private let staging: Directory
  private var unsynced: Set<[String]> = []

  /// Opens an outbox and makes it when it is not there.
  ///
  /// What is gone from `.staging/` counts as published, so this must be the very folder that batches
  /// were staged in: not the bare mount point of it, and not one that another ledger works with.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - owner: A word for the ledger, always the same.
  ///   - isKnown: Whether the ledger has had batches in it.
  /// - Throws: ``OutboxError/missing(path:)`` or ``OutboxError/foreign(path:)`` when it is another
  ///   folder; nothing in it is changed then.
  public init(path: [UInt8], owner: String, isKnown: Bool) throws(OutboxError) {
    let isThere: Bool
    do throws(FileError) {
      root = try Directory(makingPath: path)
      let name = Array(".staging".utf8)
      isThere = try root.factsIfThere(name) != nil
      if !isThere, !isKnown, try root.makeDirectory(name, mode: 0o700) { try root.sync() }
    } catch {
      throw .files(error)
    }
    guard isThere || !isKnown else { throw .missing(path: path) }
    do throws(FileError) {
      staging = try root.directory(Array(".staging".utf8))
    } catch {
      throw .files(error)
    }
    let isOurs = try filed { () throws(FileError) in
      try Outbox.claim(staging, for: Array(owner.utf8))
    }
    guard isOurs else { throw .foreign(path: path) }
  }

  /// The file system that it lies on.
  public func volume() throws(OutboxError) -> VolumeFacts {
    try filed { () throws(FileError) in try root.volume() }
  }

  /// Starts the data file of a batch in the staging folder, over what a crash left there.
  public func write(_ name: String) throws(OutboxError) -> StagedWriter {
    try filed { () throws(FileError) in StagedWriter(try create(name)) }
  }

  /// Writes a small file to the staging folder and makes its bytes last.
  public func stage(
    _ bytes: [UInt8],
    as name: String,
    target: String
  ) throws(OutboxError) -> Staged {
    try filed { () throws(FileError) in
      let file = try create(name)
      try file.write(bytes)
      try file.sync()
    }
    let sha256 = SHA256Hasher.hash(bytes)
    return Staged(name: name, target: target, size: Int64(bytes.count), sha256: sha256)
  }

  /// Makes the names of all staged files last.
  public func syncStaging() throws(OutboxError) {
    try filed { () throws(FileError) in try staging.sync() }
  }

  /// Removes a staged file that will not be published.
  public func discard(_ name: String) throws(OutboxError) {
    try filed { () throws(FileError) in _ = try staging.remove(Array(name.utf8)) }
  }

  /// Removes every staged file that the ledger does not name.
  public func sweep(keeping names: Set<String>) throws(OutboxError) {
    let kept = Set(names.map { Array($0.utf8) }).union([Outbox.ownerName])
    try filed { () throws(FileError) in
      for entry in try staging.entries() where !kept.contains(entry.name) {
        try staging.remove(entry.name)
      }
    }
  }

  /// Whether a file of a feed is in the outbox.
  public func has(_ target: String, feed: String) throws(OutboxError) -> Bool {
    try filed { () throws(FileError) in
      let (folders, name) = Outbox.parts(feed, target)
      do throws(FileError) {
        return try open(folders, making: false).factsIfThere(name) != nil
      } catch  where error.isErrno(Errno.notFound) {
        return false
      }
    }
  }

  /// Renames a staged file to its place; does nothing when that was done before.
  ///
  /// It lasts after `syncPublished`.
  ///
  /// - Throws: ``OutboxError/taken(path:)`` when a file with other bytes has its name.
  public func publish(_ file: Staged, feed: String) throws(OutboxError) {
    let taken = try filed { () throws(FileError) in try move(file, feed: feed) }
    if let taken { throw .taken(path: taken) }
  }

  /// A published file of a feed, to be read; nil where it is not there: its target has taken it.
  public func published(_ target: String, feed: String) throws(OutboxError) -> File? {
    do throws(FileError) {
      let (folders, name) = Outbox.parts(feed, target)
      return try open(folders, making: false).read(name)
    } catch  where error.isErrno(Errno.notFound) {
      return nil
    } catch {
      throw .files(error)
    }
  }

  /// Puts a staged file in the place of the published one of its name, if its target has not taken that.
  ///
  /// Does nothing when that was done before. The file that was replaced then lies among the staged,
  /// until ``discard(_:)``; it lasts after ``syncPublished()``.
  public func replace(_ file: Staged, feed: String) throws(OutboxError) {
    guard try isStaged(file) else { return }
    try filed { () throws(FileError) in
      let (folders, target) = Outbox.parts(feed, file.target)
      do throws(FileError) {
        let folder = try open(folders, making: false)
        // What a target takes in this very moment must not come back.
        try staging.exchange(Array(file.name.utf8), with: folder, target)
        unsynced.insert(folders)
      } catch  where error.isErrno(Errno.notFound) {}
    }
  }

  /// Makes all that was published since the last time last.
  public func syncPublished() throws(OutboxError) {
    guard !unsynced.isEmpty else { return }
    try filed { () throws(FileError) in
      for folders in unsynced { try open(folders, making: false).sync() }
      try staging.sync()
    }
    unsynced = []
  }

  /// Holds a staged file against what is known of it; one that is gone was published.
  ///
  /// - Throws: ``OutboxError/damaged(path:)`` when it is another file.
  public func verify(_ file: Staged) throws(OutboxError) {
    let name = Array(file.name.utf8)
    let isThere = try filed { () throws(FileError) in try staging.factsIfThere(name) != nil }
    if isThere, try !isStaged(file) { throw .damaged(path: staging.path(of: name)) }
  }

  /// Whether a file with that size and hash lies among the staged under its name.
  private func isStaged(_ file: Staged) throws(OutboxError) -> Bool {
    let name = Array(file.name.utf8)
    return try filed { () throws(FileError) in
      guard try staging.factsIfThere(name) != nil else { return false }
      let staged = try staging.read(name)
      var hasher = SHA256Hasher()
      var size: Int64 = 0
      while case let bytes = try staged.someBytes(at: size, upTo: 1 << 20), !bytes.isEmpty {
        hasher.update(bytes)
        size += Int64(bytes.count)
      }
      return size == file.size && hasher.finish() == file.sha256
    }
  }
}

extension Outbox {
  /// Renames a file; gives the path when somebody else's file stands there.
  private func move(_ file: Staged, feed: String) throws(FileError) -> [UInt8]? {
    let name = Array(file.name.utf8)
    let (folders, target) = Outbox.parts(feed, file.target)
    let folder = try open(folders, making: true)
    unsynced.insert(folders)
    do throws(FileError) {
      try staging.rename(name, to: folder, as: target)
    } catch  where error.isErrno(Errno.notFound) {
      return nil
    } catch  where error.isErrno(Errno.exists) {
      let mine = try staging.read(name).bytes()
      guard try folder.read(target).bytes() == mine else { return folder.path(of: target) }
      try staging.remove(name)
    }
    return nil
  }

  private static let ownerName = Array("owner".utf8)

  /// Writes down whose outbox it is, unless it is somebody else's; an empty note was never finished.
  private static func claim(
    _ staging: borrowing Directory,
    for owner: [UInt8]
  ) throws(FileError) -> Bool {
    let note = try staging.openOrCreate(ownerName, mode: 0o600)
    let found = try note.bytes()
    if found.isEmpty {
      try note.write(owner)
      try note.sync()
      try staging.sync()
    }
    return found.isEmpty || found == owner
  }

  private func create(_ name: String) throws(FileError) -> File {
    try staging.remove(Array(name.utf8))
    return try staging.create(Array(name.utf8))
  }

  /// Opens a folder below the outbox; each that is made is made to last before anything stands in it.
  private func open(_ folders: [String], making: Bool) throws(FileError) -> Directory {
    var directory = try root.duplicate()
    for folder in folders {
      let name = Array(folder.utf8)
      if making, try directory.makeDirectory(name) { try directory.sync() }
      directory = try directory.directory(name)
    }
    return directory
  }

  private static func parts(_ feed: String, _ target: String) -> ([String], [UInt8]) {
    var parts = [feed] + target.split(separator: "/").map(String.init)
    let name = parts.removeLast()
    return (parts, Array(name.utf8))
  }
}

@available(*, unavailable)
extension Outbox: Sendable {}
