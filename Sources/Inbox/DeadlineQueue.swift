/// What is due first comes out first; what is due at the same moment, in the order it came in.
struct DeadlineQueue<Element: Sendable>: Sendable {
  private struct Item: Sendable {
    var deadline: ContinuousClock.Instant
    var order: UInt64
    var element: Element

    func precedes(_ other: Item) -> Bool {
      deadline == other.deadline ? order < other.order : deadline < other.deadline
    }
  }

  /// A binary heap: the children of `n` stand at `2n + 1` and `2n + 2`, none before its parent.
  private var items: [Item] = []
  private var inserted: UInt64 = 0

  /// When the next one is due, nil when there is none.
  var nextDeadline: ContinuousClock.Instant? { items.first?.deadline }

  /// Puts one in; O(log n).
  mutating func insert(_ element: Element, due deadline: ContinuousClock.Instant) {
    items.append(Item(deadline: deadline, order: inserted, element: element))
    inserted += 1
    var child = items.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard items[child].precedes(items[parent]) else { return }
      items.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes out the first one that is due by now and when it was due, nil when none is; O(log n).
  mutating func popDue(
    at now: ContinuousClock.Instant
  ) -> (element: Element, deadline: ContinuousClock.Instant)? {
    guard let first = items.first, first.deadline <= now else { return nil }
    let last = items.removeLast()
    if !items.isEmpty {
      items[0] = last
      sink()
    }
    return (first.element, first.deadline)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < items.count && items[child].precedes(items[least]) {
        least = child
      }
      if least == parent { return }
      items.swapAt(parent, least)
      parent = least
    }
  }
}
