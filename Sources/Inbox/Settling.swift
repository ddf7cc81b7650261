public import Files

/// Decides when a file is whole: a state machine without files and clocks.
///
/// How this works: every path that was seen has a moment until which it must be quiet. Whatever happens
/// to it restarts that time. When the time is over the owner is asked to look at the file, and tells what
/// it saw; the answer is to take the file, to hold it, or to wait again. No path is forgotten before it
/// is taken or gone.
public struct Settling: Sendable {
  /// A file by the folder it lies in and its raw name.
  public struct Path: Sendable, Hashable {
    /// The folder, as its owner numbers it.
    public var folder: Int
    /// The raw name.
    public var name: [UInt8]

    /// The file of that name in that folder.
    public init(folder: Int, name: [UInt8]) {
      self.folder = folder
      self.name = name
    }
  }

  /// What was noticed of a path.
  public enum Sighting: Sendable {
    /// A listing showed it.
    case listed
    /// Its name appeared; its writer may be at work.
    case created
    /// A writer closed it, or it was renamed to this name.
    case completed
    /// Its bytes or facts changed.
    case touched
  }

  /// What a look at the file showed.
  public struct Look: Sendable {
    /// What the kernel knows of it.
    public var facts: FileFacts
    /// Whether somebody is writing it.
    public var writers: File.Writers
    /// Whether we may open it; a drop may get its mode last of all.
    public var isReadable: Bool
    /// How long ago its bytes or facts last changed, by the wall clock.
    public var age: Duration

    /// A look that showed this.
    public init(
      facts: FileFacts,
      writers: File.Writers,
      isReadable: Bool = true,
      age: Duration
    ) {
      self.facts = facts
      self.writers = writers
      self.isReadable = isReadable
      self.age = age
    }
  }

  /// What is to be done with a path.
  public enum Verdict: Sendable, Equatable {
    /// It is whole: take it.
    case take
    /// It is no file that can be read: take it away unread.
    case hold(HoldCode)
    /// Not yet; it will be due again.
    case wait
  }

  /// Why something is taken away unread.
  public enum HoldCode: String, Sendable {
    /// A link, pipe, socket or device.
    case notRegular = "not-regular"
    /// A file that keeps having a second name, so that somebody can change it behind our back.
    case hardLinked = "hard-linked"
    /// A file that its owner lets nobody else read.
    case notReadable = "not-readable"
  }

  /// How long a file must be quiet.
  public struct Patience: Sendable {
    /// After a writer closed it or a rename brought it.
    public var afterCompletion: Duration = .milliseconds(500)
    /// When only its name appeared.
    public var afterCreation: Duration = .seconds(3)
    /// How long a second name is put up with: some servers rename by link and unlink.
    public var forLinks: Duration = .seconds(60)
    /// Whether the change times of the file system mean what our clock means: not on a network share.
    public var trustsTimes = true

    /// The usual patience.
    public init() {}

    /// For shares that tell of no changes: two looks that far apart must show the same.
    public static let polling: Patience = {
      var patience = Patience()
      patience.afterCompletion = .seconds(10)
      patience.afterCreation = .seconds(10)
      patience.trustsTimes = false
      return patience
    }()
  }

  private struct State: Sendable {
    /// Quiet until then, or the time starts again.
    var deadline: ContinuousClock.Instant
    /// When the path comes out of the queue; nil while its owner looks at it.
    var queuedFor: ContinuousClock.Instant?
    /// How long it must be quiet, by the latest sign of what its writer does.
    var quiet: Duration
    /// When it was first noticed.
    var since: ContinuousClock.Instant
    /// What the last look showed; nil before the first.
    var seen: FileFacts?
    /// How often in a row a look showed that something other than time stands in its way.
    var hindrances = 0
    /// When a second name was first noticed.
    var linkedSince: ContinuousClock.Instant?
  }

  private let patience: Patience
  private var states: [Path: State] = [:]
  /// How many paths wait in each folder that has some.
  private var counts: [Int: Int] = [:]
  private var queue = DeadlineQueue<Path>()

  /// A machine that has seen nothing.
  public init(patience: Patience = Patience()) {
    self.patience = patience
  }

  /// How many paths wait.
  public var count: Int { states.count }

  /// How many paths of a folder wait.
  func count(in folder: Int) -> Int { counts[folder] ?? 0 }

  /// When the next path is due, nil when none waits.
  public var nextDeadline: ContinuousClock.Instant? { queue.nextDeadline }

  /// Whether nothing that waits is about to be taken: it is being written, changes all the time, or
  /// stays where it is although it is whole.
  public func isStuck(at now: ContinuousClock.Instant) -> Bool {
    states.values.allSatisfy { $0.hindrances >= 2 || now - $0.since > .seconds(30) }
  }

  /// Takes note of something that happened to a path.
  public mutating func note(_ path: Path, _ sighting: Sighting, at now: ContinuousClock.Instant) {
    guard var state = states[path] else {
      start(path, sighting, at: now)
      return
    }
    switch sighting {
    case .listed: return
    case .created: state.quiet = patience.afterCreation
    case .completed: state.quiet = patience.afterCompletion
    case .touched: break
    }
    wait(path, state, until: now + state.quiet)
  }

  /// Takes note that a path is gone.
  public mutating func forget(_ path: Path) {
    guard states.removeValue(forKey: path) != nil, let count = counts[path.folder] else { return }
    counts[path.folder] = count > 1 ? count - 1 : nil
  }

  /// Takes note that a folder is gone.
  public mutating func forget(folder: Int) {
    guard counts.removeValue(forKey: folder) != nil else { return }
    states = states.filter { $0.key.folder != folder }
  }

  /// The next path to look at, nil when none is due.
  ///
  /// It is not due again until `judge` says wait, or until something happens to it.
  public mutating func nextDue(at now: ContinuousClock.Instant) -> Path? {
    while let (path, deadline) = queue.popDue(at: now) {
      // Another entry of the path came later and counts.
      guard var state = states[path], state.queuedFor == deadline else { continue }
      state.queuedFor = nil
      if state.deadline <= now {
        states[path] = state
        return path
      }
      wait(path, state, until: state.deadline)
    }
    return nil
  }

  /// Says what to do with a path after a look at it.
  public mutating func judge(
    _ path: Path,
    _ look: Look,
    at now: ContinuousClock.Instant
  ) -> Verdict {
    guard var state = states[path] else { return .wait }
    let before = state.seen
    state.seen = look.facts
    state.hindrances += 1
    states[path] = state
    guard look.facts.kind == .regular else { return .hold(.notRegular) }
    // An empty file is often one that its writer is about to fill, and without leases only time tells.
    if look.facts.size == 0 || look.writers == .unknown {
      state.quiet = max(state.quiet, patience.afterCreation)
    }
    let isWhole = look.writers != .some && isQuiet(look, since: before, for: state.quiet)
    if isWhole, !look.isReadable { return .hold(.notReadable) }
    if isWhole, look.facts.links == 1 { return .take }
    if look.facts.links > 1 {
      let since = state.linkedSince ?? now
      state.linkedSince = since
      if isWhole, now - since >= patience.forLinks { return .hold(.hardLinked) }
    } else if look.writers != .some {
      state.hindrances = 0
    }
    wait(path, state, until: now + state.quiet)
    return .wait
  }

  private mutating func start(
    _ path: Path,
    _ sighting: Sighting,
    at now: ContinuousClock.Instant
  ) {
    counts[path.folder, default: 0] += 1
    var state = State(deadline: now, quiet: patience.afterCreation, since: now)
    if case .completed = sighting { state.quiet = patience.afterCompletion }
    // A listing tells nothing of time: the change time may show that it has been quiet all along.
    if case .listed = sighting {
      wait(path, state, until: now)
    } else {
      wait(path, state, until: now + state.quiet)
    }
  }

  private mutating func wait(
    _ path: Path,
    _ state: State,
    until deadline: ContinuousClock.Instant
  ) {
    var state = state
    state.deadline = deadline
    // A path that comes out of the queue too early is put back: one entry is enough.
    if let queued = state.queuedFor, queued <= deadline {
      states[path] = state
      return
    }
    state.queuedFor = deadline
    states[path] = state
    queue.insert(path, due: deadline)
  }

  /// Whether nothing changed for so long.
  private func isQuiet(
    _ look: Look,
    since before: FileFacts?,
    for needed: Duration
  ) -> Bool {
    if patience.trustsTimes, look.age >= needed { return true }
    // The clock may have been set: what two looks showed alike counts as well.
    guard let before else { return false }
    return look.facts.isUntouched(since: before)
  }
}
