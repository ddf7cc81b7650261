import Files

/// A folder below the state folder in which a plan is made: a copy of the ledger, and nothing real.
enum PlanFolder {
  private static let parent = Array("plans".utf8)

  /// Makes an empty one; gives its name.
  static func make(in state: [UInt8], randomness: Randomness) throws(FileError) -> String {
    let folder = try Directory(path: state)
    _ = try folder.makeDirectory(parent, mode: 0o700)
    let digits = Array("0123456789abcdef".utf8)
    let name = (try randomness.bytes(16)).map { digits[Int($0 & 15)] }
    _ = try folder.directory(parent).makeDirectory(name, mode: 0o700)
    return String(decoding: name, as: UTF8.self)
  }

  /// Opens it.
  static func open(_ name: String, in state: [UInt8]) throws(FileError) -> Directory {
    try Directory(path: state).directory(parent).directory(Array(name.utf8))
  }

  /// Its path.
  static func path(_ name: String, in state: [UInt8]) -> [UInt8] {
    state + Array("/plans/\(name)".utf8)
  }

  /// Removes it with all that is in it, and the folder of all plans where it is the last.
  static func remove(_ name: String, in state: [UInt8]) throws(FileError) {
    let folder = try Directory(path: state)
    guard try folder.factsIfThere(parent) != nil else { return }
    let plans = try folder.directory(parent)
    try plans.removeAll(Array(name.utf8))
    do throws(FileError) {
      _ = try folder.removeDirectory(parent)
    } catch  where error.isErrno(Errno.notEmpty) || error.isErrno(Errno.exists) {}
  }

  /// Removes what plans left behind that were killed; the state folder's lock must be held.
  static func sweep(in state: borrowing Directory) throws(FileError) {
    guard try state.factsIfThere(parent) != nil else { return }
    let plans = try state.directory(parent)
    for entry in try plans.entries() {
      let lock = try plans.directory(entry.name).openOrCreate(Array("lock".utf8), mode: 0o600)
      // A plan that is being made holds the lock of its own state.
      if try lock.lock() { try plans.removeAll(entry.name) }
    }
    do throws(FileError) {
      _ = try state.removeDirectory(parent)
    } catch  where error.isErrno(Errno.notEmpty) || error.isErrno(Errno.exists) {}
  }
}
