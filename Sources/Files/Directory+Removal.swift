extension Directory {
  /// Removes a directory of it with all that is in it; links in it are removed, not followed.
  public borrowing func removeAll(_ child: [UInt8]) throws(FileError) {
    let inner = try directory(child)
    for entry in try inner.entries() {
      if try inner.facts(entry.name).kind == .directory {
        try inner.removeAll(entry.name)
      } else {
        try inner.remove(entry.name)
      }
    }
    _ = try removeDirectory(child)
  }
}
