internal import CLinux

/// An open directory; everything in it is reached through it, by raw one-part names.
///
/// Links are never followed, and a name with a slash in it is refused: what came from outside cannot lead elsewhere.
public struct Directory: ~Copyable, Sendable {
  /// What it was opened as, for messages only.
  public let name: [UInt8]
  private let descriptor: Descriptor

  private init(name: [UInt8], descriptor: consuming Descriptor) {
    self.name = name
    self.descriptor = descriptor
  }

  /// Opens a directory by its path; links in the path are followed, since the operator chose it.
  public init(path: [UInt8]) throws(FileError) {
    let flags = CLINUX_DIRECTORY | CLINUX_FOLLOW
    self.init(name: path, descriptor: try openAt(clinux_here, path, flags, 0, .open, path))
  }

  /// Opens a directory by its path and makes it, and the ones above it, when it is not there.
  ///
  /// Each directory made is made to last: the one above it is synced.
  public init(makingPath path: [UInt8], mode: UInt32 = 0o755) throws(FileError) {
    do throws(FileError) {
      self = try Directory(path: path)
      return
    } catch  where error.isErrno(Errno.notFound) {}
    var parts = path.split(separator: UInt8(ascii: "/")).map(Array.init)
    guard let last = parts.popLast() else {
      throw .failed(.open, name: path, errno: Errno.notFound)
    }
    let root: [UInt8] = path.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
    let above = root + Array(parts.joined(separator: [UInt8(ascii: "/")]))
    let parent = try Directory(makingPath: above.isEmpty ? [UInt8(ascii: ".")] : above, mode: mode)
    let made = try parent.makeDirectory(last, mode: mode)
    if made { try parent.sync() }
    self = try Directory(path: path)
  }

  /// The descriptor's number; borrowed, never to be closed.
  public var raw: Int32 { descriptor.raw }

  // MARK: Opening

  /// Opens the directory of this name in it.
  public borrowing func directory(_ child: [UInt8]) throws(FileError) -> Directory {
    let whole = path(of: child)
    return Directory(
      name: whole,
      descriptor: try openPart(child, CLINUX_DIRECTORY, 0, .open)
    )
  }

  /// Opens the directory of this name in it and makes it when it is not there; the sync is the caller's.
  public borrowing func makingDirectory(
    _ child: [UInt8],
    mode: UInt32 = 0o755
  ) throws(FileError) -> Directory {
    try makeDirectory(child, mode: mode)
    return try directory(child)
  }

  /// A second descriptor of the same directory.
  public borrowing func duplicate() throws(FileError) -> Directory {
    Directory(name: name, descriptor: try descriptor.duplicate())
  }

  /// Opens a file to read it; never waits, not even on a FIFO.
  public borrowing func read(_ child: [UInt8]) throws(FileError) -> File {
    File(name: path(of: child), descriptor: try openPart(child, 0, 0, .open))
  }

  /// Opens what an operator named, to read it: also what a link leads to, or a pipe, whose writer is waited for.
  public borrowing func readNamed(_ child: [UInt8]) throws(FileError) -> File {
    let flags = CLINUX_FOLLOW | CLINUX_WAIT
    return File(name: path(of: child), descriptor: try openPart(child, flags, 0, .open))
  }

  /// Makes a file that was not there, to be written.
  public borrowing func create(_ child: [UInt8], mode: UInt32 = 0o644) throws(FileError) -> File {
    File(
      name: path(of: child),
      descriptor: try openPart(child, CLINUX_READ_WRITE | CLINUX_CREATE_NEW, mode, .create)
    )
  }

  /// Opens a file to write it, made when it is not there and kept as it is when it is.
  public borrowing func openOrCreate(_ child: [UInt8], mode: UInt32 = 0o644) throws(FileError)
    -> File
  {
    File(
      name: path(of: child),
      descriptor: try openPart(child, CLINUX_READ_WRITE | CLINUX_CREATE, mode, .create)
    )
  }

  /// A file without a name on the same file system; it is gone with its descriptor unless it is linked.
  public borrowing func createUnnamed(mode: UInt32 = 0o600) throws(FileError) -> File {
    let dot: [UInt8] = [UInt8(ascii: ".")]
    let flags = CLINUX_READ_WRITE | CLINUX_TEMPORARY
    return File(name: name, descriptor: try openAt(raw, dot, flags, mode, .create, name))
  }

  // MARK: Looking

  /// What stands under this name; a link is described, not followed.
  public borrowing func facts(_ child: [UInt8]) throws(FileError) -> FileFacts {
    try requirePart(child, .inspect)
    var facts = clinux_facts()
    let result = unsafe child.withUnsafeBufferPointer {
      // Safe: the name is passed with its length, the facts live for the whole call.
      unsafe clinux_facts_at(descriptor.raw, $0.baseAddress, $0.count, &facts)
    }
    try checked(result, .inspect, path(of: child))
    return FileFacts(facts)
  }

  /// What stands under this name, nil when nothing does.
  public borrowing func factsIfThere(_ child: [UInt8]) throws(FileError) -> FileFacts? {
    do throws(FileError) {
      return try facts(child)
    } catch  where error.isErrno(Errno.notFound) {
      return nil
    }
  }

  /// The facts of the directory itself.
  public borrowing func facts() throws(FileError) -> FileFacts {
    try factsOf(descriptor.raw, name)
  }

  /// The path that leads to it now, links resolved.
  public borrowing func resolvedPath() throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let length = unsafe bytes.withUnsafeMutableBufferPointer {
      // Safe: the buffer is passed with its length.
      unsafe clinux_path(descriptor.raw, $0.baseAddress, $0.count)
    }
    try checked(length, .inspect, name)
    return Array(bytes[..<length])
  }

  /// The facts of the file system it stands on.
  public borrowing func volume() throws(FileError) -> VolumeFacts {
    var volume = clinux_volume()
    // Safe: the out-parameter lives for the whole call.
    try checked(unsafe clinux_volume(descriptor.raw, &volume), .inspect, name)
    return VolumeFacts(volume)
  }

  // MARK: Changing

  /// Makes a directory in it; false when something of that name is there already.
  @discardableResult
  public borrowing func makeDirectory(_ child: [UInt8], mode: UInt32 = 0o755) throws(FileError)
    -> Bool
  {
    try requirePart(child, .makeDirectory)
    let result = unsafe child.withUnsafeBufferPointer {
      // Safe: the name is passed with its length.
      unsafe clinux_mkdirat(descriptor.raw, $0.baseAddress, $0.count, mode)
    }
    if result == -Errno.exists { return false }
    try checked(result, .makeDirectory, path(of: child))
    return true
  }

  /// Gives a file or directory of this directory another name there or in another directory.
  ///
  /// The names of both directories must be synced before it lasts ("man 2 renameat2"). Unless told to
  /// replace, it refuses with EEXIST when the new name is taken.
  public borrowing func rename(
    _ child: [UInt8],
    to other: borrowing Directory,
    as newName: [UInt8],
    replacing: Bool = false
  ) throws(FileError) {
    try unsafe move(child, to: other, as: newName) { from, old, oldSize, into, new, newSize in
      // Safe: as `move` says.
      unsafe clinux_rename(from, old, oldSize, into, new, newSize, replacing ? 1 : 0)
    }
  }

  /// Lets a file of this directory and one of another change places, in one step.
  ///
  /// Where the file system cannot do that, the other file is replaced and gone. The names of both
  /// directories must be synced before it lasts ("man 2 renameat2", RENAME_EXCHANGE).
  ///
  /// - Throws: `FileError` with ENOENT when one of the two is not there; nothing is changed then.
  public borrowing func exchange(
    _ child: [UInt8],
    with other: borrowing Directory,
    _ otherName: [UInt8]
  ) throws(FileError) {
    // Safe: as `move` says.
    try unsafe move(child, to: other, as: otherName, unsafe clinux_exchange)
  }

  /// Has a call move a file; it gets each directory's descriptor, and the name in it with its length.
  private borrowing func move(
    _ child: [UInt8],
    to other: borrowing Directory,
    as newName: [UInt8],
    _ call: (Int32, UnsafePointer<UInt8>?, Int, Int32, UnsafePointer<UInt8>?, Int) -> Int32
  ) throws(FileError) {
    try requirePart(child, .rename)
    try requirePart(newName, .rename)
    let from = descriptor.raw
    let into = other.raw
    let result = unsafe child.withUnsafeBufferPointer { old in
      unsafe newName.withUnsafeBufferPointer { new in
        // Safe: both names are passed with their lengths.
        unsafe call(from, old.baseAddress, old.count, into, new.baseAddress, new.count)
      }
    }
    try checked(result, .rename, path(of: child))
  }

  /// Removes the name of a file; false when there was none.
  @discardableResult
  public borrowing func remove(_ child: [UInt8]) throws(FileError) -> Bool {
    try unlink(child, isDirectory: false)
  }

  /// Removes an empty directory; false when there was none.
  @discardableResult
  public borrowing func removeDirectory(_ child: [UInt8]) throws(FileError) -> Bool {
    try unlink(child, isDirectory: true)
  }

  /// Makes the names in it last.
  ///
  /// - Throws: `FileError.unsynced`: end the process.
  public borrowing func sync() throws(FileError) {
    let result = clinux_fsync(descriptor.raw)
    guard result < 0 else { return }
    throw .unsynced(name: name, errno: -result)
  }

  /// Makes all that was written to its file system last, by whomever ("man 2 syncfs").
  ///
  /// - Throws: `FileError.unsynced`: end the process.
  public borrowing func syncFileSystem() throws(FileError) {
    let result = clinux_syncfs(descriptor.raw)
    guard result < 0 else { return }
    throw .unsynced(name: name, errno: -result)
  }

  /// The path of a child, for messages only.
  public borrowing func path(of child: [UInt8]) -> [UInt8] {
    name.isEmpty ? child : name + [UInt8(ascii: "/")] + child
  }
}

extension Directory {
  private borrowing func unlink(_ child: [UInt8], isDirectory: Bool) throws(FileError) -> Bool {
    try requirePart(child, .remove)
    let result = unsafe child.withUnsafeBufferPointer {
      // Safe: the name is passed with its length.
      unsafe clinux_unlinkat(descriptor.raw, $0.baseAddress, $0.count, isDirectory ? 1 : 0)
    }
    if result == -Errno.notFound { return false }
    try checked(result, .remove, path(of: child))
    return true
  }

  private borrowing func openPart(
    _ child: [UInt8],
    _ flags: Int,
    _ mode: UInt32,
    _ call: FileCall
  ) throws(FileError) -> Descriptor {
    try requirePart(child, call)
    return try openAt(descriptor.raw, child, flags, mode, call, path(of: child))
  }

  /// Refuses what could name anything but an entry of this very directory.
  private borrowing func requirePart(_ child: [UInt8], _ call: FileCall) throws(FileError) {
    let dot = UInt8(ascii: ".")
    guard !child.contains(UInt8(ascii: "/")), child != [dot], child != [dot, dot] else {
      throw .failed(call, name: path(of: child), errno: Errno.invalid)
    }
  }
}

func openAt(
  _ directory: Int32,
  _ path: [UInt8],
  _ flags: Int,
  _ mode: UInt32,
  _ call: FileCall,
  _ name: [UInt8]
) throws(FileError) -> Descriptor {
  let result = unsafe path.withUnsafeBufferPointer {
    // Safe: the name is passed with its length, to a call that is made before this returns.
    let (start, count) = ($0.baseAddress, $0.count)
    return withSpareDescriptors {
      unsafe clinux_openat(directory, start, count, Int32(flags), mode)
    }
  }
  return Descriptor(taking: try checked(result, call, name))
}

func factsOf(_ raw: Int32, _ name: [UInt8]) throws(FileError) -> FileFacts {
  var facts = clinux_facts()
  // Safe: the out-parameter lives for the whole call.
  try checked(unsafe clinux_facts(raw, &facts), .inspect, name)
  return FileFacts(facts)
}
