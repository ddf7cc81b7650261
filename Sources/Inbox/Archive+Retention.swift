public import Files

extension Archive {
  /// Removes originals of days that are over for their feeds, with their receipts.
  ///
  /// A folder is left alone that somebody else has made: only days, and in them only feeds that
  /// `limit` knows. What is interrupted is done by the next call.
  ///
  /// - Parameter limit: originals of a feed go that were first seen on a day before this moment's, and
  ///   put in their place before it; nil: none goes.
  /// - Returns: how many files were removed.
  /// - Throws: `FileError`.
  public func removeDone(before limit: (_ feed: String) -> Timestamp?) throws(FileError) -> Int {
    let top = Array("_done".utf8)
    guard try folders.open([]).directory.factsIfThere(top)?.kind == .directory else { return 0 }
    let done = try folders.open([top])
    var removed = 0
    for entry in try done.directory.entries() where Self.isDay(entry.name) {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard try done.directory.facts(entry.name).kind == .directory else { continue }
      let day = try done.directory.directory(entry.name)
      for feed in try day.entries() {
        guard let slug = String(validating: feed.name, as: UTF8.self), let limit = limit(slug),
          name < limit.day, try day.facts(feed.name).kind == .directory
        else { continue }
        removed += try Self.empty(day.directory(feed.name), before: limit)
        try Self.removeIfEmpty(feed.name, in: day)
      }
      try Self.removeIfEmpty(entry.name, in: done.directory)
    }
    folders.close()
    return removed
  }

  private static func empty(
    _ folder: borrowing Directory,
    before limit: Timestamp
  ) throws(FileError) -> Int {
    var removed = 0
    for entry in try folder.entries() {
      guard let facts = try folder.factsIfThere(entry.name), facts.kind == .regular,
        // A held drop that is taken after weeks is of an old day, and new here.
        facts.changed < limit
      else { continue }
      if try folder.remove(entry.name) { removed += 1 }
    }
    return removed
  }

  private static func removeIfEmpty(
    _ name: [UInt8],
    in folder: borrowing Directory
  ) throws(FileError) {
    do throws(FileError) {
      try folder.removeDirectory(name)
    } catch  where error.isErrno(Errno.notEmpty) || error.isErrno(Errno.exists) {}
  }

  /// Whether a name is a day, as `2026-11-24`.
  private static func isDay(_ name: [UInt8]) -> Bool {
    name.count == 10
      && name.enumerated().allSatisfy { at, byte in
        at == 4 || at == 7 ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte)
      }
  }
}
