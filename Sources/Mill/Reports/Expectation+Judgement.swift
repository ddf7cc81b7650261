import Canonical
package import Files
package import Settings

extension Expectation {
  /// A drop that came, as far as expectations go.
  package struct Arrival: Sendable {
    package var at: Timestamp
    package var records: Int64
    package var bytes: Int64

    package init(at: Timestamp, records: Int64, bytes: Int64) {
      self.at = at
      self.records = records
      self.bytes = bytes
    }
  }

  /// What is not as expected at a moment, each in a sentence.
  ///
  /// A drop is due at `by` on each of the weekdays; one that came since the time before that counts,
  /// and one that comes late makes it good.
  package func unmet(by last: Arrival?, at now: Timestamp) -> [String] {
    var unmet: [String] = []
    if let due = latestDue(at: now) {
      if let last {
        if last.at.seconds <= due.before {
          unmet.append("nothing came since \(last.at.text); a drop was due by \(due.text)")
        }
      } else {
        unmet.append("nothing ever came; a drop was due by \(due.text)")
      }
    }
    guard let last else { return unmet }
    if let rows, !rows.contains(last.records) {
      let expected = Self.words(rows, "records")
      unmet.append("the last drop has \(last.records) records; \(expected) were expected")
    }
    if let bytes, !bytes.contains(last.bytes) {
      let expected = Self.words(bytes, "bytes")
      unmet.append("the last drop has \(last.bytes) bytes; \(expected) were expected")
    }
    return unmet
  }

  /// The latest moment that a drop was due, and the one before it.
  private func latestDue(at now: Timestamp) -> (text: String, before: Int64)? {
    guard let by, !weekdays.isEmpty, let zone = offsets else { return nil }
    var found: [Int64] = []
    // Two weeks hold two dues, however few weekdays there are.
    let today = (now.seconds + 86_400) / 86_400
    for day in stride(from: today, through: today - 15, by: -1) where found.count < 2 {
      // 1970-01-01 was a Thursday.
      let weekday = Weekday.allCases[Int((day + 3) % 7)]
      guard weekdays.contains(weekday) else { continue }
      let moment = zone.utc(ofLocal: day * 86_400 + Int64(by) * 60)
      if moment <= now.seconds { found.append(moment) }
    }
    guard found.count == 2 else { return nil }
    return (Timestamp(seconds: found[0]).text, found[1])
  }

  private static func words(_ range: ClosedRange<Int64>, _ what: String) -> String {
    if range.upperBound == .max { return "at least \(range.lowerBound) \(what)" }
    if range.lowerBound == 0 { return "at most \(range.upperBound) \(what)" }
    return "\(range.lowerBound) to \(range.upperBound) \(what)"
  }
}
