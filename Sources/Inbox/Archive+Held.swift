public import Files

extension Archive {
  /// Moves a held drop back among the claims, under the id of its claim, and takes its receipt away.
  ///
  /// Does what is left to do when it was interrupted before. All of it lasts when this returns.
  ///
  /// - Parameters:
  ///   - id: the claim's id, which the receipt holds.
  ///   - feed: the folder among the held that it lies in.
  ///   - name: the name that it was dropped under.
  /// - Returns: false when no receipt among the held of that feed names the claim.
  /// - Throws: `FileError`.
  @discardableResult
  public func takeBack(_ id: String, feed: String, name: [UInt8]) throws(FileError) -> Bool {
    guard let held = try heldFolder(of: feed) else { return false }
    guard let receipt = try heldReceipt(of: id, in: held.directory) else { return false }
    for entry in try held.directory.entries() where Archive.receiptName(entry.name) == receipt {
      let claim = try claims.open(id)
      do throws(FileError) {
        try held.directory.rename(entry.name, to: claim, as: name)
      } catch  where error.isErrno(Errno.notFound) || error.isErrno(Errno.exists) {
        continue
      }
      CrashPoint.reach(.heldRenamed)
      try claim.sync()
    }
    try held.directory.remove(receipt)
    try held.directory.sync()
    return true
  }

  /// The claim of the held drop at a path below `_held`, as its receipt says; nil where there is none.
  public func heldClaim(feed: String, name: [UInt8]) throws(FileError) -> String? {
    guard let held = try heldFolder(of: feed) else { return nil }
    for receipt in [name, Archive.receiptName(name)]
    where try held.directory.factsIfThere(receipt)?.kind == .regular {
      let text = String(decoding: try held.directory.read(receipt).bytes(), as: UTF8.self)
      if let id = text.firstMatch(of: /"drop": "([0-9a-f]{16})"/)?.1 { return String(id) }
    }
    return nil
  }

  private func heldFolder(of feed: String) throws(FileError) -> SharedDirectory? {
    do throws(FileError) {
      return try folders.open(["_held", feed].map { Array($0.utf8) })
    } catch  where error.isErrno(Errno.notFound) {
      return nil
    }
  }

  private func heldReceipt(
    of id: String,
    in folder: borrowing Directory
  ) throws(FileError) -> [UInt8]? {
    let suffix = Archive.receiptName([])
    for entry in try folder.entries() where entry.name.ends(with: suffix) {
      guard try folder.facts(entry.name).kind == .regular else { continue }
      if try folder.read(entry.name).bytes().contains(Array(id.utf8)) { return entry.name }
    }
    return nil
  }
}

extension [UInt8] {
  fileprivate func ends(with suffix: [UInt8]) -> Bool {
    self.suffix(suffix.count).elementsEqual(suffix)
  }
}
