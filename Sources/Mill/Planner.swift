import Files
import Identity
import Inbox
import Ledger

/// What a mill would do with files if they were dropped now.
///
/// How this works: the very code that works off drops runs over a copy of the ledger, with the real
/// fingerprints to read and a scratch inbox and outbox to write; then all of it is removed. What it
/// shows is the receipt that would lie beside the drop.
public enum Planner: Sendable {
  /// A file to plan for.
  public struct Source: Sendable {
    /// The folder it lies in.
    public var folder: [UInt8]
    /// Its name.
    public var name: [UInt8]

    /// A file in a folder.
    public init(folder: [UInt8], name: [UInt8]) {
      self.folder = folder
      self.name = name
    }
  }

  /// What would become of a file.
  public struct Outcome: Sendable {
    /// What would become of it.
    public var drop: SettledDrop
    /// The receipt that would lie beside it, JSON.
    public var receipt: [UInt8]
  }

  /// The outcomes, in the order of the sources.
  ///
  /// - Parameters:
  ///   - sources: the files; none is changed or moved.
  ///   - feed: the feed they would be dropped for; nil: as their names say.
  ///   - settings: those of the mill.
  /// - Returns: one outcome for each file.
  /// - Throws: ``MillError``; nothing is left behind.
  public static func plan(
    _ sources: [Source],
    feed: String?,
    settings: MillSettings
  ) throws(MillError) -> [Outcome] {
    do {
      // Runs that the copy names may have been merged away meanwhile: then there is a newer state.
      for _ in 1...5 {
        let place = try Place(settings)
        defer { place.remove() }
        let stop = try StopSwitch()
        do {
          return try outcomes(sources, feed, settings, place, stop)
        } catch is StopRequest {
          throw MillError.stopped(signal: stop.signal ?? 0)
        } catch let error as IdentityError {
          guard case .files(let cause) = error, cause.isErrno(Errno.notFound) else { throw error }
        }
      }
      throw MillError.inUse(path: settings.state)
    } catch {
      throw MillError(error)
    }
  }

  private static func outcomes(
    _ sources: [Source],
    _ feed: String?,
    _ settings: MillSettings,
    _ place: Place,
    _ stop: StopSwitch
  ) throws -> [Outcome] {
    var scratch = settings
    scratch.inbox = place.path + Array("/inbox".utf8)
    scratch.outbox = place.path + Array("/outbox".utf8)
    scratch.state = place.path
    _ = try Directory(makingPath: scratch.inbox, mode: 0o700)
    // An outbox of its own, though the copied ledger has had batches in another.
    _ = try Directory(makingPath: scratch.outbox + Array("/.staging".utf8), mode: 0o700)
    let house = try House(scratch, stop: stop, runs: place.runs)
    let inbox = try settings.resolvedInbox()
    var files: [String: Source] = [:]
    var claims: [(index: Int, claim: ClaimedDrop, feed: FeedName)] = []
    for (index, source) in sources.enumerated() {
      let folder = try Directory(path: source.folder)
      let facts = try folder.read(source.name).facts()
      let claim = ClaimedDrop(
        id: number(index),
        folder: try subfolders(of: inbox, to: folder),
        name: source.name,
        facts: facts
      )
      files[claim.id] = source
      claims.append((index, claim, feed.map(FeedNaming.feed(named:)) ?? house.feed(of: claim)))
    }
    house.open = { claim in
      guard let source = files[claim.id] else { throw MillError.unexpected("a claim is unknown") }
      return try Directory(path: source.folder).read(source.name)
    }
    let drops = try house.ledger.record(
      claims.map { entry in
        Claim(
          id: ClaimID(entry.claim.id),
          name: entry.claim.name,
          feed: entry.feed,
          size: entry.claim.facts.size,
          firstSeen: settings.clock.now
        )
      }
    )
    var outcomes: [(index: Int, outcome: Outcome)] = []
    var order: [FeedID] = []
    for drop in drops where !order.contains(drop.feed) { order.append(drop.feed) }
    for feed in order {
      // Never finished: nothing of it is committed, published or made to last.
      let group = Group(house)
      for (entry, drop) in zip(claims, drops) where drop.feed == feed {
        try group.add(entry.claim, drop)
        guard let made = group.entries.last else { continue }
        outcomes.append((entry.index, Outcome(drop: made.drop, receipt: made.receipt)))
      }
    }
    return outcomes.sorted { $0.index < $1.index }.map(\.outcome)
  }

  /// The sub-folders of the inbox that lead to a folder where drops are claimed; none elsewhere.
  private static func subfolders(
    of inbox: [UInt8]?,
    to folder: borrowing Directory
  ) throws -> [[UInt8]] {
    guard let inbox else { return [] }
    let path = try folder.resolvedPath()
    guard path.starts(with: inbox) else { return [] }
    let parts = path.dropFirst(inbox.count).split(separator: UInt8(ascii: "/")).map(Array.init)
    return parts.contains(where: TemporaryNames.isIgnored) ? [] : parts
  }

  /// A claim's id, past all that were ever given.
  private static func number(_ index: Int) -> String {
    let digits = String(index, radix: 16)
    return "f" + String(repeating: "0", count: 15 - digits.count) + digits
  }

  /// Where a plan is made.
  private final class Place {
    let path: [UInt8]
    let runs: RunFolder?
    private let state: [UInt8]
    private let name: String

    init(_ settings: MillSettings) throws {
      if let name = try StateAccess.copy(settings) {
        (self.name, state) = (name, settings.state)
        let folder = try Directory(path: settings.state)
        runs = RunFolder(
          try folder.directory(Array("fingerprints".utf8)),
          random: settings.randomness
        )
      } else {
        // There is no state yet, and a plan makes none.
        state = environmentValue("TMPDIR").map { Array($0.utf8) } ?? Array("/tmp".utf8)
        name = try PlanFolder.make(in: state, randomness: settings.randomness)
        runs = nil
      }
      path = PlanFolder.path(name, in: state)
    }

    func remove() {
      // What cannot be removed now is swept by the next start of a mill.
      try? PlanFolder.remove(name, in: state)
    }
  }
}

extension MillSettings {
  /// The inbox's path with links resolved and a slash at its end; nil where there is none.
  fileprivate func resolvedInbox() throws -> [UInt8]? {
    do throws(FileError) {
      return try Directory(path: inbox).resolvedPath() + [UInt8(ascii: "/")]
    } catch  where error.isErrno(Errno.notFound) {
      return nil
    }
  }
}
