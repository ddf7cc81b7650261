internal import Synchronization

/// A directory that several hold; closed with the last of them.
public final class SharedDirectory: Sendable {
  /// The directory.
  public let directory: Directory

  init(_ directory: consuming Directory) {
    self.directory = directory
  }
}

/// Directories below a root that stay open while they are used again and again.
///
/// A path that was opened once is that very directory until `close`, whatever it is called by then.
///
/// When the process has no descriptors left, all that are open here only to save time are closed.
public final class OpenDirectories: Sendable {
  private let root: SharedDirectory
  private let limit: Int
  private let opened = Mutex<[[[UInt8]]: SharedDirectory]>([:])
  private static let all = Mutex<[ObjectIdentifier: Weakly]>([:])

  private struct Weakly {
    weak let directories: OpenDirectories?
  }

  /// None open below a root yet, and never more than so many.
  public init(below root: consuming Directory, atMost limit: Int = 16) {
    self.root = SharedDirectory(root)
    self.limit = limit
    Self.all.withLock { $0[ObjectIdentifier(self)] = Weakly(directories: self) }
  }

  deinit {
    Self.all.withLock { $0[ObjectIdentifier(self)] = nil }
  }

  /// Closes what all of them hold open; false when that was nothing.
  static func closeAll() -> Bool {
    let holders = all.withLock { $0.values.compactMap(\.directories) }
    return holders.reduce(false) { $1.closeOpen() || $0 }
  }

  /// The directory of a path below the root, one name a level; empty for the root itself.
  ///
  /// With a mode, what is missing is made, each level durably before the next stands in it.
  public func open(
    _ path: [[UInt8]],
    making mode: UInt32? = nil
  ) throws(FileError) -> SharedDirectory {
    if path.isEmpty { return root }
    if let known = opened.withLock({ $0[path] }) { return known }
    var directory = try root.directory.duplicate()
    for name in path {
      if let mode, try directory.makeDirectory(name, mode: mode) { try directory.sync() }
      directory = try directory.directory(name)
    }
    let shared = SharedDirectory(directory)
    opened.withLock { open in
      if open.count >= limit { open = [:] }
      open[path] = shared
    }
    return shared
  }

  /// Closes all of them but the root.
  public func close() {
    _ = closeOpen()
  }

  private func closeOpen() -> Bool {
    opened.withLock { open in
      defer { open = [:] }
      return !open.isEmpty
    }
  }
}
