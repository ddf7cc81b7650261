import Conversion
import Ledger
import Records
import Settings

/// How a drop that could be read stands to its feed: what changed, and whether the feed puts up with it.
struct Judgement {
  /// What the drop's columns are to the feed's; nil in a feed's first drop.
  let difference: SchemaDifference?
  /// Columns of the feed that the drop lacks.
  let missing: [String]
  /// Records of the drop.
  let read: Int64
  /// Those that were rejected, and the first of them.
  let rejects: RejectTable
  /// Whether too many of them were, and nobody wants the drop nonetheless.
  let isOverBudget: Bool

  private let budget: Double

  /// Judges a drop that was read under a feed's schema and contract.
  init(_ drop: Drop, _ report: ConversionReport, _ sink: DropSink, _ work: FeedWork) {
    rejects = sink.rejects
    read = Int64(report.recordsRead)
    let known = work.schema
    difference = known.map { SchemaDifference(from: $0, to: $0.replaced(by: report.schema)) }
    let names = Set(report.names)
    missing =
      report.recordsConverted == 0
      ? [] : (known?.columns ?? []).map(\.name).filter { !names.contains($0) }
    let breaches = rejects.counts.reduce(Int64(0)) { $0 + ($1.key.breaksContract ? $1.value : 0) }
    budget = work.rule.maximalRejects ?? ContractRule.defaultBudget
    let isWanted = drop.request == .release || drop.request == .accept
    isOverBudget =
      !isWanted && work.rule.isExceeded(rejected: rejects.count, breaches: breaches, read: read)
  }

  /// Lets the drop pass, or throws the reason to hold it.
  func pass() throws {
    guard isOverBudget else { return }
    let first = rejects.kept.first { $0.code.breaksContract } ?? rejects.kept.first
    let example = first.map { " The first, in line \($0.line): \($0.found)." } ?? ""
    throw HoldReason(
      code: .overBudget,
      message: "\(rejects.count) of \(read) records would be rejected, and the feed puts up with "
        + "\(Percentage(budget).text).\(example)"
    )
  }
}
