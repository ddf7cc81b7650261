import Canonical
import Records
import Synchronization

/// The columns of the drop before, as they were before a value was seen: most drops have the same.
final class LatestColumns: Sendable {
  private struct Columns {
    var unseen: Assumption
    var rules: NameRules
    var plan: Plan?
  }

  private let held = Mutex<Columns?>(nil)

  /// What is assumed of columns of which no value was seen, and a plan of columns of those names where
  /// one was made.
  func assumption(of rawNames: [[UInt8]], rules: NameRules) -> (Assumption, Plan?) {
    held.withLock { held in
      if let held, held.unseen.rawNames == rawNames, held.rules == rules {
        return (held.unseen, held.plan)
      }
      let unseen = Assumption(rawNames: rawNames, rules: rules)
      held = Columns(unseen: unseen, rules: rules)
      return (unseen, nil)
    }
  }

  /// Keeps a plan of the columns that were asked for last.
  func keep(_ plan: Plan) {
    held.withLock { held in
      if held?.plan == nil { held?.plan = plan }
    }
  }
}
