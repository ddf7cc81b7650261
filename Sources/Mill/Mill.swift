import Files
import Ledger
import Synchronization

/// Turns what is dropped into batches until it is stopped: the only one who knows the order of things.
///
/// How this works: a group of drops is claimed, converted and deduplicated into files that nobody sees;
/// one ledger transaction makes all of it true; then the files are renamed to where targets look, and
/// the originals to where people look. Before the transaction everything can be thrown away and done
/// again; after it everything is finished and never done again. A start after a crash does the same.
public final class Mill {
  let settings: MillSettings
  let report: (MillEvent) -> Void

  /// How long it waits for space.
  static let patience: Duration = .seconds(5)

  /// A mill for those settings that tells what happens.
  public init(_ settings: MillSettings, report: @escaping (MillEvent) -> Void) {
    self.settings = settings
    self.report = report
  }

  /// Works until a signal comes or, when it is to run once, until all that is there is settled.
  ///
  /// Blocks SIGHUP, SIGINT and SIGTERM in the calling thread and reads them: call it before any other
  /// thread is started.
  ///
  /// - Throws: ``MillError``, with the exit code for the process. Nothing is lost then: the next run
  ///   finishes or takes back what this one began.
  public func run() throws(MillError) -> MillSummary {
    do {
      let stop = try StopSwitch()
      let confinement = try confine()
      var summary = MillSummary()
      var told: (cause: String, settled: Int)?
      while true {
        do {
          let shift = Shift(try House(settings, stop: stop), summary, report: report)
          defer { summary = shift.summary }
          shift.house.desk.live.withLock { $0.confinement = confinement?.description }
          try shift.run()
          try shift.house.ledger.close()
          break
        } catch let error {
          let cause = MillError(error)
          guard cause.isShortage, !settings.once else { throw cause }
          // Once, however often it is tried, unless something was done in between.
          let now = (cause: cause.description, settled: summary.converted + summary.held)
          if told.map({ $0 != now }) ?? true { report(.waiting(cause)) }
          told = now
          _ = try waitUntilReadable([stop.descriptor], timeout: Mill.patience)
          if try stop.isPressed() { break }
        }
      }
      summary.signal = stop.signal
      return summary
    } catch {
      throw MillError(error)
    }
  }
}

@available(*, unavailable)
extension Mill: Sendable {}
