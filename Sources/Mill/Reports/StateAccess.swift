import Files
public import Ledger

/// Asks about a state folder: the process that watches where one does, else the ledger itself.
public enum StateAccess: Sendable {
  /// How everything stands.
  public static func status(_ settings: MillSettings) throws(MillError) -> StatusReport {
    try ask(StateRequest(.status), settings) { $0.status }
      ?? StatusReport(at: settings.clock.now.text, isWatching: false, feeds: [])
  }

  /// The latest drops, newest first.
  public static func drops(
    _ request: StateRequest,
    _ settings: MillSettings
  ) throws(MillError) -> [DropReport] {
    try ask(request, settings) { $0.drops } ?? []
  }

  /// The latest batches, newest first.
  public static func batches(
    _ request: StateRequest,
    _ settings: MillSettings
  ) throws(MillError) -> [BatchReport] {
    try ask(request, settings) { $0.batches } ?? []
  }

  /// The names of all feeds in paths.
  public static func feeds(_ settings: MillSettings) throws(MillError) -> [String] {
    try known(settings, ask(StateRequest(.schema), settings) { $0.feeds })
  }

  /// What is known of the schema of the feed of that name in paths.
  public static func schema(
    of feed: String,
    _ settings: MillSettings
  ) throws(MillError) -> SchemaBook.Page {
    try known(settings, ask(StateRequest(.schema, feed: feed), settings) { $0.page })
  }

  /// Pins columns of a feed to their types, or to those that are stated; none named: all columns.
  ///
  /// A mill that works does so as soon as no drop is under way.
  public static func pin(
    _ columns: [SchemaBook.PinnedColumn],
    of feed: String,
    by user: String,
    _ settings: MillSettings
  ) throws(MillError) -> SchemaBook.Page {
    var request = StateRequest(.pin, feed: feed)
    (request.columns, request.user) = (columns, user)
    return try known(settings, ask(request, settings) { $0.page })
  }

  /// Lets columns of a feed widen again where values need it; none named: all columns.
  public static func unpin(
    _ columns: [String],
    of feed: String,
    by user: String,
    _ settings: MillSettings
  ) throws(MillError) -> SchemaBook.Page {
    var request = StateRequest(.unpin, feed: feed)
    request.columns = columns.map { SchemaBook.PinnedColumn(name: $0, type: nil) }
    request.user = user
    return try known(settings, ask(request, settings) { $0.page })
  }

  /// Does something with held drops: a mill that works does so as soon as no drop is under way, else
  /// this process does it itself.
  ///
  /// - Parameters:
  ///   - action: What is to be done with them.
  ///   - drops: Claims, paths of held originals or of their receipts, or names of held drops.
  ///   - feed: Only drops of this feed; then no drops named are all that are held over its budget.
  ///   - user: Who asks.
  ///   - settings: Those of the mill.
  ///   - report: What a mill of this process has to tell beside what became of the drops.
  /// - Returns: What became of each.
  /// - Throws: ``MillError``; nothing is changed where a drop is named that is not held.
  public static func settle(
    _ action: DropRequest,
    _ drops: [String],
    of feed: String? = nil,
    by user: String,
    _ settings: MillSettings,
    report: @escaping (MillEvent) -> Void
  ) throws(MillError) -> [SettledDrop] {
    var request = StateRequest(.settle, feed: feed)
    (request.action, request.heldDrops, request.user) = (action, drops, user)
    let work = { () throws(MillError) in
      let mill = Mill(settings) { if case .settled = $0 {} else { report($0) } }
      return StateAnswer(settled: try mill.settle(request))
    }
    let settled = try ask(request, settings, { $0.settled }, alone: work)
    return try known(settings, settled)
  }

  /// Erases a person from a feed: a mill that works does so as soon as no drop is under way, else this
  /// process does it itself.
  ///
  /// - Parameters:
  ///   - subject: Who, and whether only to say what would be done.
  ///   - feed: The feed, by its name in paths.
  ///   - user: Who asks.
  ///   - settings: Those of the mill.
  ///   - report: What a mill of this process has to tell beside.
  /// - Returns: What was found and taken away.
  /// - Throws: ``MillError``; nothing is changed where there is no such feed or column.
  public static func erase(
    _ subject: Subject,
    from feed: String,
    by user: String,
    _ settings: MillSettings,
    report: @escaping (MillEvent) -> Void
  ) throws(MillError) -> ErasureReport {
    var request = StateRequest(.erase, feed: feed)
    (request.subject, request.user) = (subject, user)
    let work = { () throws(MillError) in
      StateAnswer(erasure: try Mill(settings, report: report).erase(request))
    }
    return try known(settings, ask(request, settings, { $0.erasure }, alone: work))
  }

  private static func known<Result>(
    _ settings: MillSettings,
    _ result: Result?
  ) throws(MillError) -> Result {
    guard let result else { throw .noStateFolder(path: settings.state) }
    return result
  }

  /// Makes a copy of the ledger; gives its name among the plans, nil where there is no ledger yet.
  static func copy(_ settings: MillSettings) throws(MillError) -> String? {
    try ask(StateRequest(.copy), settings) { $0.copy }
  }

  /// How often a mill is asked that does not answer, ten times a second.
  private static let patience = 100

  /// Asks; nil where there is no state yet.
  ///
  /// Where no mill works, `alone` answers, or the ledger itself.
  private static func ask<Result>(
    _ request: StateRequest,
    _ settings: MillSettings,
    _ result: (StateAnswer) -> Result?,
    alone: (() throws(MillError) -> StateAnswer)? = nil
  ) throws(MillError) -> Result? {
    do {
      guard try isThere(settings) else { return nil }
      let state = try Directory(path: settings.state)
      // A mill may come or go between the two questions, or be too busy to answer at once.
      for attempt in 1...patience {
        if attempt > 3 { _ = try waitUntilReadable([], timeout: .milliseconds(100)) }
        if let answer = try askMill(request, in: state) { return try take(answer, result) }
        let own = try alone.map { try self.alone($0) } ?? lookMyself(request, in: state, settings)
        if let own { return try take(own, result) }
      }
      throw MillError.inUse(path: settings.state)
    } catch {
      throw MillError(error)
    }
  }

  private static func take<Result>(
    _ answer: StateAnswer,
    _ result: (StateAnswer) -> Result?
  ) throws(MillError) -> Result? {
    if let error = answer.error { throw .answered(error, exitCode: answer.exitCode ?? 70) }
    return result(answer)
  }

  private static func isThere(_ settings: MillSettings) throws -> Bool {
    do throws(FileError) {
      let state = try Directory(path: settings.state)
      return try state.factsIfThere(Array("ledger.sqlite".utf8)) != nil
    } catch {
      if error.isErrno(Errno.notFound) { return false }
      throw error
    }
  }

  /// Answers by work that takes the state folder for itself; nil where another process holds it.
  private static func alone(
    _ work: () throws(MillError) -> StateAnswer
  ) throws(MillError) -> StateAnswer? {
    do throws(MillError) {
      return try work()
    } catch {
      if case .inUse = error { return nil }
      throw error
    }
  }

  private static func askMill(
    _ request: StateRequest,
    in state: borrowing Directory
  ) throws -> StateAnswer? {
    guard let connection = try LocalConnection.open(in: state, name: ControlServer.name) else {
      return nil
    }
    try connection.send(ReportText.line(request))
    return ReportText.read(StateAnswer.self, try connection.rest())
  }

  /// Answers from the ledger itself; nil where another process holds it.
  private static func lookMyself(
    _ request: StateRequest,
    in state: borrowing Directory,
    _ settings: MillSettings
  ) throws -> StateAnswer? {
    let lock = try state.openOrCreate(Array("lock".utf8), mode: 0o600)
    guard try lock.lock() else { return nil }
    let ledger = try Ledger.open(in: state, random: settings.randomness)
    defer { try? ledger.close() }
    return ReportDesk(ledger, settings: settings).answer(request)
  }
}
