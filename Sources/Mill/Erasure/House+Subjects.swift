import Canonical
import Conversion
import Ledger
import Records

extension House {
  /// The people whose records a feed does not take; nil where there is nobody.
  func subjects(of feed: FeedID) throws -> SubjectFinder? {
    let known = try ledger.subjects(of: feed)
    guard !known.isEmpty else { return nil }
    let tokens = known.map { SubjectFinder.Token(column: $0.column, fingerprint: $0.token) }
    return SubjectFinder(tokens, key: sketchKey)
  }
}

extension FeedWork {
  /// What a receipt may tell of a drop: nothing of the rows of people who were erased.
  func withoutSubjects(_ report: ConversionReport) -> ConversionReport {
    guard let subjects else { return report }
    var report = report
    report.repairs.removeAll { subjects.isNamed(in: $0.before + $0.after) }
    return report
  }
}
