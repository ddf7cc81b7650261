import Bytes
import Files

/// Requests that only the mill's own thread may carry out, between two groups of drops.
///
/// How this works: a thread that answers another process leaves its request here and waits; the mill
/// is woken, takes the requests one after the other, and leaves the answers. Once it is closed, all
/// that wait and all that come later go without an answer, and ask again elsewhere.
final class OrderBook: Sendable {
  private struct State: Sendable {
    var next = 0
    var isOpen = true
    var waiting: [(number: Int, request: StateRequest)] = []
    var answers: [Int: StateAnswer] = [:]
  }

  private let state = Monitor(State())
  private let wakeup: Wakeup

  init() throws(FileError) { wakeup = try Wakeup() }

  /// What wakes the mill when a request comes.
  var descriptor: Int32 { wakeup.raw }

  /// Waits until the mill has carried a request out; nil where it ends before.
  func answer(_ request: StateRequest) -> StateAnswer? {
    let number = state.update { state in
      state.next += 1
      state.waiting.append((state.next, request))
      return state.next
    }
    wakeup.wake()
    return state.wait { (state) -> StateAnswer?? in
      if let answer = state.answers.removeValue(forKey: number) { return .some(answer) }
      return state.isOpen ? nil : .some(nil)
    }
  }

  /// The next request, to be answered by its number.
  func next() -> (number: Int, request: StateRequest)? {
    wakeup.clear()
    return state.update { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
  }

  /// Leaves the answer to a request.
  func leave(_ answer: StateAnswer, to number: Int) {
    state.update { $0.answers[number] = answer }
  }

  /// Lets all go who wait, without an answer.
  func close() {
    state.update { $0.isOpen = false }
  }
}
