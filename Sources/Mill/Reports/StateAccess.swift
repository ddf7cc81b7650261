import Files
import Ledger

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

  /// Makes a copy of the ledger; gives its name among the plans, nil where there is no ledger yet.
  static func copy(_ settings: MillSettings) throws(MillError) -> String? {
    try ask(StateRequest(.copy), settings) { $0.copy }
  }

  /// How often a mill is asked that does not answer, ten times a second.
  private static let patience = 100

  /// Asks; nil where there is no state yet.
  private static func ask<Result>(
    _ request: StateRequest,
    _ settings: MillSettings,
    _ result: (StateAnswer) -> Result?
  ) throws(MillError) -> Result? {
    do {
      guard try isThere(settings) else { return nil }
      let state = try Directory(path: settings.state)
      // A mill may come or go between the two questions, or be too busy to answer at once.
      for attempt in 1...patience {
        if attempt > 3 { _ = try waitUntilReadable([], timeout: .milliseconds(100)) }
        if let answer = try askMill(request, in: state) { return try take(answer, result) }
        if let answer = try lookMyself(request, in: state, settings) {
          return try take(answer, result)
        }
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
    return ReportDesk(ledger, settings: settings, isWatching: false).answer(request)
  }
}
