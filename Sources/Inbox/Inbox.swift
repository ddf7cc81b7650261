public import Files

/// Watches a folder and its sub-folders, finds out when a drop is whole, and takes it.
///
/// How this works: watches come before listings, so that nothing falls between them. Events and
/// listings only say that there is something; `Settling` says when to look at it, and what a look
/// shows decides. A listing of everything is made at the start, when events were lost, when folders
/// were moved about, and every thirty seconds for ever.
public final class Inbox {
  /// How an inbox is watched.
  public struct Settings: Sendable {
    /// How deep sub-folders are looked into; deeper ones are left alone.
    public var depth = 16
    /// The time between two listings of everything.
    public var rescan: Duration = .seconds(30)
    /// The time between two listings where no events come.
    public var poll: Duration = .seconds(2)

    /// The usual settings.
    public init() {}
  }

  struct Folder {
    let id: Int
    let path: [[UInt8]]
    var watch: Inotify.Watch?
    var identity: FileFacts.Identity
  }

  /// Where drops lie once they are taken.
  public let claims: ClaimStore
  /// The inbox was moved away, removed or unmounted: nothing more can come.
  public private(set) var isLost = false
  /// Why listings replace events; nil when events come.
  public private(set) var pollingReason: String?
  /// Drops and folders that could not be looked at or taken, each told once; to be emptied by the reader.
  public var troubles: [FileError] = []
  /// How many names the last listing passed over.
  public private(set) var ignoredCount = 0

  let root: Directory
  let clock: WallClock
  var settling: Settling
  var folders: [Int: Folder] = [:]
  private let settings: Settings
  private let listener: Listener?
  private var idByPath: [[[UInt8]]: Int] = [:]
  private var idByWatch: [Inotify.Watch: Int] = [:]
  private var folderCount = 0
  private var nextScan: ContinuousClock.Instant?
  private var told: Set<[UInt8]> = []

  /// Opens an inbox; nothing is watched before `refresh`.
  public init(
    path: [UInt8],
    clock: WallClock = .system,
    randomness: Randomness = .system,
    settings: Settings = Settings()
  ) throws(FileError) {
    root = try Directory(path: path)
    claims = try ClaimStore(inbox: root, clock: clock, randomness: randomness)
    self.clock = clock
    self.settings = settings
    var reason = try root.volume().isRemote ? "this kind of file system tells of no changes" : nil
    do throws(FileError) {
      listener = reason == nil ? try Listener() : nil
    } catch {
      listener = nil
      reason = error.description
    }
    pollingReason = reason
    settling = Settling(patience: reason == nil ? Settling.Patience() : .polling)
  }

  /// What to wait for until there is something to read; nil when only time brings news.
  public var descriptor: Int32? { listener?.inotify.raw }

  /// The inbox's own folder, for what lies beside the drops.
  public borrowing func openRoot() throws(FileError) -> Directory {
    try root.duplicate()
  }

  /// The file system that it, its claims and its archive lie on.
  public func volume() throws(FileError) -> VolumeFacts { try root.volume() }

  /// When `refresh` has something to do next, events aside.
  public var nextDeadline: ContinuousClock.Instant? {
    [settling.nextDeadline, nextScan].compactMap(\.self).min()
  }

  /// How many drops are seen and not taken yet.
  public var waitingCount: Int { settling.count }

  /// Whether nothing that is there is about to be taken.
  public func isDrained(at now: ContinuousClock.Instant) -> Bool { settling.isStuck(at: now) }

  /// Keeps an error for the reader, once for each name.
  func note(trouble error: FileError) {
    guard case .failed(_, let name, _) = error, told.count < 10_000 else { return }
    if told.insert(name).inserted { troubles.append(error) }
  }

  /// Reads what happened and lists everything when it is time to.
  public func refresh(at now: ContinuousClock.Instant) throws(FileError) {
    if try readEvents(at: now) { nextScan = now }
    guard nextScan.map({ $0 <= now }) ?? true, !isLost else { return }
    try listEverything(at: now)
    nextScan = now + (pollingReason == nil ? settings.rescan : settings.poll)
  }
}

extension Inbox {
  /// Notes all that the kernel has to tell; true when everything must be listed.
  private func readEvents(at now: ContinuousClock.Instant) throws(FileError) -> Bool {
    var mustList = false
    while let listener {
      let events = try listener.inotify.events()
      if events.isEmpty { break }
      for event in events where try note(event, at: now) { mustList = true }
    }
    return mustList
  }

  /// Notes one change; true when it takes a listing to know what it means.
  private func note(
    _ event: Inotify.Event,
    at now: ContinuousClock.Instant
  ) throws(FileError) -> Bool {
    if event.change == .overflow { return true }
    guard let watch = event.watch, let id = idByWatch[watch] else { return false }
    if event.change == .lost {
      if folders[id]?.path.isEmpty ?? false { isLost = true }
      return true
    }
    if event.name.isEmpty || TemporaryNames.isIgnored(event.name) { return false }
    if event.isDirectory { return event.change != .touched }
    let path = Settling.Path(folder: id, name: event.name)
    switch event.change {
    case .created: settling.note(path, .created, at: now)
    case .closed, .arrived: settling.note(path, .completed, at: now)
    case .touched: settling.note(path, .touched, at: now)
    case .left: settling.forget(path)
    case .lost, .overflow: break
    }
    return false
  }

  private func listEverything(at now: ContinuousClock.Instant) throws(FileError) {
    ignoredCount = 0
    var found: Set<Int> = []
    try list(root, path: [], found: &found, at: now)
    for id in Array(folders.keys) where !found.contains(id) { drop(id) }
  }

  private func list(
    _ directory: borrowing Directory,
    path: [[UInt8]],
    found: inout Set<Int>,
    at now: ContinuousClock.Instant
  ) throws(FileError) {
    let id = try enter(directory, path: path)
    found.insert(id)
    // In the order of their names: what waits together is taken in an order that people can foresee.
    let entries = try directory.entries().sorted { $0.name.lexicographicallyPrecedes($1.name) }
    for entry in entries {
      if TemporaryNames.isIgnored(entry.name) {
        ignoredCount += 1
        continue
      }
      var kind = entry.kind
      if kind == nil { kind = try directory.factsIfThere(entry.name)?.kind }
      guard kind == .directory else {
        settling.note(Settling.Path(folder: id, name: entry.name), .listed, at: now)
        continue
      }
      guard path.count < settings.depth else {
        ignoredCount += 1
        continue
      }
      do throws(FileError) {
        let child = try directory.directory(entry.name)
        try list(child, path: path + [entry.name], found: &found, at: now)
      } catch  where error.isGone {
      } catch  where error.isDenied {
        note(trouble: error)
      }
    }
  }

  /// The number of a folder, which is watched from now on; watching comes before listing.
  private func enter(
    _ directory: borrowing Directory,
    path: [[UInt8]]
  ) throws(FileError) -> Int {
    let identity = try directory.facts().identity
    if let id = idByPath[path] {
      if folders[id]?.identity == identity, folders[id]?.watch != nil || listener == nil {
        return id
      }
      drop(id)
    }
    folderCount += 1
    var folder = Folder(id: folderCount, path: path, watch: nil, identity: identity)
    if let listener {
      do throws(FileError) {
        folder.watch = try listener.inotify.watch(directory)
      } catch  where error.isOutOfSpace {
        pollingReason = error.description
      }
    }
    folders[folder.id] = folder
    idByPath[path] = folder.id
    if let watch = folder.watch { idByWatch[watch] = folder.id }
    return folder.id
  }

  private func drop(_ id: Int) {
    guard let folder = folders.removeValue(forKey: id) else { return }
    if idByPath[folder.path] == id { idByPath[folder.path] = nil }
    settling.forget(folder: id)
    // A folder that was renamed keeps its watch under its new name.
    guard let watch = folder.watch, idByWatch[watch] == id else { return }
    idByWatch[watch] = nil
    listener?.inotify.forget(watch)
  }
}

/// The kernel's news, shared by reference.
private final class Listener {
  let inotify: Inotify

  init() throws(FileError) {
    inotify = try Inotify()
  }
}

extension FileError {
  /// True when what was asked for has gone, or has become something else, since it was seen.
  var isGone: Bool {
    isErrno(Errno.notFound) || isErrno(Errno.notDirectory) || isErrno(Errno.symbolicLink)
  }
}

@available(*, unavailable)
extension Inbox: Sendable {}
