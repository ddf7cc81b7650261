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
public final class OpenDirectories {
  private let root: SharedDirectory
  private let limit: Int
  private var open: [[[UInt8]]: SharedDirectory] = [:]

  /// None open below a root yet, and never more than so many.
  public init(below root: consuming Directory, atMost limit: Int = 16) {
    self.root = SharedDirectory(root)
    self.limit = limit
  }

  /// The directory of a path below the root, one name a level; empty for the root itself.
  ///
  /// With a mode, what is missing is made, each level durably before the next stands in it.
  public func open(
    _ path: [[UInt8]],
    making mode: UInt32? = nil
  ) throws(FileError) -> SharedDirectory {
    if path.isEmpty { return root }
    if let known = open[path] { return known }
    var directory = try root.directory.duplicate()
    for name in path {
      if let mode, try directory.makeDirectory(name, mode: mode) { try directory.sync() }
      directory = try directory.directory(name)
    }
    if open.count >= limit { close() }
    let shared = SharedDirectory(directory)
    open[path] = shared
    return shared
  }

  /// Closes all of them but the root.
  public func close() {
    open = [:]
  }
}

@available(*, unavailable)
extension OpenDirectories: Sendable {}
