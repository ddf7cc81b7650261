public import Files

extension Inbox {
  /// Takes drops that are whole, at most this many; they are ours and durably so when it returns.
  ///
  /// - Throws: `FileError`; what was taken before the error is found by `ClaimStore.leftovers`. Out of
  ///   space is no loss: what could not be taken is still in the inbox and will be due again.
  public func claim(
    upTo limit: Int,
    at now: ContinuousClock.Instant
  ) throws(FileError) -> [ClaimedDrop] {
    var taken: [ClaimedDrop] = []
    var touched: [Int] = []
    let sources = OpenDirectories(below: try root.duplicate())
    while taken.count < limit, let path = settling.nextDue(at: now) {
      guard let folder = folders[path.folder] else {
        settling.forget(path)
        continue
      }
      do throws(FileError) {
        let wanted = min(limit - taken.count, settling.count(in: folder.id))
        guard let claim = try take(path, folder, sources, wanted: wanted, at: now) else { continue }
        taken.append(claim)
        if touched.last != folder.id, !touched.contains(folder.id) { touched.append(folder.id) }
      } catch  where error.isGone {
        settling.forget(path)
      } catch  where error.isOutOfSpace || error.isOutOfDescriptors {
        settling.note(path, .touched, at: now)
        // What was taken so far can go on; the next call tells when nothing could be taken at all.
        if taken.isEmpty { throw error }
        break
      } catch  where error.isDenied || error.isErrno(Errno.otherFileSystem) {
        // It stays where it is, and others go on. Somebody may give us the right to it.
        note(trouble: error)
        settling.note(path, .touched, at: now)
      }
    }
    for id in touched {
      guard let folder = folders[id] else { continue }
      // A rename is there or not, at both ends at once: the end it left is the one that all share.
      try sources.open(folder.path).directory.sync()
    }
    if !taken.isEmpty { CrashPoint.reach(.claimSynced) }
    return taken
  }

  /// Puts drops back where they were dropped, durably; one whose name is taken there stays a claim.
  ///
  /// - Returns: Those that are back.
  @discardableResult
  public func putBack(_ drops: [ClaimedDrop]) throws(FileError) -> [ClaimedDrop] {
    let sources = OpenDirectories(below: try root.duplicate())
    var back: [ClaimedDrop] = []
    for claim in drops {
      let folder = try sources.open(claim.folder)
      do throws(FileError) {
        try claims.directories.directory(of: claim)
          .rename(claim.name, to: folder.directory, as: claim.name)
        back.append(claim)
      } catch  where error.isErrno(Errno.exists) || error.isErrno(Errno.otherFileSystem) {}
    }
    for folder in Set(back.map(\.folder)) { try sources.open(folder).directory.sync() }
    try claims.recycle(back)
    return back
  }
}

extension Inbox {
  /// Looks at a path that is due and takes it when it is whole; nil when it is to wait.
  private func take(
    _ path: Settling.Path,
    _ folder: Folder,
    _ sources: OpenDirectories,
    wanted: Int,
    at now: ContinuousClock.Instant
  ) throws(FileError) -> ClaimedDrop? {
    let shared = try sources.open(folder.path)
    let facts = try shared.directory.facts(path.name)
    if facts.kind == .directory {
      settling.forget(path)
      return nil
    }
    guard facts.kind == .regular else {
      // Never opened: a pipe or a device does things when it is.
      let look = Settling.Look(facts: facts, writers: .unknown, age: age(of: facts))
      let verdict = settling.judge(path, look, at: now)
      return try carryOut(verdict, path, facts, shared.directory, folder, wanted, at: now)
    }
    do throws(FileError) {
      let file = try shared.directory.read(path.name)
      let facts = try file.facts()
      let look = Settling.Look(facts: facts, writers: file.writers(), age: age(of: facts))
      let verdict = settling.judge(path, look, at: now)
      guard
        let claim = try carryOut(verdict, path, facts, shared.directory, folder, wanted, at: now)
      else { return nil }
      // A writer may have come between the look and the rename.
      guard claim.reason == nil, file.writers() == .some else { return claim }
      try undo(claim, at: path, to: shared.directory, at: now)
      return nil
    } catch  where error.isDenied {
      let look = Settling.Look(
        facts: facts,
        writers: .unknown,
        isReadable: false,
        age: age(of: facts)
      )
      let verdict = settling.judge(path, look, at: now)
      return try carryOut(verdict, path, facts, shared.directory, folder, wanted, at: now)
    }
  }

  private func carryOut(
    _ verdict: Settling.Verdict,
    _ path: Settling.Path,
    _ facts: FileFacts,
    _ source: borrowing Directory,
    _ folder: Folder,
    _ wanted: Int,
    at now: ContinuousClock.Instant
  ) throws(FileError) -> ClaimedDrop? {
    var reason: Settling.HoldCode?
    switch verdict {
    case .wait: return nil
    case .take: break
    case .hold(let why): reason = why
    }
    let id = try claims.take(from: folder.path, wanted: wanted)
    let place = try claims.directories.directory(id, in: folder.path)
    var identity = facts.identity
    do throws(FileError) {
      try source.rename(path.name, to: place, as: path.name)
    } catch  where error.isErrno(Errno.otherFileSystem) && reason == nil {
      guard let copied = try copy(path.name, facts, from: source, to: place) else {
        claims.giveBack(id, to: folder.path)
        settling.note(path, .touched, at: now)
        return nil
      }
      identity = copied
    } catch {
      claims.giveBack(id, to: folder.path)
      throw error
    }
    CrashPoint.reach(.claimRenamed)
    let claimed = try place.facts(path.name)
    let claim = ClaimedDrop(
      id: id,
      folder: folder.path,
      name: path.name,
      facts: claimed,
      reason: reason
    )
    guard claimed.identity == identity else {
      // Somebody swapped the file between the look and the rename.
      try undo(claim, at: path, to: source, at: now)
      return nil
    }
    settling.forget(path)
    return claim
  }

  /// Puts back what should not have been taken, to be looked at anew.
  private func undo(
    _ claim: ClaimedDrop,
    at path: Settling.Path,
    to source: borrowing Directory,
    at now: ContinuousClock.Instant
  ) throws(FileError) {
    let place = try claims.directories.directory(of: claim)
    do throws(FileError) {
      try place.rename(claim.name, to: source, as: claim.name)
      claims.giveBack(claim.id, to: claim.folder)
    } catch  where error.isErrno(Errno.exists) {
      // A newer file has the name: the one that was swapped in goes beside it, under the claim's id.
      let name = Array("\(claim.id)-".utf8) + claim.name.prefix(200)
      try place.rename(claim.name, to: source, as: name)
      claims.giveBack(claim.id, to: claim.folder)
    }
    settling.note(path, .created, at: now)
  }

  private func age(of facts: FileFacts) -> Duration {
    let now = clock.now
    return .seconds(now.seconds - facts.changed.seconds)
      + .nanoseconds(now.nanoseconds - facts.changed.nanoseconds)
  }
}

extension Inbox {
  /// Takes a drop from another file system: a copy that lasts, then the original goes.
  ///
  /// A crash between the two takes the same content twice, which its hash tells later. Gives nil when
  /// the drop changed while it was copied.
  private func copy(
    _ name: [UInt8],
    _ facts: FileFacts,
    from source: borrowing Directory,
    to place: borrowing Directory
  ) throws(FileError) -> FileFacts.Identity? {
    let partial = ClaimStore.partialName
    try place.remove(partial)
    let original = try source.read(name)
    let copy = try place.create(partial, mode: 0o600)
    var offset: Int64 = 0
    while case let bytes = try original.someBytes(at: offset, upTo: 1 << 20), !bytes.isEmpty {
      try copy.write(bytes)
      offset += Int64(bytes.count)
    }
    try copy.sync()
    let after = try original.facts()
    guard after == facts, offset == facts.size, original.writers() != .some else {
      try place.remove(partial)
      return nil
    }
    try place.rename(partial, to: place, as: name)
    try place.sync()
    if try source.facts(name).identity == facts.identity { try source.remove(name) }
    return try copy.facts().identity
  }
}

extension FileError {
  var isDenied: Bool { isErrno(Errno.noAccess) || isErrno(Errno.notPermitted) }
}
