import Bytes
import Identity
import Synchronization

/// Merges runs of fingerprints on a thread of its own, one merge at a time: no drop waits for one.
///
/// What it writes is a run once the mill has named it in the ledger; a start removes what was not.
final class RunMerger {
  /// Runs of a set, and the one that holds their fingerprints.
  struct Merge: Sendable {
    var set: SetID
    var names: [String]
    var run: StoredRun
  }

  private struct State {
    var isAtWork = false
    var result: Result<Merge?, IdentityError>?
  }

  private let state = Monitor(State())
  private let goesOn = GoesOn()

  /// Shared with the thread.
  private final class GoesOn: Sendable {
    let value = Atomic(true)
  }

  deinit {
    goesOn.value.store(false, ordering: .relaxed)
    state.wait { $0.isAtWork ? nil : () }
  }

  /// Whether a merge is under way, or done and not taken.
  var isBusy: Bool { state.update { $0.isAtWork || $0.result != nil } }

  /// Begins to merge neighbouring runs of a set; nothing else may be under way.
  func start(_ range: Range<Int>, of set: IdentitySet, _ id: SetID) {
    state.update { $0.isAtWork = true }
    Threads.start { [state, goesOn] in
      let result: Result<Merge?, IdentityError>
      do throws(IdentityError) {
        let run = try set.merged(range) { goesOn.value.load(ordering: .relaxed) }
        let names = set.runs[range].map(\.name)
        result = .success(run.map { Merge(set: id, names: names, run: $0) })
      } catch {
        result = .failure(error)
      }
      state.update { state in
        state.result = result
        state.isAtWork = false
      }
    }
  }

  /// What was merged since the last time; nil when that is nothing.
  func take() throws(IdentityError) -> Merge? {
    let result = state.update { state in
      defer { state.result = nil }
      return state.result
    }
    return try result?.get() ?? nil
  }

  /// Waits until the merge that is under way is done.
  func wait() {
    state.wait { $0.isAtWork ? nil : () }
  }
}
