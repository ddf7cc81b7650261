/// Which runs to merge into one, so that there are never many and each is merged seldom.
///
/// Runs stand in the order of their batches, and only neighbours are merged: a run then always holds
/// the batches from one to another, and can go as a whole when the last of them is past retention.
package enum MergePolicy: Sendable {
  /// The runs to merge when there are more than so many: the newest, and older ones that are not
  /// more than twice as large as those behind them together.
  package static func range(of counts: [Int64], atMost limit: Int) -> Range<Int>? {
    guard counts.count > max(limit, 1) else { return nil }
    var start = counts.count - 1
    var sum = counts[start]
    while start > 0, start == counts.count - 1 || counts[start - 1] <= 2 * sum {
      start -= 1
      sum += counts[start]
    }
    return start..<counts.count
  }
}
