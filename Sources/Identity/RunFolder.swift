public import Files

/// The folder of all runs, of all feeds.
public final class RunFolder: Sendable {
  let directory: Directory
  private let random: Randomness

  /// The runs in that folder.
  ///
  /// - Parameters:
  ///   - directory: The folder; nothing else may lie in it.
  ///   - random: Where names are drawn from.
  public init(_ directory: consuming Directory, random: Randomness = .system) {
    self.directory = directory
    self.random = random
  }

  /// Removes every file that no run of the ledger names; returns how many there were.
  ///
  /// - Throws: ``IdentityError/files(_:)``.
  @discardableResult
  public func sweep(keeping names: Set<String>) throws(IdentityError) -> Int {
    let kept = Set(names.map { Array($0.utf8) })
    return try filed { () throws(FileError) in
      let extra = try directory.entries().map(\.name).filter { !kept.contains($0) }
      for name in extra { try directory.remove(name) }
      return extra.count
    }
  }

  /// Removes runs that the ledger no longer names; those still open stay readable.
  ///
  /// - Throws: ``IdentityError/files(_:)``.
  public func remove(_ names: [String]) throws(IdentityError) {
    try filed { () throws(FileError) in
      for name in names { try directory.remove(Array(name.utf8)) }
    }
  }

  /// The bytes of all files in it.
  ///
  /// - Throws: ``IdentityError/files(_:)``.
  public func size() throws(IdentityError) -> Int64 {
    try filed { () throws(FileError) in
      var size: Int64 = 0
      for entry in try directory.entries() { size += try directory.facts(entry.name).size }
      return size
    }
  }

  /// Makes the names of finished runs last; one call serves a whole group.
  ///
  /// - Throws: ``IdentityError/files(_:)`` with `FileError.unsynced`: end the process.
  public func sync() throws(IdentityError) {
    try filed { () throws(FileError) in try directory.sync() }
  }

  /// Writes a run under a name of its own and syncs it; the folder's sync is the caller's.
  func write(
    width: Int = 1,
    _ fill: (inout RunWriter) throws(IdentityError) -> Void
  ) throws(IdentityError) -> StoredRun {
    let name = try filed { () throws(FileError) in try unusedName() }
    do throws(IdentityError) {
      let written = try finish(create(name), width, lasts: true, fill)
      try filed { () throws(FileError) in try written.file.sync() }
      return StoredRun(
        name: String(decoding: name, as: UTF8.self),
        count: Int64(written.header.count),
        sha256: written.header.sha256
      )
    } catch {
      // What is left of it has no name in the ledger: when it can't be removed now, a sweep will.
      _ = try? directory.remove(name)
      throw error
    }
  }

  /// Writes a run that is gone with its last use.
  func writeUnnamed(
    width: Int = 1,
    _ fill: (inout RunWriter) throws(IdentityError) -> Void
  ) throws(IdentityError) -> OpenRun {
    let written = try finish(createUnnamed(), width, lasts: false, fill)
    return try OpenRun(written.file, name: "", label: "a spill of a session")
  }

  private func finish(
    _ file: consuming File,
    _ width: Int,
    lasts: Bool,
    _ fill: (inout RunWriter) throws(IdentityError) -> Void
  ) throws(IdentityError) -> WrittenRun {
    var writer = RunWriter(file, width: width, lasts: lasts)
    try fill(&writer)
    do throws(FileError) {
      return try writer.finish()
    } catch {
      throw .files(error)
    }
  }

  private func create(_ name: [UInt8]) throws(IdentityError) -> File {
    do throws(FileError) {
      return try directory.create(name, mode: 0o600)
    } catch {
      throw .files(error)
    }
  }

  func createUnnamed() throws(IdentityError) -> File {
    do throws(FileError) {
      return try directory.createUnnamed()
    } catch {
      // Some file systems have no O_TMPFILE; an error of another kind comes again right away.
      let name = try filed { () throws(FileError) in try unusedName() }
      let file = try create(name)
      try remove([String(decoding: name, as: UTF8.self)])
      return file
    }
  }

  /// A name that was never used: 64 random bits.
  private func unusedName() throws(FileError) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return Array("run-".utf8) + (try random.bytes(16)).map { digits[Int($0 & 15)] }
  }
}

/// Runs calls on files; their errors become the set's.
func filed<Result>(
  _ calls: () throws(FileError) -> Result
) throws(IdentityError) -> Result {
  do throws(FileError) {
    return try calls()
  } catch {
    throw .files(error)
  }
}
