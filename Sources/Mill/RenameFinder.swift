import Canonical
import Glibc
import Records

/// Finds columns of a feed that seem to go on under another name in a drop.
///
/// How this works: each column that is gone is held against each that is new: how alike the names are,
/// which columns stand beside them, how many values they have in common, and how alike those are
/// written. The weights of these were fitted to columns of public tables (`tools/renames`), so that
/// what is proposed is right nineteen times in twenty. A column with two candidates that are nearly
/// as likely gets none.
struct RenameFinder {
  /// A column on one side.
  struct Candidate {
    var name: String
    /// As the source spells it.
    var sourceName: String
    var type: ColumnType
    var sketch: ColumnSketch
  }

  /// The feed's columns in the order of their latest drops.
  let feedOrder: [String]
  /// The drop's columns in its order.
  let dropOrder: [String]

  /// Proposals below this likelihood are not made.
  static let threshold = 0.8
  /// Pairs that are looked at; of tables that changed more than that nobody would read the list.
  private static let pairLimit = 40_000
  /// How much likelier than any other the pair must be, in natural logarithms of the odds.
  private static let margin = 1.0

  /// The likeliest pairs, each column at most once, the surest first.
  func proposals(_ gone: [Candidate], _ new: [Candidate]) -> [RenameProposal] {
    guard !gone.isEmpty, !new.isEmpty, gone.count * new.count <= Self.pairLimit else { return [] }
    let common = Set(feedOrder).intersection(dropOrder)
    let before = Self.neighbours(in: feedOrder, common)
    let after = Self.neighbours(in: dropOrder, common)
    var pairs: [(old: Int, new: Int, odds: Double, evidence: RenameProposal.Evidence)] = []
    for (old, left) in gone.enumerated() {
      for (index, right) in new.enumerated() where left.type.isSameKind(as: right.type) {
        let evidence = RenameProposal.Evidence(
          names: NameLikeness.likeness(left.name, right.name),
          place: Self.place(before[left.name], after[right.name]),
          values: left.sketch.valuesInCommon(with: right.sketch),
          forms: left.sketch.formsInCommon(with: right.sketch),
          hasSameType: left.type == right.type
        )
        let odds = Self.odds(evidence, left.sketch, right.sketch)
        pairs.append((old, index, odds, evidence))
      }
    }
    pairs.sort { $0.odds > $1.odds }
    var proposals: [RenameProposal] = []
    var (usedOld, usedNew) = (Set<Int>(), Set<Int>())
    for (at, pair) in pairs.enumerated() {
      let likelihood = 1 / (1 + exp(-pair.odds))
      if likelihood < Self.threshold { break }
      guard !usedOld.contains(pair.old), !usedNew.contains(pair.new) else { continue }
      usedOld.insert(pair.old)
      usedNew.insert(pair.new)
      let rival = pairs[(at + 1)...].first { $0.old == pair.old || $0.new == pair.new }
      if let rival, pair.odds - rival.odds < Self.margin { continue }
      proposals.append(
        RenameProposal(
          from: gone[pair.old].name,
          to: new[pair.new].name,
          sourceName: new[pair.new].sourceName,
          likelihood: likelihood,
          evidence: pair.evidence
        )
      )
    }
    return proposals
  }
}

extension RenameFinder {
  /// The natural logarithm of the odds that both are one column.
  private static func odds(
    _ evidence: RenameProposal.Evidence,
    _ old: ColumnSketch,
    _ new: ColumnSketch
  ) -> Double {
    features(evidence, old, new).enumerated().reduce(bias) { $0 + weights[$1.offset] * $1.element }
  }

  /// What the weights are of.
  package static func features(
    _ evidence: RenameProposal.Evidence,
    _ old: ColumnSketch,
    _ new: ColumnSketch
  ) -> [Double] {
    [
      evidence.names, evidence.names >= 1 ? 1 : 0, evidence.place, evidence.values,
      evidence.forms, evidence.hasSameType ? 1 : 0, evidence.names * evidence.forms,
      evidence.place * evidence.forms, old.absenceApart(from: new), old.varietyApart(from: new),
    ]
  }

  // By logistic regression over half of the tables that `tools/renames` makes its pairs of.
  private static let bias = -5.4
  private static let weights = [1.2, 2.5, 3.2, 0.8, 1.6, 1.2, -0.6, 2.6, -0.5, -2.5]

  /// The common columns that stand before and behind each column.
  private static func neighbours(
    in order: [String],
    _ common: Set<String>
  ) -> [String: (before: String?, behind: String?)] {
    var found: [String: (before: String?, behind: String?)] = [:]
    var last: String?
    for name in order {
      found[name] = (last, nil)
      if common.contains(name) { last = name }
    }
    last = nil
    for name in order.reversed() {
      found[name]?.behind = last
      if common.contains(name) { last = name }
    }
    return found
  }

  private static func place(
    _ one: (before: String?, behind: String?)?,
    _ other: (before: String?, behind: String?)?
  ) -> Double {
    guard let one, let other else { return 0 }
    return (one.before == other.before ? 0.5 : 0) + (one.behind == other.behind ? 0.5 : 0)
  }
}
