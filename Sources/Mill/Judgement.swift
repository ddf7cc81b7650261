import Canonical
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
  /// Columns of the feed that seem to go on under another name.
  let renames: [RenameProposal]
  /// What the feed's settings say of names.
  let names: NameRules
  /// What is odd about the columns' names and the key, for people.
  private(set) var warnings: [String]
  /// Records of the drop.
  let read: Int64
  /// Those that were rejected, and the first of them.
  let rejects: RejectTable
  /// Whether too many of them were, and nobody wants the drop nonetheless.
  let isOverBudget: Bool
  /// Whether the only line of a drop without records has none of the feed's columns.
  private let isUnlikeFeed: Bool
  /// Whether a person wants the drop as it is.
  private let isWanted: Bool

  private let budget: Double

  /// Judges a drop that was read under a feed's schema and contract.
  init(_ drop: Drop, _ report: ConversionReport, _ sink: DropSink, _ work: FeedWork) {
    rejects = sink.rejects
    read = Int64(report.recordsRead)
    let known = work.schema
    difference = known.map { SchemaDifference(from: $0, to: $0.replaced(by: report.schema)) }
    let there = Set(report.names)
    missing =
      report.recordsConverted == 0
      ? [] : (known?.columns ?? []).map(\.name).filter { !there.contains($0) }
    isUnlikeFeed =
      report.recordsRead == 0 && !report.names.isEmpty && known?.columns.isEmpty == false
      && known?.columns.contains { there.contains($0.name) } == false
    names = work.names
    renames = work.renames(missing: missing, difference, report, sink.sketches)
    warnings =
      Self.alike(known, report, renames) + Self.unreachable(work.names, report)
    let breaches = rejects.counts.reduce(Int64(0)) { $0 + ($1.key.breaksContract ? $1.value : 0) }
    budget = work.rule.maximalRejects ?? ContractRule.defaultBudget
    isWanted = drop.request == .release || drop.request == .accept
    isOverBudget =
      !isWanted && work.rule.isExceeded(rejected: rejects.failed, breaches: breaches, read: read)
  }

  /// Lets the drop pass, or throws the reason to hold it.
  func pass() throws {
    if isUnlikeFeed, !isWanted {
      throw HoldReason(
        code: .unlikeFeed,
        // What the line holds may be a record's values, which are never said.
        message:
          "The drop has no record, and its only line was taken for a header that has none of the "
          + "feed's columns. Mend it, or drop it for another feed; if it is right, release it."
      )
    }
    guard isOverBudget else { return }
    let first = rejects.kept.first { $0.code.breaksContract } ?? rejects.kept.first
    let example = first.map { " The first, in line \($0.line): \($0.found)." } ?? ""
    throw HoldReason(
      code: .overBudget,
      message: "\(rejects.failed) of \(read) records would be rejected, and the feed puts up with "
        + "\(Percentage(budget).text).\(example)"
    )
  }

  /// Lets the drop pass, or throws the reason to hold it: a key that tells records apart no longer.
  ///
  /// A first drop has nothing to be held against: what its key repeats is told in a warning.
  ///
  /// - Parameters:
  ///   - keyRepeats: the share of the drop's records whose key another of them has.
  ///   - usual: the greatest such share of an earlier drop; nil: there was none.
  /// - Throws: ``HoldReason``.
  mutating func pass(keyRepeats: Double?, usual: Double?) throws {
    guard let keyRepeats, keyRepeats > Self.fewRepeats else { return }
    let found =
      "\(Int(keyRepeats * 100)) % of the records have a key that another record of the drop has, "
      + "with other values"
    guard let usual else {
      warnings.append(
        "\(found); the last of them counts. Later drops are held only where it is far more. If the key "
          + "has more columns, state them all in `identity`."
      )
      return
    }
    guard !isWanted, keyRepeats > usual * Self.sharpRise else { return }
    throw HoldReason(
      code: .keyRepeats,
      message: "\(found); in no drop before were it more than "
        + "\(Int((usual * 100).rounded(.up))) %. If that is right, release the drop; else mend its "
        + "key, or choose another one."
    )
  }

  /// Lets the drop pass, or throws the reason to hold it: an older state that would come over a newer one.
  ///
  /// - Parameters:
  ///   - newest: the drop's newest record, where the feed's settings name an order.
  ///   - reached: the newest of all drops before.
  /// - Throws: ``HoldReason``.
  func pass(newest: NewestRecord?, reached: NewestRecord?) throws {
    guard !isWanted, let newest, let reached, newest < reached else { return }
    throw HoldReason(
      code: .olderThanBefore,
      message:
        "All records of this drop are older than the newest that the feed has had, by the column "
        + "that `order` names. If they are to come over what is newer, release the drop; else discard it."
    )
  }

  private static let fewRepeats = 0.1
  private static let sharpRise = 4.0

  /// Columns that differ by the case of their letters alone, where one of them is new.
  private static func alike(
    _ known: Schema?,
    _ report: ConversionReport,
    _ renames: [RenameProposal]
  ) -> [String] {
    guard report.names.contains(where: { known?.type(of: $0) == nil }) else { return [] }
    var spellings: [String: [String]] = [:]
    for name in Set((known?.columns ?? []).map(\.name) + report.names) {
      spellings[name.lowercased(), default: []].append(name)
    }
    var warnings: [String] = []
    for (index, name) in report.names.enumerated() where known?.type(of: name) == nil {
      let others = (spellings[name.lowercased()] ?? []).filter { other in
        other != name && !renames.contains { $0.to == name && $0.from == other }
          // Of two new ones the later is told of.
          && (known?.type(of: other) != nil || report.names[..<index].contains(other))
      }
      guard let other = others.min() else { continue }
      let source = index < report.sourceNames.count ? report.sourceNames[index] : name
      warnings.append(
        "“\(name)” differs from the column “\(other)” by the case of its letters alone, and is a column "
          + "of its own. If they are one, state \(FeedSettings.line(renames: [source: other]))."
      )
    }
    return warnings
  }

  /// Renames that can do nothing, since they name a member of an object.
  private static func unreachable(_ rules: NameRules, _ report: ConversionReport) -> [String] {
    rules.renames.keys.sorted().compactMap { name in
      guard let dot = name.firstIndex(of: "."), !report.sourceNames.contains(name) else {
        return nil
      }
      let outer = String(name[..<dot])
      guard let index = report.sourceNames.firstIndex(of: outer), index < report.names.count,
        report.schema.type(of: report.names[index])?.isNested == true
      else { return nil }
      return "`rename` names “\(name)”, and only names of the first level can be given: what lies "
        + "inside of “\(outer)” keeps its own."
    }
  }
}
