public import Files

extension Archive {
  /// A file of `_done` or `_held` that a drop left there.
  public struct Original: Sendable, Hashable {
    /// Its folder below the inbox.
    public var folder: [[UInt8]]
    /// Its name there.
    public var name: [UInt8]
    /// Whether it is a held drop.
    public var isHeld: Bool { folder.first == Array("_held".utf8) }
    /// Its path below the inbox.
    public var path: [UInt8] {
      Array((folder + [name]).joined(separator: [UInt8(ascii: "/")]))
    }
    /// Whether it has canonical lines in the place of what was dropped: people were taken out of it.
    public var isCut: Bool { name.hasSuffix(Archive.cutSuffix) }
    /// Whether it is the table of records that such a file cannot hold.
    public var isCutRejects: Bool { name.hasSuffix(Archive.cutRejectsSuffix) }
  }

  /// What is behind the name of an original that people were taken out of.
  public static let cutSuffix = Array(".erased.ndjson".utf8)
  static let cutRejectsSuffix = Array(".erased.rejected.csv".utf8)
  private static let part = Array(".erasing.part".utf8)
  /// What a killed process had begun to write here; the bytes may be of the person who is erased.
  private static let unfinished: Set = [part, Array(".writing.part".utf8)]

  /// The name that an original has once people were taken out of it.
  public static func cutName(_ name: [UInt8]) -> [UInt8] {
    name.prefix(255 - cutSuffix.count) + cutSuffix
  }

  /// All originals of a feed; what an erasure that was killed has left unfinished beside them is removed.
  public func originals(of feed: String) throws(FileError) -> [Original] {
    var found: [Original] = []
    let feed = Array(feed.utf8)
    let (done, held) = (Array("_done".utf8), Array("_held".utf8))
    try collect([held, feed], into: &found)
    for day in try names(in: [done]) { try collect([done, day, feed], into: &found) }
    folders.close()
    return found
  }

  /// The tables of a feed's rejected records, by their names.
  public func rejectTables(of feed: String) throws(FileError) -> [[UInt8]] {
    let folder = [Array("_rejected".utf8), Array(feed.utf8)]
    for name in try names(in: folder) where Archive.unfinished.contains(name) {
      try folders.open(folder).directory.remove(name)
    }
    return try names(in: folder).filter { $0.first != UInt8(ascii: ".") }
  }

  /// Opens an original to read it.
  public func read(_ original: Original) throws(FileError) -> File {
    try folders.open(original.folder).directory.read(original.name)
  }

  /// The bytes of a table of rejected records.
  public func rejectTable(_ name: [UInt8], of feed: String) throws(FileError) -> [UInt8] {
    try folders.open([Array("_rejected".utf8), Array(feed.utf8)]).directory.read(name).bytes()
  }

  /// The receipt beside an original; nil where there is none.
  public func receipt(of original: Original) throws(FileError) -> [UInt8]? {
    let shared = try folders.open(original.folder)
    let name = Archive.receiptName(dropped(original.name))
    guard try shared.directory.factsIfThere(name)?.kind == .regular else { return nil }
    return try shared.directory.read(name).bytes()
  }

  /// Begins the file that takes an original's place.
  public func startCut(of original: Original) throws(FileError) -> File {
    let shared = try folders.open(original.folder)
    try shared.directory.remove(Archive.part)
    return try shared.directory.create(Archive.part)
  }

  /// Puts the file that was begun in an original's place, with a new receipt; then the original is gone.
  ///
  /// `orders.csv` becomes `orders.csv.erased.ndjson`. All of it lasts when this returns; what is
  /// interrupted is done by doing it again.
  ///
  /// - Parameters:
  ///   - original: The original.
  ///   - receipt: Its receipt as it is to be; nil: as it is.
  ///   - rejects: A table of what is not in the new file; nil: there is nothing.
  /// - Throws: `FileError`.
  public func finishCut(
    of original: Original,
    receipt: [UInt8]?,
    rejects: [UInt8]?
  ) throws(FileError) {
    let shared = try folders.open(original.folder)
    let stem = dropped(original.name)
    try shared.directory.read(Archive.part).sync()
    CrashPoint.reach(.eraseCutWritten)
    if let rejects {
      try replace(
        stem.prefix(255 - Self.cutRejectsSuffix.count) + Self.cutRejectsSuffix,
        rejects,
        in: shared
      )
    }
    if let receipt { try replace(Archive.receiptName(stem), receipt, in: shared) }
    try shared.directory.rename(
      Archive.part,
      to: shared.directory,
      as: Self.cutName(stem),
      replacing: true
    )
    try shared.directory.sync()
    CrashPoint.reach(.eraseCutPlaced)
    guard !original.isCut else { return }
    try shared.directory.remove(original.name)
    try shared.directory.sync()
    CrashPoint.reach(.eraseCutDone)
  }

  /// Removes an original, with another receipt in its place that says so.
  public func remove(_ original: Original, receipt: [UInt8]) throws(FileError) {
    let shared = try folders.open(original.folder)
    try replace(Archive.receiptName(original.name), receipt, in: shared)
    try shared.directory.remove(original.name)
    try shared.directory.sync()
  }

  /// Replaces a table of rejected records; without rows it is removed.
  public func replaceRejectTable(
    _ name: [UInt8],
    of feed: String,
    with table: [UInt8]?
  ) throws(FileError) {
    let shared = try folders.open([Array("_rejected".utf8), Array(feed.utf8)])
    if let table {
      try replace(name, table, in: shared)
    } else {
      try shared.directory.remove(name)
    }
    try shared.directory.sync()
  }

  /// Replaces the table of what a file cannot hold that people were taken out of.
  public func replaceCutRejects(_ original: Original, with table: [UInt8]) throws(FileError) {
    let shared = try folders.open(original.folder)
    try replace(original.name, table, in: shared)
    try shared.directory.sync()
  }
}

extension Archive {
  /// The names in a folder that may not be there.
  private func names(in folder: [[UInt8]]) throws(FileError) -> [[UInt8]] {
    do throws(FileError) {
      return try folders.open(folder).directory.entries().map(\.name)
        .sorted { $0.lexicographicallyPrecedes($1) }
    } catch  where error.isErrno(Errno.notFound) || error.isErrno(Errno.notDirectory) {
      return []
    }
  }

  private func collect(_ folder: [[UInt8]], into found: inout [Original]) throws(FileError) {
    let suffix = Archive.receiptName([])
    for name in try names(in: folder) where !name.hasSuffix(suffix) {
      let shared = try folders.open(folder)
      if Archive.unfinished.contains(name) { try shared.directory.remove(name) }
      guard name.first != UInt8(ascii: "."),
        try shared.directory.factsIfThere(name)?.kind == .regular
      else { continue }
      found.append(Original(folder: folder, name: name))
    }
  }

  /// The name that an original had before people were taken out of it.
  private func dropped(_ name: [UInt8]) -> [UInt8] {
    name.hasSuffix(Archive.cutSuffix) ? Array(name.dropLast(Archive.cutSuffix.count)) : name
  }

  private func replace(
    _ name: [UInt8],
    _ bytes: [UInt8],
    in shared: SharedDirectory
  ) throws(FileError) {
    let hidden = Array(".writing.part".utf8)
    try shared.directory.remove(hidden)
    let file = try shared.directory.create(hidden)
    try file.write(bytes)
    try file.sync()
    try shared.directory.rename(hidden, to: shared.directory, as: name, replacing: true)
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ suffix: [UInt8]) -> Bool {
    self.suffix(suffix.count).elementsEqual(suffix)
  }
}
